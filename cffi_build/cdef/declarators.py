"""The grammar of declarators (C11 6.7.6): pointers, arrays, functions and parentheses around a name."""

from __future__ import annotations

from cffi_build.cdef.common_types import OPAQUE_TYPES
from cffi_build.cdef.cursor import Refused
from cffi_build.cdef.keywords import CONVENTIONS, IGNORED, KINDS, QUALIFIER_BITS, RESERVED
from cffi_build.cdef.specifiers import PLACEHOLDER, Specifiers
from cffi_build.declarations import RecordDeclaration, TypedefDeclaration
from cffi_build.model import UNKNOWN_LENGTH, Array, Function, Pointer, Primitive, Qualified, Record, Void, unqualified
from cffi_build.values import make

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import AbstractSet, Iterator, List, Optional, Set, Tuple, Union

    from cffi_build.cdef.lexer import Tokens
    from cffi_build.cdef.scope import Scope
    from cffi_build.cdef.source import Source
    from cffi_build.model import Convention, CType, UnknownLength

    Declared = Tuple[str, int, CType]
    """What a declarator says: the name ("" without one), the token at which it stands, the type."""
    Signature = Tuple[Tuple[CType, ...], bool, Convention, Tuple[Optional[str], ...]]
    """All of a `Function` but the result, which is not known yet."""
    Length = Union[int, None, UnknownLength]


_OPENING, _BEHIND_PARAMETER = ("(", "["), (",", ")")
_LONGEST_USUAL = 300
"""Of so many tokens parameters are looked up as they are written. There must be an end: parameters nest."""
NAMED, MAYBE_NAMED, ABSTRACT = "a name", "a name or nothing", "nothing"
"""What may stand in the middle of a declarator."""


