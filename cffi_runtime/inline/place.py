"""Offsets in structs that ask, by an attribute, for more alignment than the types of their members have."""

from __future__ import annotations

import _cffi_backend

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence, Tuple

    from _cffi_backend import CType
    from cffi_build.declarations import RecordDeclaration


class Placed:
    """Where the members are (bytes), and size and alignment of the whole."""

    def __init__(self, offsets: Tuple[int, ...], size: int, alignment: int) -> None:
        self.offsets = offsets
        self.size = size
        self.alignment = alignment


def place(name: str, declaration: RecordDeclaration, ctypes: Sequence[CType]) -> Placed:
    """Lay out `declaration` as gcc and clang do: packing lowers the alignment of a member, an ``aligned`` attribute raises it.

    Bit-fields are not served: how they mix with alignment attributes differs between compilers.
    """
    assert declaration.fields is not None
    offsets, end, alignment = [], 0, max(1, declaration.align)
    for field, ctype in zip(declaration.fields, ctypes):
        if field.bits is not None:
            raise NotImplementedError(f"{name}: bit-field '{field.name}' beside an 'aligned' attribute; use set_source() or verify()")
        natural = _cffi_backend.alignof(ctype)
        align = max(min(natural, declaration.pack or natural, field.pack or natural), field.align)
        offset = 0 if declaration.type.kind == "union" else _round_up(end, align)
        offsets.append(offset)
        end = max(end, offset + _size(ctype))
        alignment = max(alignment, align)
    return Placed(tuple(offsets), _round_up(end, alignment), alignment)


def _size(ctype: CType) -> int:
    flexible = ctype.kind == "array" and ctype.length is None
    return 0 if flexible else _cffi_backend.sizeof(ctype)


def _round_up(size: int, align: int) -> int:
    return (size + align - 1) // align * align
