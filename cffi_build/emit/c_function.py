"""Prints functions: a plain C function that calls the user's, and a wrapper that converts arguments and result."""

from __future__ import annotations

import itertools

from cffi_build.declarations import FunctionDeclaration
from cffi_build.emit import opcodes as op
from cffi_build.emit.conversion import argument, assignment, code, is_by_address, is_in_memory
from cffi_build.emit.entries import functions, located
from cffi_build.emit.headers import header
from cffi_build.emit.opcodes import Opcode
from cffi_build.emit.scope import is_opaque
from cffi_build.emit.tables import GlobalRow
from cffi_build.emit.unit import Unit
from cffi_build.emit.writer import Writer
from cffi_build.errors import OpaqueError
from cffi_build.model import Function, Pointer, Void, spelling, unqualified

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterator, List, Sequence, Tuple

    from cffi_build.model import CType


_OPERATIONS = {0: op.CPYTHON_BLTN_N, 1: op.CPYTHON_BLTN_O}
_MACROS = {0: "_CFFI_DEFINE_N", 1: "_CFFI_DEFINE_O"}
_CODES_A_LINE = 8
_CALLS_EACH = 128
"""How many calls stand in a function: compilers take long over very large ones."""


def function_rows(unit: Unit) -> Iterator[GlobalRow]:
    """Yield the rows of all functions that are called through a wrapper."""
    for function in functions(unit.declarations):
        _refuse_opaque(unit, function)
        operation = _OPERATIONS.get(len(function.type.parameters), op.CPYTHON_BLTN_V)
        with located(function):
            opcode = Opcode(operation, unit.types.index(function.type))
        yield GlobalRow(function.name, opcode, f"_cffi_f_{function.name}", f"_cffi_a_{function.name}")


def _refuse_opaque(unit: Unit, function: FunctionDeclaration) -> None:
    result = unqualified(function.type.result)
    if is_opaque(unit.declarations, result):
        raise OpaqueError(f"function {function.name}: '{spelling(result)}' is used as result type, but is opaque")


def write_direct(writer: Writer, unit: Unit, function: FunctionDeclaration) -> None:
    """Print the plain C function: its body compiles only when the cdef's types can be passed to the user's function.

    Nobody may call it, see `write_address`.
    """
    ctype = function.type
    names = _names(ctype)
    with located(function):
        head = _signature(unit, ctype, f"_cffi_d_{function.name}")
    with writer.function(f"static _CFFI_UNUSED {head}"):
        writer.at(function.position)
        call = f"{function.name}({', '.join(names)});"
        writer.line(call if _is_void(ctype.result) else f"return {call}")
        writer.here()
    writer.line()


def write_address(writer: Writer, unit: Unit, function: FunctionDeclaration) -> None:
    """Print what stands for the address that C code may call: the user's function itself, unless it has another type or is a macro."""
    name, pointer = function.name, unit.spell(Pointer(function.type))
    writer.directive(f"#ifdef {name}")
    writer.directive(f"#define _cffi_a_{name} _cffi_d_{name}")
    writer.directive("#else")
    writer.directive(f"#define _cffi_a_{name} _cffi_address({name}, {pointer}, _cffi_d_{name})")
    writer.directive("#endif")


def _signature(unit: Unit, ctype: Function, name: str) -> str:
    parameters = [unit.spell(unqualified(each), name) for each, name in zip(ctype.parameters, _names(ctype))]
    convention = "_cffi_stdcall " if ctype.abi else ""
    return unit.spell(unqualified(ctype.result), f"{convention}{name}({', '.join(parameters) or 'void'})")


def _names(ctype: Function) -> List[str]:
    return [f"x{number}" for number in range(len(ctype.parameters))]


def _is_void(ctype: CType) -> bool:
    return isinstance(unqualified(ctype), Void)


def write_calls(writer: Writer, unit: Unit, row_numbers: Dict[str, int]) -> None:
    """Print what CPython calls: the codes of all parameters, cffi_call.h, one line a function, and the calls themselves."""
    found = list(functions(unit.declarations))
    if not found:
        return
    most = max(len(function.type.parameters) for function in found)
    writer.directive(f"#define _CFFI_MOST_ARGUMENTS {most}")
    writer.paste(header("cffi_call.h"))
    writer.here()
    writer.line()
    slots = {slot: ctype for function in found for slot, ctype in _slots(unit, function)}
    _write_codes(writer, unit, slots)
    for function in found:
        macro = _MACROS.get(len(function.type.parameters), "_CFFI_DEFINE_V")
        writer.line(f"{macro}({function.name}, {row_numbers[function.name]})")
    writer.line()
    _write_invoke(writer, unit, {unit.types.index(function.type): function.type for function in found})
    _write_holds_gil(writer, sorted(row_numbers[name] for name in unit.hold_gil if name in row_numbers))
    _write_sizes(writer, unit, slots)


