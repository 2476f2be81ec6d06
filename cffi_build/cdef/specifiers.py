"""The grammar of declaration specifiers (C11 6.7p1): the words before the names, down to a type and a storage class."""

from __future__ import annotations

from cffi_build.cdef.attributes import Attributes, Found
from cffi_build.cdef.keywords import (
    ATTRIBUTE,
    CONST,
    CONVENTION,
    CPLUSPLUS_WORDS,
    ENUM,
    IGNORED,
    KINDS,
    QUALIFIER,
    QUALIFIER_BITS,
    RECORD,
    REFUSED,
    REFUSED_WORDS,
    RESERVED,
    RESTRICT,
    STORAGE,
    STORAGE_BITS,
    TYPEDEF,
    VOLATILE,
    WORD,
    combine,
)
from cffi_build.model import Array, Function, Primitive, Qualified, qualify, spelling

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Tuple

    from cffi_build.model import CType

    Specified = Tuple[CType, int, Optional[Found]]
    """What specifiers say: the type, the bits of the storage classes, the attributes if there are any."""


PLACEHOLDER = Primitive("int")
"""Stands for a type that is wrong, so that the rest of the text can still be looked at."""


class Specifiers(Attributes):
    """Reads specifiers. A struct, union or enum specifier is read further up."""

    __slots__ = ()

    def record_specifier(self, typedef: bool) -> CType:
        """Read from ``struct`` or ``union`` on; `Records` does."""
        raise NotImplementedError("Specifiers.record_specifier")

    def enum_specifier(self, typedef: bool) -> CType:
        """Read from ``enum`` on; `Enums` does."""
        raise NotImplementedError("Specifiers.enum_specifier")

    def specifiers(self) -> Specified:
        """specifiers: { storage-class | qualifier | type-specifier | attribute | function-specifier }"""
        tokens, pos = self.tokens, self.pos
        word = tokens[pos]
        ctype = self.types.get(word)
        storage = 0
        if ctype is None and word in STORAGE_BITS:
            storage = STORAGE_BITS[word]
            pos += 1
            word = tokens[pos]
            ctype = self.types.get(word)
        if ctype is not None and tokens[pos + 1] not in KINDS:  # one word, by far the most common case
            self.pos = pos + 1
            return ctype, storage, None
        if word in self.pairs and tokens[pos + 2] not in KINDS and tokens[pos + 2] != "{":  # two, the next most common
            ctype = self.pairs[word].get(tokens[pos + 1])
            if ctype is None and word == "const" and tokens[pos + 1] in self.types:
                ctype = self.pairs[word][tokens[pos + 1]] = self.qualified(self.types[tokens[pos + 1]], CONST)
            if ctype is not None:
                self.pos = pos + 2
                return ctype, storage, None
        return self._several_specifiers()

    def _several_specifiers(self) -> Specified:
        start = self.pos
        tokens = self.tokens
        ctype: Optional[CType] = None
        words: List[str] = []
        storage = qualifiers = 0
        found: Optional[Found] = None
        while True:
            token = tokens[self.pos]
            kind = KINDS.get(token)
            if kind == WORD:
                self._check_only_type(ctype, ())
                words.append(token)
            elif kind == QUALIFIER:
                qualifiers |= QUALIFIER_BITS[token]
            elif kind == STORAGE:
                storage |= STORAGE_BITS[token]
            elif kind in (RECORD, ENUM):
                self._check_only_type(ctype, words)
                typedef = bool(storage & TYPEDEF)
                ctype = self.record_specifier(typedef) if kind == RECORD else self.enum_specifier(typedef)
                continue
            elif kind in (ATTRIBUTE, CONVENTION) or token == "[":
                if not self.at_attribute():
                    break
                found = self.attributes(found)
                continue
            elif kind == REFUSED:
                raise self.error(f"'{token}' cannot be declared", REFUSED_WORDS[token])
            elif kind != IGNORED:
                if ctype is not None or words:
                    break
                ctype = self._named_type()
                if ctype is None:
                    break
                if token in self.scope.alignments:
                    found = found or Found()
                    found.type_align = self.scope.alignments[token]
                continue
            self.pos += 1
        if words:
            ctype = self._combined(words, start)
        if ctype is None:
            raise self._missing_type(start)
        if qualifiers:
            ctype = self.qualified(ctype, qualifiers)
        return ctype, storage, found

    def _check_only_type(self, ctype: Optional[CType], words: object) -> None:
        if ctype is not None or words:
            raise self.error("two types in one declaration", "is a ';' or ',' missing before?")

    def _named_type(self) -> Optional[CType]:
        """typedef-name — None when the current token cannot be one."""
        name = self.tokens[self.pos]
        ctype = self.types.get(name) or self.scope.find_type(name) or self.implicit_type(name)
        if ctype is None:
            if not self.at_name() or not self._means_type(name):
                return None
            refused = self.error(f"unknown type name '{name}'", self._guess(name))
            if name in CPLUSPLUS_WORDS:
                raise refused
            ctype = self.types[name] = PLACEHOLDER  # one error a name is enough
        self.pos += 1
        return ctype

    def _guess(self, name: str) -> str:
        from cffi_build.cdef.suggestions import about_type  # only needed for errors

        tag = self.scope.tags.get(name) or self.scope.find_tag(name)
        return f"did you mean '{spelling(tag)}'?" if tag else about_type(name, self.scope.type_names())

    def implicit_type(self, name: str) -> Optional[CType]:
        """Declare a type of the C library that is opaque everywhere; `Declarators` does."""
        raise NotImplementedError("Specifiers.implicit_type")

    def _means_type(self, name: str) -> bool:
        """Tell whether an unknown name was meant as a type: what follows is a name, ``*`` or the end of a parameter."""
        following, third = self.tokens[self.pos + 1:self.pos + 3]
        if following == "(":
            return third == "*"
        return following in ("*", ",", ")") or following.isidentifier() or name in CPLUSPLUS_WORDS or self.types_only

    def _combined(self, words: List[str], start: int) -> CType:
        """type-specifier { type-specifier }: words that make one arithmetic type together"""
        ctype = combine(words)
        if ctype is not None:
            return ctype
        self.error(f"'{' '.join(words)}' is not a type", at=start)
        return PLACEHOLDER

    def _missing_type(self, start: int) -> Exception:
        token = self.tokens[self.pos]
        if token in RESERVED:
            return self.error(f"'{token}' cannot stand here")
        if token.isidentifier():
            from cffi_build.cdef.suggestions import NO_CPLUSPLUS  # only needed for errors

            return self.expected("a type before the name", NO_CPLUSPLUS if self.tokens[self.pos + 1] == ":" else "")
        return self.expected("a type" if self.depth or self.pos > start or self.types_only else "a declaration")

    def qualified(self, ctype: CType, bits: int) -> CType:
        """Return `ctype` with the qualifiers of `bits`; those of an array are those of its items (C11 6.7.3p9)."""
        if bits == CONST and type(ctype) is Primitive:
            return Qualified(ctype, True)
        if isinstance(ctype, Function):
            return ctype  # C leaves this undefined, compilers ignore it
        if isinstance(ctype, Array):
            return Array(self.qualified(ctype.item, bits), ctype.length)
        return qualify(ctype, const=bool(bits & CONST), volatile=bool(bits & VOLATILE), restrict=bool(bits & RESTRICT))


