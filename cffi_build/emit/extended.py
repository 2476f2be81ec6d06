"""Which modules need our own runtime: those that use a type which the published binary interface has no number for."""

from __future__ import annotations

from cffi_build.emit.records import has_unusual_alignment
from cffi_build.emit.scope import parts
from cffi_build.model import Primitive
from cffi_build.primitives import BY_NAME, PUBLISHED_COUNT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from cffi_build.declarations import Declarations
    from cffi_build.model import CType


def uses_extended_types(declarations: Declarations) -> bool:
    """Return whether a type of `declarations` has a number that only our runtime knows."""
    return any(
        isinstance(part, Primitive) and BY_NAME[part.name].number >= PUBLISHED_COUNT
        for ctype in _types(declarations)
        for part in parts(ctype)
    )


def uses_alignment(declarations: Declarations) -> bool:
    """Return whether a struct or union asks for an alignment that Python modules of the published interface cannot tell."""
    return any(has_unusual_alignment(record) for record in declarations.records.values())


def _types(declarations: Declarations) -> Iterator[CType]:
    for entry in (*declarations.globals.values(), *declarations.typedefs.values()):
        if entry.type is not None:
            yield entry.type
    for record in declarations.records.values():
        yield from (field.type for field in record.fields or ())