def _write_codes(writer: Writer, unit: Unit, slots: Dict[int, CType]) -> None:
    known = {ctype: code(unit, ctype) for ctype in dict.fromkeys(slots.values())}
    codes = ["0"] * (max(slots) + 3)  # behind the last result or parameter: the operations of a function without any
    for slot, ctype in slots.items():
        codes[slot] = known[ctype]
    with writer.block("static const unsigned char _cffi_codes[] =", "};"):
        for start in range(0, len(codes), _CODES_A_LINE):
            writer.line(", ".join(codes[start : start + _CODES_A_LINE]) + ",")
    writer.line()
    with writer.function("static int _cffi_code_at(int slot)"):
        writer.line("return _cffi_codes[slot];")
    writer.line()


def _slots(unit: Unit, function: FunctionDeclaration) -> Iterator[Tuple[int, CType]]:
    """Yield the slots of the result and of the parameters."""
    index = unit.types.index(function.type)
    yield index - 1, function.type.result
    yield from enumerate(function.type.parameters, index + 1)


def _write_invoke(writer: Writer, unit: Unit, found: Dict[int, Function]) -> None:
    parameters = "(int function, void *address, union _cffi_slot *v)"
    calls = [f"case {slot}: {call} break;" for slot, call in _calls(unit, found)]
    parts = [calls[start : start + _CALLS_EACH] for start in range(0, len(calls), _CALLS_EACH)]
    for number, part in enumerate(parts):
        with writer.function(f"static _CFFI_NOINLINE void _cffi_invoke_{number}{parameters}"):
            writer.line("(void)v;")
            with writer.block("switch (function)"):
                writer.lines(*part)
        writer.line()
    with writer.function(f"static void _cffi_invoke{parameters}"):
        for number, slot in enumerate(sorted(found)[_CALLS_EACH::_CALLS_EACH]):
            writer.line(f"if (function < {slot})")
            writer.line(f"    _cffi_invoke_{number}(function, address, v);")
            writer.line("else")
        writer.line(f"    _cffi_invoke_{len(parts) - 1}(function, address, v);")
    writer.line()


def _calls(unit: Unit, found: Dict[int, Function]) -> Iterator[Tuple[int, str]]:
    """Yield the statement that calls a function of each type, in the order of their slots."""
    known: Dict[Tuple[CType, int], str] = {}
    for slot, ctype in sorted(found.items()):
        arguments = []
        for parameter in zip(ctype.parameters, itertools.count(1)):
            if parameter not in known:
                known[parameter] = argument(unit, *parameter)
            arguments.append(known[parameter])
        call = f"(({unit.spell(Pointer(ctype))})address)({', '.join(arguments)})"
        yield slot, assignment(unit, ctype.result, call)


def _write_holds_gil(writer: Writer, rows: Sequence[int]) -> None:
    with writer.function("static int _cffi_holds_gil(int row)"):
        if rows:
            with writer.block("switch (row)"):
                writer.line(" ".join(f"case {row}:" for row in rows) + " return 1;")
        else:
            writer.line("(void)row;")
        writer.line("return 0;")
    writer.line()


def _write_sizes(writer: Writer, unit: Unit, slots: Dict[int, CType]) -> None:
    in_memory = {ctype for ctype in set(slots.values()) if is_in_memory(ctype)}
    sizes = {slot: ctype for slot, ctype in slots.items() if ctype in in_memory}
    with writer.function("static size_t _cffi_size(int slot)"):
        if sizes:
            with writer.block("switch (slot)"):
                for slot, ctype in sizes.items():
                    writer.line(f"case {slot}: return sizeof({unit.spell(unqualified(ctype))});")
        else:
            writer.line("(void)slot;")
        writer.line("return 0;")
    writer.line()


def write_rows(writer: Writer, unit: Unit) -> None:
    """Print the functions by which cffi_call.h reaches tables, which stand below it."""
    if any(functions(unit.declarations)):
        writer.directive("#ifndef PYPY_VERSION")
        with writer.function("static const struct _cffi_global_s *_cffi_row(int row)"):
            writer.line("return &_cffi_globals[row];")
        writer.line()
        with writer.function("static const struct _cffi_extension_s *_cffi_get_extension(void)"):
            writer.line("return &_cffi_extension;")
        writer.directive("#endif")
        writer.line()


def write_pypy_wrapper(writer: Writer, unit: Unit, function: FunctionDeclaration) -> None:
    """Print the function that PyPy calls: plain C, but structs, unions and complex numbers are passed by address."""
    ctype = function.type
    if not any(map(is_by_address, (ctype.result, *ctype.parameters))):
        writer.directive(f"#define _cffi_f_{function.name} _cffi_d_{function.name}")
        return
    returned = is_by_address(ctype.result)
    head = [unit.spell(unqualified(ctype.result), "*result")] if returned else []
    stars = ["*" * is_by_address(each) for each in ctype.parameters]
    parameters = [unit.spell(unqualified(each), f"{star}x{number}") for number, (each, star) in enumerate(zip(ctype.parameters, stars))]
    result = "void " if returned else ""
    signature = f"_cffi_f_{function.name}({', '.join(head + parameters) or 'void'})"
    call = f"_cffi_d_{function.name}({', '.join(f'{star}x{number}' for number, star in enumerate(stars))});"
    with writer.function(f"static {result}{signature if returned else unit.spell(unqualified(ctype.result), signature)}"):
        writer.line(f"*result = {call}" if returned else call if _is_void(ctype.result) else f"return {call}")
    writer.line()
