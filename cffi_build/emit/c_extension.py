"""Prints what our modules have beyond the published interface: see `struct _cffi_extension_s` in cffi_abi.h."""

from __future__ import annotations

from cffi_build.emit.unit import Unit
from cffi_build.emit.writer import Writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, List

NAMES_EACH = 64
"""How many rows share a string of names: `_CFFI_NAMES_EACH`. String literals must not be too long for MSVC."""


def write_extension(writer: Writer, unit: Unit, rows: Iterable[str]) -> None:
    """Print the extension of the module, whose table of globals has rows of these names; on PyPy there is none."""
    names = parameter_names(unit, rows)
    writer.directive("#ifndef PYPY_VERSION")
    if any(names):
        _write_names(writer, names)
    with writer.block("static const struct _cffi_extension_s _cffi_extension =", "};"):
        writer.line("sizeof(struct _cffi_extension_s), &_cffi_context,")
        writer.line(f"{'_cffi_parameter_names' if any(names) else 'NULL'}, _cffi_extra, _CFFI_EXTRA_COUNT,")
        writer.line("_cffi_holds_gil," if any(each.name in unit.hold_gil for each in unit.functions) else "NULL,")
    writer.directive("#endif")
    writer.line()


def parameter_names(unit: Unit, rows: Iterable[str]) -> List[str]:
    """Return the names of the parameters of each row's function, separated by commas; "" where there are none."""
    named = {each.name: ",".join([name or "" for name in each.type.names]) for each in unit.functions if any(each.type.names)}
    return [named.get(row, "") for row in rows]


def _write_names(writer: Writer, names: List[str]) -> None:
    with writer.block("static const char *const _cffi_parameter_names[] =", "};"):
        for start in range(0, len(names), NAMES_EACH):
            items = [f'"{name}\\0"' for name in names[start:start + NAMES_EACH]]
            lines = [" ".join(items[index:index + 8]) for index in range(0, len(items), 8)]
            writer.lines([*lines[:-1], lines[-1] + ","])
    writer.line()
