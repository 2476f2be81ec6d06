"""Prints global variables: how a compiled module tells their addresses."""

from __future__ import annotations

from cffi_build.declarations import VariableDeclaration
from cffi_build.emit import opcodes as op
from cffi_build.emit.c_check import pointer_to
from cffi_build.emit.c_tables import global_in_c
from cffi_build.emit.entries import located, variables
from cffi_build.emit.unit import Unit
from cffi_build.emit.writer import Writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from cffi_build.emit.c_tables import GlobalRow


def variable_rows(unit: Unit) -> Iterator[GlobalRow]:
    """Yield the rows of all global variables."""
    for variable in variables(unit.declarations):
        index = located(variable, unit.types.index, variable.type, f"({variable.name})")
        yield global_in_c(variable.name, op.GLOBAL_VAR_F, index, f"(void *)_cffi_var_{variable.name}")


def write_variables(writer: Writer, unit: Unit) -> None:
    """Print a function for every global variable, which tells its address; it mentions the variable once: a macro may hide a call.

    A function because the address need not be constant: thread-local, imported from a DLL, or hidden in a macro.
    """
    writer.lines_at([(variable.position, _address(unit, variable)) for variable in variables(unit.declarations)])
    writer.here()
    writer.line()


def _address(unit: Unit, variable: VariableDeclaration) -> str:
    name = variable.name
    pointer = pointer_to(unit, f"({name})", variable.type) or f"void *_cffi_p = &({name});"
    return f"static void *_cffi_var_{name}(void) {{ {pointer} return (void *)_cffi_p; }}"