class Declarators(Specifiers):
    """Reads declarators. The type is built from the outside in: what stands behind parentheses before what is in them."""

    __slots__ = ("_parameter_names",)

    def __init__(self, source: Source, tokens: Tokens, scope: Scope) -> None:
        super().__init__(source, tokens, scope)
        self._parameter_names: AbstractSet[Optional[str]] = frozenset()

    def recover(self) -> None:
        """Go on behind what is wrong, outside of all parameters."""
        super().recover()
        self._parameter_names = frozenset()

    def declarator(self, base: CType, naming: str, convention: Optional[Convention] = None) -> Declared:
        """declarator: { "*" { qualifier } } ( name | "(" declarator ")" | nothing ) { array | parameters }"""
        tokens = self.tokens
        pos = start = self.pos
        token = tokens[pos]
        while token == "*":
            base = make(Pointer, (Pointer, base))
            pos += 1
            token = tokens[pos]
            if token in KINDS:
                self.pos = pos
                base, convention = self._pointer_qualifiers(base, convention)
                pos = self.pos
                token = tokens[pos]
        self.pos = pos
        depth = self.depth
        if depth + pos - start > 50 or naming is ABSTRACT:
            return self._full_declarator(base, naming, convention, pos - start)
        if token.isidentifier() and token not in RESERVED:
            self.pos = pos + 1
            if tokens[pos + 1] in _OPENING:
                self.depth += pos - start + 1
                base = self._suffixes(base, convention)
                self.depth = depth
            return token, pos, base
        if token in _BEHIND_PARAMETER and naming is MAYBE_NAMED:
            return "", pos, base
        return self._full_declarator(base, naming, convention, pos - start)

    def _full_declarator(self, base: CType, naming: str, convention: Optional[Convention], stars: int) -> Declared:
        """( name | "(" declarator ")" | nothing ) { array | parameters } — the pointers have been read."""
        depth = self.depth
        self.deeper(stars + 1)
        if self.at_attribute():
            convention = self._attributes_convention(convention)
            if isinstance(base, Function):
                base, convention = self.with_convention(base, convention), None
            if self.tokens[self.pos] == "*":
                declared = self.declarator(base, naming, convention)
                self.depth = depth
                return declared
        name, at = "", self.pos
        if self.at_name():
            name = self.tokens[self.pos]
            if naming is ABSTRACT:
                raise self.error(f"a type without a name is wanted here, found '{name}'")
            self.pos += 1
        elif self.tokens[self.pos] == "(" and self._nests():
            declared = self._nested(base, naming, convention)
            self.depth = depth
            return declared
        elif naming is NAMED or self.tokens[self.pos] == "&":
            raise self._missing_name()
        base = self._suffixes(base, convention)
        self.depth = depth
        return name, at, base

    def _missing_name(self) -> Refused:
        reference = self.tokens[self.pos] in ("&", "&&")
        return self.expected("a name", "a reference of C++ is declared as a pointer" if reference else "")

    def _nests(self) -> bool:
        """Tell a declarator in parentheses from parameters: C11 6.7.6.3p11 takes what can be a type as one."""
        following = self.tokens[self.pos + 1]
        if following in ("*", "(", "[", "^") or following in CONVENTIONS or following.startswith("__attribute"):
            return True
        return following.isidentifier() and following not in RESERVED and not self.starts_type(self.pos + 1)

    def _nested(self, base: CType, naming: str, convention: Optional[Convention]) -> Declared:
        """ "(" declarator ")" { array | parameters } — the second part is read first: it is the type of the first."""
        opening = self.pos
        self.skip_balanced()
        closing = self.pos - 1
        base = self._suffixes(base, convention)
        end, self.pos = self.pos, opening + 1
        declared = self.declarator(base, naming)
        if self.pos != closing:
            raise self.expected("')'")
        self.pos = end
        return declared

    def _pointer_qualifiers(self, base: CType, convention: Optional[Convention]) -> Tuple[CType, Optional[Convention]]:
        """{ qualifier | attribute } — after a ``*``"""
        bits = 0
        while True:
            token = self.tokens[self.pos]
            if token in QUALIFIER_BITS:
                bits |= QUALIFIER_BITS[token]
                self.pos += 1
            elif token in CONVENTIONS and isinstance(base, Pointer) and isinstance(base.target, Function):
                base = self.with_convention(base, CONVENTIONS[token])
                self.pos += 1
            elif self.at_attribute():
                convention = self._attributes_convention(convention)
            elif KINDS.get(token) == IGNORED:
                self.pos += 1
            else:
                return (self.qualified(base, bits) if bits else base), convention

    def _attributes_convention(self, convention: Optional[Convention]) -> Optional[Convention]:
        """{ attribute } — return the calling convention that they give, or else the one from before"""
        found = self.attributes(None)
        return convention if found is None or found.convention is None else found.convention

    def with_convention(self, ctype: CType, convention: Optional[Convention]) -> CType:
        """Return a function type, or a pointer to one, with a calling convention; other types as they are."""
        if convention is not None and isinstance(ctype, Function):
            return ctype._replace(abi=convention)
        if convention is not None and isinstance(ctype, Pointer) and isinstance(ctype.target, Function):
            return Pointer(ctype.target._replace(abi=convention))
        return ctype

    def _suffixes(self, base: CType, convention: Optional[Convention]) -> CType:
        """{ "[" length "]" | "(" parameters ")" } — the last one is the innermost part of the type"""
        at = self.pos
        token = self.tokens[at]
        if token == "(":
            self.deeper()
            signature = self._parameters(convention or "")
            return self._function(self._suffixes(base, convention), signature, at)
        if token == "[" and self.tokens[at + 1] != "[":
            self.deeper()
            length = self._length()
            return self._array(self._suffixes(base, convention), length, at)
        return base

    def _length(self) -> Length:
        """ "[" [ { qualifier | "static" } constant-expression | "..." | "*" ] "]" """
        self.pos += 1
        while self.tokens[self.pos] in QUALIFIER_BITS or self.tokens[self.pos] == "static":
            self.pos += 1  # only in parameters, where they promise something to the optimizer
        token = self.tokens[self.pos]
        at = self.pos
        length: Length = None
        if token == "...":
            length = UNKNOWN_LENGTH
            self.pos += 1
        elif token == "*" and self.tokens[at + 1] == "]":
            self.pos += 1
        elif self.tokens[at + 1] == "]" and token in self._parameter_names:
            self.pos += 1  # "int a[n]" in parameters is a pointer, whatever n is
        elif token != "]":
            length = self._item_count(at)
        self.expect("]", "']' after the length of the array")
        return length

    def _item_count(self, at: int) -> int:
        count = self.constant().value
        if 0 <= count < 1 << 62:
            return count
        self.error(f"an array cannot have {count} items" if count < 0 else "the array is too large for any memory", at=at)
        return 1

    def _array(self, item: CType, length: Length, at: int) -> CType:
        kind = unqualified(item)
        if isinstance(kind, (Function, Void)):
            hint = "an array of pointers to functions is written 'int (*name[3])(int)'" if isinstance(kind, Function) else ""
            self.error(f"an array cannot hold {'functions' if isinstance(kind, Function) else repr('void')}", hint, at)
            item = PLACEHOLDER
        if isinstance(kind, Array) and kind.length is None:
            self.error("only the first length of an array can be left out", "write '[...]' if the C compiler is to tell it", at)
        return Array(item, length)

    def _function(self, result: CType, signature: Signature, at: int) -> CType:
        kind = unqualified(result)
        if isinstance(kind, (Function, Array)):
            what = "a function" if isinstance(kind, Function) else "an array"
            self.error(f"a function cannot return {what}", "it can return a pointer to one", at)
            kind = PLACEHOLDER
        return make(Function, (Function, kind, *signature))

    def _parameters(self, convention: Convention) -> Signature:
        """ "(" [ "void" | parameter { "," parameter } [ "," "..." ] ] ")" """
        opening, tokens = self.pos, self.tokens
        token = tokens[opening + 1]
        if token == ")" or (tokens[opening + 2] == ")" and isinstance(self.types.get(token), Void)):
            self.pos += 2 if token == ")" else 3
            return (), False, convention, ()
        types: List[CType] = []
        names: List[Optional[str]] = []
        outer = self._parameter_names
        given: Set[Optional[str]] = set()
        self._parameter_names = given
        variadic, named = False, 0
        texts = self._texts_of_parameters()
        self.pos += 1
        text = self._usual_parameters(texts, types, names)
        while tokens[self.pos - 1] != ")":
            if tokens[self.pos] == "..." and tokens[self.pos + 1] == ")":
                if not types:
                    self.error("a function cannot have '...' as its only parameter", "C needs one before it")
                variadic = True
                self.pos += 2
                break
            given.update(names[named:])
            named = len(names)
            ctype, name = self._parameter(text)
            types.append(ctype)
            names.append(name or None)
            self._end_of_parameter(opening)
            text = self._usual_parameters(texts, types, names)
        self._parameter_names = outer
        return tuple(types), variadic, convention, tuple(names)

    def _texts_of_parameters(self) -> Iterator[str]:
        """Return how each parameter is written, a space between its tokens; nothing when they cannot be told apart by commas alone."""
        try:
            text = " ".join(self.tokens[self.pos + 1:self.tokens.index(")", self.pos, self.pos + _LONGEST_USUAL)])
        except ValueError:
            text = ""
        return iter(() if not text or "(" in text or "[ [" in text or text[-1] == "," else text.split(" , "))

    def _usual_parameters(self, texts: Iterator[str], types: List[CType], names: List[Optional[str]]) -> str:
        """Add parameters, with what follows each, as long as their types are written as others were; return the text of the next."""
        pos = self.pos
        for text in texts:
            before, _, name = text.rpartition(" ")
            ctype = self.usual.get(before)
            if ctype is None or not name.isidentifier() or name in RESERVED:
                ctype, name = self.usual.get(text), ""
                if ctype is None:
                    break
            types.append(ctype)
            names.append(name or None)
            pos += text.count(" ") + 2
        else:
            text = ""
        self.pos = pos
        return text

    def _parameter(self, text: str) -> Tuple[CType, str]:
        """parameter: specifiers [ declarator ] — `text` is how it is written, "" if that is not known"""
        at = self.pos
        base, storage, found = self.specifiers()
        name, _, declared = self.declarator(base, MAYBE_NAMED, found.convention if found else None)
        ctype = declared if type(declared) is Pointer or type(declared) is Primitive else self._adjusted(declared, at)
        if text and ctype is declared and found is None and not storage:
            self.usual[text[:-1 - len(name)] if name else text] = ctype
        return ctype, name

    def _end_of_parameter(self, opening: int) -> None:
        """{ attribute } ( "," | ")" )"""
        if self.tokens[self.pos] not in _BEHIND_PARAMETER:
            self.attributes(None)
        token = self.tokens[self.pos]
        if not token:
            raise self.error("'(' is never closed", at=opening)
        if token not in _BEHIND_PARAMETER:
            raise self.expected("',' or ')' after the parameter")
        self.pos += 1

    def _adjusted(self, ctype: CType, at: int) -> CType:
        """Return the type that a parameter declared as `ctype` really has (C11 6.7.6.3p7, p8, p15)."""
        if isinstance(ctype, Qualified):
            ctype = ctype.base
        if isinstance(ctype, Array):
            return Pointer(ctype.item)
        if isinstance(ctype, Function):
            return Pointer(ctype)
        if isinstance(ctype, Void):
            self.error("a parameter cannot have the type 'void'", "'void' stands alone: 'f(void)' is a function without parameters", at)
        return ctype

    def type_name(self, naming: str = ABSTRACT) -> CType:
        """type-name: specifiers [ abstract-declarator ]"""
        at = self.pos
        base, storage, found = self.specifiers()
        if storage:
            self.error(f"a type cannot be '{self.tokens[at]}'", at=at)
        return self.declarator(base, naming, found.convention if found else None)[2]

    def implicit_type(self, name: str) -> Optional[CType]:
        """Declare ``typedef ... name;`` for an opaque type of the C library, as if the text had begun with it."""
        if name not in OPAQUE_TYPES:
            return None
        record = Record("struct", f"${name}")
        self.scope.declare_record(RecordDeclaration(record, None, position=self.position(self.pos)))
        self.scope.declare_typedef(TypedefDeclaration(name, record, position=self.position(self.pos)))
        return record


