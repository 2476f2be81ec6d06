"""Prints functions: a plain C function that calls the user's, and a wrapper that converts arguments and result."""

from __future__ import annotations

from cffi_build.declarations import FunctionDeclaration
from cffi_build.emit.scope import is_opaque, located
from cffi_build.emit.unit import Conversion, Unit
from cffi_build.emit.writer import Writer, header
from cffi_build.model import Record, spelling, unqualified
from cffi_build.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List, Sequence

    from cffi_build.emit.c_tables import GlobalRow


_SUFFIXES = {0: "N", 1: "O"}
"""The last letter of the macros and operations for functions of so many parameters; it is a V for all others."""
_CODES_A_LINE = 8
_CALLS_EACH = 128
"""How many calls stand in a function: compilers take long over very large ones."""


class Wrapped(Value):
    """A function with all that its types decide. `slot` is that of its type in the table of types."""

    name: str
    declaration: FunctionDeclaration
    suffix: str
    """See `_SUFFIXES`."""
    slot: int
    result: Conversion
    parameters: Sequence[Conversion]


def wrapped_functions(unit: Unit) -> List[Wrapped]:
    """Return all functions that are called through a wrapper; this gives their types slots."""
    return [_wrapped(unit, function) for function in unit.scope.globals.functions]


def _wrapped(unit: Unit, function: FunctionDeclaration) -> Wrapped:
    name, ctype = function.name, function.type
    returned = unqualified(ctype.result)
    if type(returned) is Record and is_opaque(unit.declarations, returned):
        from cffi_build.errors import OpaqueError

        raise OpaqueError(f"function {name}: '{spelling(returned)}' is used as result type, but is opaque")
    result, *parameters = located(function, unit.conversions.of, (ctype.result, *ctype.parameters))
    slot = unit.types.function(ctype, result.opcode, [each.opcode for each in parameters])
    return Wrapped(name, function, _SUFFIXES.get(len(parameters), "V"), slot, result, parameters)


def function_rows(found: Sequence[Wrapped]) -> List[GlobalRow]:
    """Return the rows of `found`."""
    return [
        (each.name, f"_CFFI_OP(_CFFI_OP_CPYTHON_BLTN_{each.suffix}, {each.slot}),", f"{{ _CFFI_CALLED({each.name}) }},")
        for each in found
    ]


def write_direct(writer: Writer, found: Sequence[Wrapped]) -> None:
    """Print plain C functions: they compile only when the cdef's types can be passed to the user's functions.

    Nobody may call them, see `write_addresses`.
    """
    names = [f"x{number}" for number in range(_most_parameters(found))]
    writer.lines_at([(each.declaration.position, _direct(each, names)) for each in found])
    writer.here()


def _most_parameters(found: Sequence[Wrapped]) -> int:
    return max([len(each.parameters) for each in found], default=0)


def _direct(function: Wrapped, names: Sequence[str]) -> str:
    """Return a plain C function; `names` are those of the parameters, and more."""
    name, result = function.name, function.result
    parameters = ", ".join([f"{one.before}{x}{one.behind}" for one, x in zip(function.parameters, names)]) or "void"
    arguments = ", ".join(names[:len(function.parameters)])
    convention = "_cffi_stdcall " if function.declaration.type.abi else ""
    head = f"static _CFFI_UNUSED {result.before}{convention}_cffi_d_{name}({parameters}){result.behind}"
    return f"{head} {{ {'return ' if result.result else ''}{name}({arguments}); }}"


def write_addresses(writer: Writer, found: Sequence[Wrapped]) -> None:
    """Print what stands for the addresses that C code may call: the user's functions, unless they have other types or are macros."""
    writer.directives([_ADDRESS.replace("@", each.name) for each in found])


_ADDRESS = """#ifdef @
#define _cffi_a_@ _cffi_d_@
#else
#define _cffi_a_@ _cffi_address(@, _cffi_d_@)
#endif"""


def write_calls(writer: Writer, unit: Unit, found: Sequence[Wrapped], row_numbers: Dict[str, int]) -> None:
    """Print what CPython calls: the codes of all parameters, cffi_call.h, one line a function, and the calls themselves."""
    most = _most_parameters(found)
    writer.directive(f"#define _CFFI_MOST_ARGUMENTS {most}")
    writer.paste(header("cffi_call.h"))
    writer.here()
    writer.line()
    _write_codes(writer, found)
    writer.lines([f"_CFFI_DEFINE_{each.suffix}({each.name}, {row_numbers[each.name]})" for each in found])
    writer.line()
    _write_invoke(writer, {each.slot: each for each in found}, [str(place) for place in range(1, most + 1)])
    _write_holds_gil(writer, sorted(row_numbers[name] for name in unit.hold_gil if name in row_numbers))
    _write_sizes(writer, found if unit.conversions.use_memory() else ())


