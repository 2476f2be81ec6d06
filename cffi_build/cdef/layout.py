"""Size and alignment of a type on this machine, for ``sizeof`` in a constant expression."""

from __future__ import annotations

import struct

from cffi_build.cdef.integers import POINTER_SIZE, SIZES
from cffi_build.declarations import Declarations
from cffi_build.model import Array, Enum, Pointer, Primitive, Record, spelling, unqualified

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Sequence, Tuple

    from cffi_build.model import CType


_LARGEST_ALIGNMENT = struct.calcsize("bd") - struct.calcsize("d")


class UnknownLayout(Exception):
    """Only the C compiler knows the size."""


class Layout:
    """Measures types, and remembers the records that it has measured: one may be part of many."""

    def __init__(self, declarations: Sequence[Declarations]) -> None:
        self._tables = [one.records for one in declarations]
        self._enums = [one.enums for one in declarations]
        self._measured: Dict[Record, Tuple[int, int]] = {}

    def of(self, ctype: CType) -> Tuple[int, int]:
        """Return the size and the alignment of `ctype` in bytes."""
        ctype = unqualified(ctype)
        if isinstance(ctype, Pointer):
            return POINTER_SIZE, POINTER_SIZE
        if isinstance(ctype, Array) and isinstance(ctype.length, int):
            size, align = self.of(ctype.item)
            return size * ctype.length, align
        if isinstance(ctype, Primitive):
            return _primitive(ctype.name)
        if isinstance(ctype, Record):
            if ctype not in self._measured:
                self._measured[ctype] = self._record(ctype)
            return self._measured[ctype]
        if isinstance(ctype, Enum):
            return self._enum(ctype)
        raise UnknownLayout(f"the size of '{spelling(ctype)}' is known only to the C compiler")

    def _enum(self, ctype: Enum) -> Tuple[int, int]:
        """Return size and alignment of the integer type that gcc and clang take, the first that holds all values."""
        declared = next((table[ctype] for table in self._enums if ctype in table), None)
        values = [value for _, value in (declared.enumerators if declared else None) or ()]
        known = [value for value in values if value is not None]
        if declared is None or declared.partial or not known or len(known) < len(values):
            raise UnknownLayout(f"the size of '{spelling(ctype)}' is known only to the C compiler")
        lowest, highest = min(known), max(known)
        bits = 1 + max(highest, -1 - lowest).bit_length() if lowest < 0 else highest.bit_length()
        size = next(size for size in (1, 2, 4, 8) if size == 8 or (bits <= 8 * size and (declared.packed or size > 2)))
        return size, min(size, _LARGEST_ALIGNMENT)

    def _record(self, ctype: Record) -> Tuple[int, int]:
        declared = next((table[ctype] for table in self._tables if ctype in table), None)
        if declared is None or declared.fields is None or declared.partial:
            raise UnknownLayout(f"the members of '{spelling(ctype)}' are not all declared")
        offset, alignment, largest = 0, max(declared.align, 1), 0
        for field in declared.fields:
            if field.bits is not None:
                raise UnknownLayout(f"'{spelling(ctype)}' has bit-fields, whose layout differs by compiler")
            open_array = isinstance(field.type, Array) and field.type.length is None
            size, align = self.of(field.type.item if open_array and isinstance(field.type, Array) else field.type)
            align = max(min(align, declared.pack or align, field.pack or align), field.align)
            offset = 0 if ctype.kind == "union" else -(-offset // align) * align
            offset += 0 if open_array else size
            alignment, largest = max(alignment, align), max(largest, offset)
        return -(-largest // alignment) * alignment, alignment


def _primitive(name: str) -> Tuple[int, int]:
    if name in ("long double", "long double _Complex", "wchar_t"):
        import ctypes  # knows these, but is not needed for anything else

        kind = ctypes.c_wchar if name == "wchar_t" else ctypes.c_longdouble
        return ctypes.sizeof(kind) * (2 if name.endswith("_Complex") else 1), ctypes.alignment(kind)
    if name not in SIZES:
        raise UnknownLayout(f"the size of '{name}' is known only to the C compiler")
    size = SIZES[name]
    if size == 16 and "int" in name:
        return size, size
    return size, min(size // 2 if name.endswith("_Complex") else size, _LARGEST_ALIGNMENT)
