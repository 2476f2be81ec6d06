"""Prints global variables: how a compiled module tells their addresses."""

from __future__ import annotations

from cffi_build.declarations import VariableDeclaration
from cffi_build.emit import opcodes as op
from cffi_build.emit.c_check import pointer_to
from cffi_build.emit.entries import located, variables
from cffi_build.emit.opcodes import Opcode
from cffi_build.emit.tables import GlobalRow
from cffi_build.emit.unit import Unit
from cffi_build.emit.writer import Writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator


def variable_rows(unit: Unit) -> Iterator[GlobalRow]:
    """Yield the rows of all global variables."""
    for variable in variables(unit.declarations):
        with located(variable):
            index = unit.types.index(variable.type, f"({variable.name})")
        yield GlobalRow(variable.name, Opcode(op.GLOBAL_VAR_F, index), f"_cffi_var_{variable.name}")


def write_variables(writer: Writer, unit: Unit) -> None:
    """Print a function for every global variable, which tells its address.

    A function because the address need not be constant: thread-local, imported from a DLL, or hidden in a macro.
    """
    for variable in variables(unit.declarations):
        _write_variable(writer, unit, variable)


def _write_variable(writer: Writer, unit: Unit, variable: VariableDeclaration) -> None:
    """Print the function for one variable; it mentions the variable once, since a macro may hide a call."""
    pointer = pointer_to(unit, f"({variable.name})", variable.type)
    with writer.function(f"static void *_cffi_var_{variable.name}(void)"):
        writer.at(variable.position)
        writer.line(pointer or f"void *_cffi_p = &({variable.name});")
        writer.here()
        writer.line("return (void *)_cffi_p;")
    writer.line()
