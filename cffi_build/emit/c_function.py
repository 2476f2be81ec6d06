"""Prints functions: a plain C function that calls the user's, and a wrapper that converts arguments and result."""

from __future__ import annotations

from typing import Iterator, List

from cffi_build.declarations import FunctionDeclaration
from cffi_build.emit import opcodes as op
from cffi_build.emit.conversion import Parameter, is_by_address, result_in_python, to_c
from cffi_build.emit.opcodes import Opcode
from cffi_build.emit.tables import GlobalRow
from cffi_build.emit.unit import Unit, functions
from cffi_build.emit.writer import Writer, quote
from cffi_build.model import CType, Function, Void, unqualified

_OPERATIONS = {0: op.CPYTHON_BLTN_N, 1: op.CPYTHON_BLTN_O}


def function_rows(unit: Unit) -> Iterator[GlobalRow]:
    """Yield the rows of all functions that are called through a wrapper."""
    for function in functions(unit.declarations):
        operation = _OPERATIONS.get(len(function.type.parameters), op.CPYTHON_BLTN_V)
        opcode = Opcode(operation, unit.types.index(function.type))
        yield GlobalRow(function.name, opcode, f"_cffi_f_{function.name}", f"_cffi_d_{function.name}")


def write_direct(writer: Writer, unit: Unit, function: FunctionDeclaration) -> None:
    """Print the plain C function: its body compiles only when the cdef's types can be passed to the user's function."""
    ctype = function.type
    names = _names(ctype)
    with writer.function(f"static {_signature(unit, ctype, f'_cffi_d_{function.name}')}"):
        writer.at(function.position)
        call = f"{function.name}({', '.join(names)});"
        writer.line(call if _is_void(ctype.result) else f"return {call}")
        writer.here()
    writer.line()


def _signature(unit: Unit, ctype: Function, name: str) -> str:
    parameters = [unit.spell(unqualified(each), name) for each, name in zip(ctype.parameters, _names(ctype))]
    convention = "_cffi_stdcall " if ctype.abi else ""
    return unit.spell(unqualified(ctype.result), f"{convention}{name}({', '.join(parameters) or 'void'})")


def _names(ctype: Function) -> List[str]:
    return [f"x{number}" for number in range(len(ctype.parameters))]


def _is_void(ctype: CType) -> bool:
    return isinstance(unqualified(ctype), Void)


def write_wrapper(writer: Writer, unit: Unit, function: FunctionDeclaration) -> None:
    """Print the function that CPython calls."""
    parameters = _parameters(unit, function.type)
    argument = {0: "noarg", 1: "arg0"}.get(len(parameters), "args")
    with writer.function(f"static PyObject *_cffi_f_{function.name}(PyObject *self, PyObject *{argument})"):
        _write_locals(writer, unit, function.type, parameters)
        writer.line("(void)self;" if parameters else "(void)self; (void)noarg;")
        _write_conversions(writer, function.name, parameters)
        _write_call(writer, unit, function)
        _write_answer(writer, unit, function.type, parameters)
    writer.line()


def _parameters(unit: Unit, ctype: Function) -> List[Parameter]:
    alone = len(ctype.parameters) == 1
    return [
        to_c(unit, unqualified(each), f"x{number}", "arg0" if alone else f"arg[{number}]", unit.types.parameter(ctype, number))
        for number, each in enumerate(ctype.parameters)
    ]


def _write_locals(writer: Writer, unit: Unit, ctype: Function, parameters: List[Parameter]) -> None:
    if len(parameters) > 1:
        writer.line(f"PyObject *arg[{len(parameters)}];")
    writer.lines(*(f"{each.local};" for each in parameters))
    if not _is_void(ctype.result):
        writer.line(f"{unit.spell(unqualified(ctype.result), 'result')};")
    writer.line("PyObject *answer = NULL;")
    if any(each.needs_memory for each in parameters):
        writer.line("void *memory = NULL;")


def _write_conversions(writer: Writer, name: str, parameters: List[Parameter]) -> None:
    count = len(parameters)
    steps = [f"_cffi_unpack(args, {quote(name)}, {count}, arg)"] if count > 1 else []
    steps += [each.convert for each in parameters]
    if steps:
        writer.line("if (" + " || ".join(steps) + ")")
        writer.line("    goto done;")


def _write_call(writer: Writer, unit: Unit, function: FunctionDeclaration) -> None:
    parameters = _parameters(unit, function.type)
    call = f"_cffi_d_{function.name}({', '.join(each.argument for each in parameters)});"
    assign = "" if _is_void(function.type.result) else "result = "
    if function.name in unit.hold_gil:
        writer.lines("_cffi_restore_errno();", f"{assign}{call}", "_cffi_save_errno();")
    else:
        with writer.block("", "}"):
            writer.lines("PyThreadState *state = _cffi_enter();", f"{assign}{call}", "_cffi_leave(state);")


def _write_answer(writer: Writer, unit: Unit, ctype: Function, parameters: List[Parameter]) -> None:
    writer.line(f"answer = {result_in_python(unit, ctype)};")
    if parameters:
        writer.line("done:")
    if any(each.needs_memory for each in parameters):
        writer.line("_cffi_free(memory);")
    writer.line("return answer;")


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
