"""Rows of the enum table: the integer type behind each enum, from its values or from the C compiler."""

from __future__ import annotations

from typing import Sequence, Tuple, Union

from cffi_build.declarations import EnumDeclaration
from cffi_build.emit.tables import EnumRow
from cffi_build.emit.unit import Unit
from cffi_build.primitives import BY_NAME


def enum_rows(unit: Unit) -> Sequence[EnumRow]:
    """Return the rows for a C module."""
    return [
        EnumRow(enum.type.name, unit.types.index(enum.type), _primitive_in_c(unit, enum), names(enum))
        for enum in unit.scope.enums.values()
    ]


def names(enum: EnumDeclaration) -> Tuple[str, ...]:
    """Return the names of the enumerators."""
    return tuple(name for name, _ in enum.enumerators or ())


def primitive_for(values: Sequence[int]) -> int:
    """Return the number of the integer type that holds `values`: at least 32 bits, unsigned unless one is negative."""
    signed = any(value < 0 for value in values)
    size = 32 if all(-(1 << 31) <= value < 1 << (32 - signed) for value in values) else 64
    return BY_NAME[f"{'' if signed else 'u'}int{size}_t"].number


def _primitive_in_c(unit: Unit, enum: EnumDeclaration) -> Union[int, str]:
    if unit.spelling.can_spell(enum.type):
        name = unit.spell(enum.type)
        return f"_cffi_prim_int(sizeof({name}), (({name})-1) <= 0)"
    values = [value for _, value in enum.enumerators or () if value is not None]
    if len(values) == len(enum.enumerators or ()):
        return primitive_for(values)
    signed = " || ".join(f"({name}) < 0" for name in names(enum))
    return f"_cffi_prim_int(sizeof({names(enum)[0]}), {signed})"
