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


def primitive_for(values: Sequence[int]) -> int:
    """Return the number of the integer type that holds `values`: at least 32 bits, unsigned unless one is negative."""
    lowest, highest = min(values, default=0), max(values, default=0)
    signed = lowest < 0
    size = 32 if lowest >= -(1 << 31) and highest < 1 << (32 - signed) else 64
    return BY_NAME[f"{'' if signed else 'u'}int{size}_t"].number


def known_values(enum: EnumDeclaration) -> Optional[Sequence[int]]:
    """Return the values of the enumerators, None when one of them or the integer type is left to the C compiler."""
    values = [value for _, value in enum.enumerators or () if value is not None]
    return None if enum.partial or len(values) < len(enum.enumerators or ()) else values
