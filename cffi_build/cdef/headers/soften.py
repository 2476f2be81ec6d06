"""How types of other headers (those of the C library, mostly) are declared: by what programs rely on, not by how they are here.

An integer type becomes ``typedef int... name;``, a struct ends in ``...;`` and loses the members that are nobody's business, so that
the text holds on other systems too. Only for modules that are compiled: without a compiler the text must say all.
"""

from __future__ import annotations

from typing import List, Optional

from cffi_build.cdef.common_types import OPAQUE_TYPES, STANDARD_TYPES
from cffi_build.cdef.headers.members import REST, find_body, is_bit_field, member_name
from cffi_build.cdef.headers.names import Directory, Named
from cffi_build.cdef.headers.pieces import Words
from cffi_build.model import CType, Primitive
from cffi_build.primitives import BY_NAME

_EXACT = ("unsigned char", "signed char", "long double")
"""What is the same everywhere, or cannot be left to the compiler."""


def is_standard(named: Named) -> bool:
    """Tell whether every text knows the type anyway (``size_t``), or its contents are never told (``FILE``)."""
    names = (*named.typedefs, *named.tags)
    known = [name in STANDARD_TYPES or name in OPAQUE_TYPES or name.startswith("_IO_") for name in names]
    return bool(known) and all(known)


def soften(named: Named, directory: Directory) -> Words:
    """Return the words by which a type of another header is declared."""
    words = named.piece.words
    if words[0] == "typedef" and any(word.startswith("__attribute__((mode") for word in words):
        return ("typedef", "int", "...", named.title, ";")
    if words[0] == "typedef" and "{" not in words and len(named.typedefs) == 1:
        return _soft_typedef(named.typedefs[0], directory.type_of(named.typedefs[0])) or words
    return soften_record(words)


def _soft_typedef(name: str, ctype: Optional[CType]) -> Words:
    if not isinstance(ctype, Primitive) or ctype.name in _EXACT:
        return ()
    kind = BY_NAME[ctype.name].kind
    if kind in ("signed", "unsigned"):
        return ("typedef", "int", "...", name, ";")
    return ("typedef", "float", "...", name, ";") if kind == "float" else ()


def soften_record(words: Words) -> Words:
    """Return the declaration of a struct or union without bit-fields and members with an underscore first, ended by ``...;``."""
    body = find_body(words)
    if body is None:
        return words
    kept: List[str] = []
    for start, end in body.members:
        member = words[start:end]
        if not is_bit_field(member) and not member_name(member).startswith("_") and member[0] != "...":
            kept += member
    return (*words[:body.opening + 1], *kept, *REST, *words[body.closing:])
