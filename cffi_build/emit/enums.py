"""Rows of the enum table: the integer type behind each enum, from its values or from the C compiler."""

from __future__ import annotations

from cffi_build.declarations import EnumDeclaration
from cffi_build.emit.scope import ScopedEnum
from cffi_build.emit.tables import EnumRow
from cffi_build.emit.unit import Unit
from cffi_build.primitives import BY_NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Sequence, Tuple, Union


def enum_rows(unit: Unit) -> Sequence[EnumRow]:
    """Return the rows for a C module."""
    return [
        EnumRow(enum.name, unit.types.index(enum), _primitive_in_c(unit, scoped), names(scoped.declaration))
        for enum, scoped in unit.scope.enums.items()
    ]


def names(enum: EnumDeclaration) -> Tuple[str, ...]:
    """Return the names of the enumerators."""
    return tuple(name for name, _ in enum.enumerators or ())


def primitive_for(values: Sequence[int]) -> int:
    """Return the number of the integer type that holds `values`: at least 32 bits, unsigned unless one is negative."""
    signed = any(value < 0 for value in values)
    size = 32 if all(-(1 << 31) <= value < 1 << (32 - signed) for value in values) else 64
    return BY_NAME[f"{'' if signed else 'u'}int{size}_t"].number


def known_values(enum: EnumDeclaration) -> Optional[Sequence[int]]:
    """Return the values of the enumerators, None when one of them or the integer type is left to the C compiler."""
    values = [value for _, value in enum.enumerators or () if value is not None]
    return None if enum.partial or len(values) < len(enum.enumerators or ()) else values


def _primitive_in_c(unit: Unit, scoped: ScopedEnum) -> Union[int, str]:
    enum, values = scoped.declaration, known_values(scoped.declaration)
    if values is not None and (scoped.external or not unit.spelling.can_spell(enum.type)):
        return primitive_for(values)
    if unit.spelling.can_spell(enum.type):
        name = unit.spell(enum.type)
        return f"_cffi_prim_int(sizeof({name}), (({name})-1) <= 0)"
    signed = " || ".join(f"({name}) < 0" for name in names(enum))
    return f"_cffi_prim_int(sizeof({names(enum)[0]}), {signed})"
