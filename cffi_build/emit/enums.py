"""Rows of the enum table: the integer type behind each enum, from its values or from the C compiler."""

from __future__ import annotations

from cffi_build.declarations import EnumDeclaration
from cffi_build.emit.scope import ScopedEnum
from cffi_build.emit.tables import enum_in_c
from cffi_build.emit.unit import Unit
from cffi_build.primitives import BY_NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Sequence, Tuple, Union

    from cffi_build.emit.tables import EnumRow


def enum_rows(unit: Unit) -> List[EnumRow]:
    """Return the rows for a C module."""
    return [
        enum_in_c(enum.name, unit.types.index(enum), _primitive_in_c(unit, scoped), names(scoped.declaration))
        for enum, scoped in unit.scope.enums.items()
    ]


def names(enum: EnumDeclaration) -> Tuple[str, ...]:
    """Return the names of the enumerators."""
    return tuple([name for name, _ in enum.enumerators or ()])


def primitive_for(values: Sequence[int], packed: bool) -> int:
    """Return the number of the integer type that holds `values`: at least 32 bits unless `packed`, unsigned unless one is negative."""
    lowest, highest = min(values, default=0), max(values, default=0)
    bits = 1 + max(highest, -1 - lowest).bit_length() if lowest < 0 else highest.bit_length()
    size = next(size for size in (8, 16, 32, 64) if bits <= size and (packed or size > 16) or size == 64)
    return BY_NAME[f"{'' if lowest < 0 else 'u'}int{size}_t"].number


def known_values(enum: EnumDeclaration) -> Optional[Sequence[int]]:
    """Return the values of the enumerators, None when one of them or the integer type is left to the C compiler."""
    values = [value for _, value in enum.enumerators or () if value is not None]
    return None if enum.partial or len(values) < len(enum.enumerators or ()) else values


def _primitive_in_c(unit: Unit, scoped: ScopedEnum) -> Union[int, str]:
    enum, values = scoped.declaration, known_values(scoped.declaration)
    if values is not None and (scoped.external or not unit.spelling.can_spell(enum.type)):
        return primitive_for(values, enum.packed)
    if unit.spelling.can_spell(enum.type):
        name = unit.spell(enum.type)
        return f"_cffi_prim_int(sizeof({name}), (({name})-1) <= 0)"
    signed = " || ".join(f"({name}) < 0" for name in names(enum))
    return f"_cffi_prim_int(sizeof({names(enum)[0]}), {signed})"
