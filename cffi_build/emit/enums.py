"""What the tables say of an enum, in C and in Python modules alike: the names of its values, and the integer type that holds them."""

from __future__ import annotations

from cffi_build.declarations import EnumDeclaration
from cffi_build.primitives import BY_NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Sequence, Tuple


def names(enum: EnumDeclaration) -> Tuple[str, ...]:
    """Return the names of the enumerators."""
    return tuple([name for name, _ in enum.enumerators or ()])


def primitive_for(values: Sequence[int], packed: bool) -> int:
    """Return the number of the integer type that holds `values`: at least 32 bits unless `packed`, unsigned unless one is negative."""
    lowest, highest = min(values, default=0), max(values, default=0)
    bits = 1 + max(highest, -1 - lowest).bit_length() if lowest < 0 else highest.bit_length()
    size = next(size for size in (8, 16, 32, 64) if (bits <= size and (packed or size > 16)) or size == 64)
    return BY_NAME[f"{'' if lowest < 0 else 'u'}int{size}_t"].number


def known_values(enum: EnumDeclaration) -> Optional[Sequence[int]]:
    """Return the values of the enumerators, None when one of them or the integer type is left to the C compiler."""
    values = [value for _, value in enum.enumerators or () if value is not None]
    return None if enum.partial or len(values) < len(enum.enumerators or ()) else values
