"""The arithmetic types of the binary interface, in the order of their numbers (spec: section 2; from 52 on they are ours)."""

from __future__ import annotations

from cffi_build.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Literal, Tuple

    PrimitiveKind = Literal["void", "bool", "char", "signed", "unsigned", "float", "complex"]
    """``char`` covers the types whose values are characters in Python; ``signed`` and ``unsigned`` are integers."""


class PrimitiveType(NamedTuple):
    """One arithmetic type; `name` is also how C spells it."""

    number: int
    name: str
    kind: PrimitiveKind


_KINDS_AND_NAMES: Tuple[Tuple[PrimitiveKind, str], ...] = (
    ("void", "void"),
    ("bool", "_Bool"),
    ("char", "char"),
    ("signed", "signed char"),
    ("unsigned", "unsigned char"),
    ("signed", "short"),
    ("unsigned", "unsigned short"),
    ("signed", "int"),
    ("unsigned", "unsigned int"),
    ("signed", "long"),
    ("unsigned", "unsigned long"),
    ("signed", "long long"),
    ("unsigned", "unsigned long long"),
    ("float", "float"),
    ("float", "double"),
    ("float", "long double"),
    ("char", "wchar_t"),
    ("signed", "int8_t"),
    ("unsigned", "uint8_t"),
    ("signed", "int16_t"),
    ("unsigned", "uint16_t"),
    ("signed", "int32_t"),
    ("unsigned", "uint32_t"),
    ("signed", "int64_t"),
    ("unsigned", "uint64_t"),
    ("signed", "intptr_t"),
    ("unsigned", "uintptr_t"),
    ("signed", "ptrdiff_t"),
    ("unsigned", "size_t"),
    ("signed", "ssize_t"),
    ("signed", "int_least8_t"),
    ("unsigned", "uint_least8_t"),
    ("signed", "int_least16_t"),
    ("unsigned", "uint_least16_t"),
    ("signed", "int_least32_t"),
    ("unsigned", "uint_least32_t"),
    ("signed", "int_least64_t"),
    ("unsigned", "uint_least64_t"),
    ("signed", "int_fast8_t"),
    ("unsigned", "uint_fast8_t"),
    ("signed", "int_fast16_t"),
    ("unsigned", "uint_fast16_t"),
    ("signed", "int_fast32_t"),
    ("unsigned", "uint_fast32_t"),
    ("signed", "int_fast64_t"),
    ("unsigned", "uint_fast64_t"),
    ("signed", "intmax_t"),
    ("unsigned", "uintmax_t"),
    ("complex", "float _Complex"),
    ("complex", "double _Complex"),
    ("char", "char16_t"),
    ("char", "char32_t"),
    ("signed", "__int128"),
    ("unsigned", "unsigned __int128"),
    ("float", "_Float16"),
    ("complex", "long double _Complex"),
)

PRIMITIVES: Tuple[PrimitiveType, ...] = tuple(
    PrimitiveType(number, name, kind) for number, (kind, name) in enumerate(_KINDS_AND_NAMES)
)

BY_NAME: Dict[str, PrimitiveType] = {row.name: row for row in PRIMITIVES}

PUBLISHED_COUNT = 52
"""The types below this number are known to every runtime, the others to ours only."""
