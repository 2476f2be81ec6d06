"""Prints what our modules have beyond the published interface: see `struct _cffi_extension_s` in cffi_abi.h."""

from __future__ import annotations

from cffi_build.emit.c_tables import write_names
from cffi_build.emit.unit import Unit
from cffi_build.emit.writer import Writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, List


def write_extension(writer: Writer, unit: Unit, rows: Iterable[str]) -> None:
    """Print the extension of the module, whose table of globals has rows of these names; on PyPy there is none."""
    names = parameter_names(unit, rows)
    writer.directive("#ifndef PYPY_VERSION")
    if any(names):
        write_names(writer, "_cffi_parameter_names", names)
    with writer.block("static const struct _cffi_extension_s _cffi_extension =", "};"):
        writer.line("sizeof(struct _cffi_extension_s), &_cffi_context,")
        writer.line(f"{'_cffi_parameter_names' if any(names) else 'NULL'}, _cffi_extra, _CFFI_EXTRA_COUNT,")
        holds_gil = any(each.name in unit.hold_gil for each in unit.functions)
        writer.line(f"{'_cffi_holds_gil' if holds_gil else 'NULL'}, _cffi_complete_tables, _cffi_opcodes,")
    writer.directive("#endif")
    writer.line()


def parameter_names(unit: Unit, rows: Iterable[str]) -> List[str]:
    """Return the names of the parameters of each row's function, separated by commas; "" where there are none."""
    named = {each.name: ",".join([name or "" for name in each.type.names]) for each in unit.functions if any(each.type.names)}
    return [named.get(row, "") for row in rows]
