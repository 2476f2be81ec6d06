"""The words that the declaration language reserves, by what they do in a list of specifiers."""

from __future__ import annotations

from cffi_build.model import Primitive, Void
from cffi_build.primitives import PRIMITIVES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Optional, Sequence, Tuple

    from cffi_build.model import Convention, CType


# What a word does among the specifiers of a declaration (C11 6.7).
WORD, QUALIFIER, STORAGE, IGNORED, RECORD, ENUM, ATTRIBUTE, CONVENTION, REFUSED = range(9)

TYPEDEF, EXTERN, STATIC = 1, 2, 4
"""Bits of the storage classes that matter."""
STORAGE_BITS = {"typedef": TYPEDEF, "extern": EXTERN, "static": STATIC}

CONST, VOLATILE, RESTRICT = 1, 2, 4
QUALIFIER_BITS = {
    "const": CONST, "__const": CONST, "__const__": CONST,
    "volatile": VOLATILE, "__volatile": VOLATILE, "__volatile__": VOLATILE,
    "restrict": RESTRICT, "__restrict": RESTRICT, "__restrict__": RESTRICT,
}

CONVENTIONS: Dict[str, Convention] = {"__cdecl": "", "_cdecl": "", "__stdcall": "__stdcall", "_stdcall": "__stdcall", "WINAPI": "__stdcall"}

ATTRIBUTE_WORDS = ("__attribute__", "__attribute", "__declspec", "_Alignas", "alignas")

_WORDS = (
    "void char short int long float double signed unsigned _Bool _Complex "
    "__complex__ __signed__ __signed __int8 __int16 __int32 __int64 __int128 _Float16"
)

IGNORED_WORDS = (
    "inline __inline __inline__ __forceinline _Noreturn noreturn register auto __extension__ _Thread_local thread_local __thread "
    "__ptr32 __ptr64 __unaligned _Nonnull _Nullable _Null_unspecified"
).split()

REFUSED_WORDS: Dict[str, str] = {
    "__fp16": "write '_Float16' if that is what the C code means",
    "_Float32": "write 'float'",
    "_Float64": "write 'double'",
    "_Float128": "128-bit floating-point numbers are not supported",
    "__float128": "128-bit floating-point numbers are not supported",
    "_Decimal32": "decimal floating-point numbers are not supported",
    "_Decimal64": "decimal floating-point numbers are not supported",
    "_Decimal128": "decimal floating-point numbers are not supported",
    "_BitInt": "write the integer type of that size, such as 'int32_t'",
    "_Imaginary": "imaginary types are not supported",
    "_Atomic": "atomic types are not supported; declare functions that access the value",
    "typeof": "write the type itself",
    "__typeof__": "write the type itself",
    "__typeof": "write the type itself",
    "__auto_type": "write the type itself",
    "__fastcall": "only '__cdecl' and '__stdcall' are supported",
    "__vectorcall": "only '__cdecl' and '__stdcall' are supported",
    "__thiscall": "only '__cdecl' and '__stdcall' are supported",
}

CPLUSPLUS_WORDS = frozenset({"class", "namespace", "template", "using", "virtual", "constexpr", "public", "private"})

KINDS: Dict[str, int] = {
    **dict.fromkeys(_WORDS.split(), WORD),
    **dict.fromkeys(QUALIFIER_BITS, QUALIFIER),
    **dict.fromkeys(STORAGE_BITS, STORAGE),
    **dict.fromkeys(IGNORED_WORDS, IGNORED),
    "struct": RECORD, "union": RECORD, "enum": ENUM,
    **dict.fromkeys(ATTRIBUTE_WORDS, ATTRIBUTE),
    **dict.fromkeys(CONVENTIONS, CONVENTION),
    **dict.fromkeys(REFUSED_WORDS, REFUSED),
}

RESERVED = frozenset(KINDS) | frozenset(
    "asm __asm __asm__ sizeof _Alignof alignof __alignof__ __alignof _Static_assert static_assert _Generic _Pragma "
    "break case continue default do else for goto if return switch while".split()
)
"""What cannot be a name."""

_ALIASES = {"__signed__": "signed", "__signed": "signed", "__complex__": "_Complex", "__int8": "char", "__int16": "short",
            "__int32": "int", "__int64": "long long"}


def _combinations() -> Dict[Tuple[str, ...], CType]:
    """List what each set of type specifiers means (C11 6.7.2p2), keyed by the words in sorted order."""
    table: Dict[Tuple[str, ...], CType] = {("void",): Void()}
    for _, name, _ in PRIMITIVES[1:16] + PRIMITIVES[48:50] + PRIMITIVES[52:]:
        words = name.split()
        table[tuple(sorted(words))] = Primitive(name)
        if words[-1] in ("short", "long"):
            table[tuple(sorted([*words, "int"]))] = Primitive(name)
        if words[0] in ("short", "long") and "double" not in words:
            table[tuple(sorted([*words, "signed"]))] = table[tuple(sorted([*words, "signed", "int"]))] = Primitive(name)
    more = {"unsigned": "unsigned int", "signed": "int", "signed int": "int", "_Complex": "double _Complex", "signed __int128": "__int128"}
    for text, name in more.items():
        table[tuple(sorted(text.split()))] = Primitive(name)
    return table


_as_usual: Dict[str, CType] = {name: Primitive(name) for _, name, _ in PRIMITIVES[1:16]}
_as_usual["unsigned"] = _as_usual["unsigned int"]
_others: Dict[Tuple[str, ...], CType] = {}  # made when needed, which is seldom


def combine(words: Sequence[str]) -> Optional[CType]:
    """Return the type that the specifiers `words` make together, None when they make none."""
    ctype = _as_usual.get(" ".join(words))
    if ctype is not None:
        return ctype
    if not _others:
        _others.update(_combinations())
    plain = [part for word in words for part in _ALIASES.get(word, word).split()]
    return _others.get(tuple(sorted(plain)))
