"""Prints global variables: how a compiled module tells their addresses."""

from __future__ import annotations

from cffi_build.emit import opcodes as op
from cffi_build.emit.c_check import pointer_to
from cffi_build.emit.entries import located, variables
from cffi_build.emit.tables import global_in_c
from cffi_build.emit.unit import Unit
from cffi_build.emit.writer import Writer
from cffi_build.errors import FFIError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from cffi_build.emit.tables import GlobalRow


def variable_rows(unit: Unit) -> Iterator[GlobalRow]:
    """Yield the rows of all global variables."""
    for variable in variables(unit.declarations):
        try:
            index = unit.types.index(variable.type, f"({variable.name})")
        except FFIError as error:
            raise located(variable, error) from None
        yield global_in_c(variable.name, op.GLOBAL_VAR_F, index, f"(void *)_cffi_var_{variable.name}")


def write_variables(writer: Writer, unit: Unit) -> None:
    """Print a function for every global variable, which tells its address; it mentions the variable once: a macro may hide a call.

    A function because the address need not be constant: thread-local, imported from a DLL, or hidden in a macro.
    """
    for variable in variables(unit.declarations):
        name = variable.name
        pointer = pointer_to(unit, f"({name})", variable.type) or f"void *_cffi_p = &({name});"
        writer.line_at(variable.position, f"static void *_cffi_var_{name}(void) {{ {pointer} return (void *)_cffi_p; }}")
    writer.here()
    writer.line()