def _write_codes(writer: Writer, found: Sequence[Wrapped]) -> None:
    codes = ["0"] * max([each.slot + len(each.parameters) + 2 for each in found])
    for each in found:
        codes[each.slot - 1] = each.result.code
        codes[each.slot + 1:each.slot + 1 + len(each.parameters)] = [one.code for one in each.parameters]
    with writer.block("static const unsigned char _cffi_codes[] =", "};"):
        writer.lines([", ".join(codes[start:start + _CODES_A_LINE]) + "," for start in range(0, len(codes), _CODES_A_LINE)])
    writer.line()
    with writer.function("static int _cffi_code_at(int slot)"):
        writer.line("return _cffi_codes[slot];")
    writer.line()


def _write_invoke(writer: Writer, found: Dict[int, Wrapped], places: Sequence[str]) -> None:
    """Print the calls, one for each type: `found` has a function of it. `places`: where arguments are, in C, and more."""
    parameters = "(int function, void *address, union _cffi_slot *v)"
    calls = [f"case {slot}: {_call(found[slot], places)}; break;" for slot in sorted(found)]
    parts = [calls[start:start + _CALLS_EACH] for start in range(0, len(calls), _CALLS_EACH)]
    for number, part in enumerate(parts):
        with writer.function(f"static _CFFI_NOINLINE void _cffi_invoke_{number}{parameters}"):
            writer.line("(void)v;")
            with writer.block("switch (function)"):
                writer.lines(part)
        writer.line()
    with writer.function(f"static void _cffi_invoke{parameters}"):
        for number, slot in enumerate(sorted(found)[_CALLS_EACH::_CALLS_EACH]):
            writer.line(f"if (function < {slot})")
            writer.line(f"    _cffi_invoke_{number}(function, address, v);")
            writer.line("else")
        writer.line(f"    _cffi_invoke_{len(parts) - 1}(function, address, v);")
    writer.line()


def _call(function: Wrapped, places: Sequence[str]) -> str:
    """Return the expression that calls what is of the type of `function`, and stores the result."""
    result = function.result
    types = ", ".join([one.name for one in function.parameters]) or "void"
    arguments = ", ".join([f"{one.argument[0]}{place}{one.argument[1]}" for one, place in zip(function.parameters, places)])
    convention = "_cffi_stdcall " if function.declaration.type.abi else ""
    return f"{result.result}(({result.before}({convention}*)({types}){result.behind})address)({arguments})"


def _write_holds_gil(writer: Writer, rows: Sequence[int]) -> None:
    with writer.function("static int _cffi_holds_gil(int row)"):
        if rows:
            with writer.block("switch (row)"):
                writer.line(" ".join(f"case {row}:" for row in rows) + " return 1;")
        else:
            writer.line("(void)row;")
        writer.line("return 0;")
    writer.line()


def _write_sizes(writer: Writer, found: Sequence[Wrapped]) -> None:
    slots = [pair for each in found for pair in ((each.slot - 1, each.result), *enumerate(each.parameters, each.slot + 1))]
    sizes = {slot: conversion.name for slot, conversion in slots if conversion.in_memory}
    with writer.function("static size_t _cffi_size(int slot)"):
        if sizes:
            with writer.block("switch (slot)"):
                writer.lines([f"case {slot}: return sizeof({name});" for slot, name in sizes.items()])
        else:
            writer.line("(void)slot;")
        writer.line("return 0;")
    writer.line()


def write_rows(writer: Writer) -> None:
    """Print the functions by which cffi_call.h reaches tables, which stand below it."""
    writer.directive("#ifndef PYPY_VERSION")
    with writer.function("static const struct _cffi_global_s *_cffi_row(int row)"):
        writer.line("return &_cffi_globals[row];")
    writer.line()
    with writer.function("static const struct _cffi_extension_s *_cffi_get_extension(void)"):
        writer.line("return &_cffi_extension;")
    writer.directive("#endif")
    writer.line()


def write_pypy_wrappers(writer: Writer, unit: Unit, found: Sequence[Wrapped]) -> None:
    """Print the functions that PyPy calls: plain C, but structs, unions and complex numbers are passed by address."""
    by_address = {each.name: each for each in found if _has_address(each)} if unit.conversions.use_memory() else {}
    writer.directives([f"#define _cffi_f_{each.name} _cffi_d_{each.name}" for each in found if each.name not in by_address])
    for each in by_address.values():
        _write_pypy_wrapper(writer, each)


def _has_address(function: Wrapped) -> bool:
    return any(one.by_address for one in (function.result, *function.parameters))


def _write_pypy_wrapper(writer: Writer, function: Wrapped) -> None:
    name, result, stars = function.name, function.result, ["*" * one.by_address for one in function.parameters]
    pointer = [f"{result.before}*result{result.behind}"] * result.by_address
    parameters = [f"{one.before}{star}x{number}{one.behind}" for number, (one, star) in enumerate(zip(function.parameters, stars))]
    signature = f"_cffi_f_{name}({', '.join(pointer + parameters) or 'void'})"
    call = f"_cffi_d_{name}({', '.join(f'{star}x{number}' for number, star in enumerate(stars))});"
    with writer.function(f"static {'void ' if pointer else result.before}{signature}{'' if pointer else result.behind}"):
        writer.line(f"*result = {call}" if pointer else f"return {call}" if result.result else call)
    writer.line()
