"""The grammar of enums (C11 6.7.2.2)."""

from __future__ import annotations

from cffi_build.cdef.cursor import Refused
from cffi_build.cdef.integers import INT, ArithmeticProblem, Integer, smallest
from cffi_build.cdef.records import Records
from cffi_build.cdef.scope import Conflict, EnumeratorConflict
from cffi_build.declarations import EnumDeclaration
from cffi_build.model import Enum, spelling

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Set, Tuple

    from cffi_build.cdef.attributes import Found
    from cffi_build.model import CType

    Enumerators = List[Tuple[str, Optional[int], int]]
    """Name, value (None: only the compiler knows), token."""

_BEHIND_NAME = ("=", ",", "}")


class Enums(Records):
    """Reads enum specifiers, and declares what they define or mention."""

    __slots__ = ("_names",)

    def enum_specifier(self, typedef: bool) -> CType:
        """"enum" { attribute } ( tag | [ tag ] "{" enumerators "}" { attribute } )"""
        start = self.pos
        self.pos += 1
        found = self.attributes(None)
        tag = self.tag()
        if tag == "class" and self.at_name():
            from cffi_build.cdef.suggestions import NO_CPLUSPLUS  # only needed for errors

            raise self.error("'enum class' cannot be declared", NO_CPLUSPLUS)
        token = self.tokens[self.pos]
        if token == ":" and self.tokens[self.pos + 1] != ":":
            raise self.error("the type of an enum cannot be given", "leave the type out and end the enum in '...': the C compiler tells it")
        if token == "{":
            return self._defined_enum(tag, start, found, typedef)
        if not tag:
            raise self.expected("a name or '{' after 'enum'")
        known = self.scope.tags.get(tag) or self.scope.find_tag(tag)
        if known is None:
            known = self.scope.declare_enum(EnumDeclaration(Enum(tag), None, position=self.position(start)))
        self.check_kind(known, "enum", tag)
        return known

    def _defined_enum(self, tag: str, start: int, found: Optional[Found], typedef: bool) -> CType:
        """"{" enumerators "}" { attribute } — declare the enum"""
        if self.types_only:
            raise self.error("a type cannot define an enum here", "declare it with cdef() first")
        count = self.scope.made.anonymous_count
        opening = self.pos
        name = tag or ("" if typedef else self.scope.new_anonymous_name())
        known = (self.scope.tags.get(tag) or self.scope.find_tag(tag)) if tag else None
        if known is not None:
            self.check_kind(known, "enum", tag)
        self._names: Set[str] = set()
        enumerators, partial = self._enumerators(opening)
        found = self.attributes(found)
        ctype = Enum(name or self.new_name(typedef))
        # '...' at the end: even given values are only an idea of them, the C compiler tells all
        values = tuple([(name, None if partial else value) for name, value, _ in enumerators])
        if partial:
            self.scope.constants.update(dict.fromkeys((name for name, _ in values), None))
        partial = partial or None in [value for _, value in values]
        positions = tuple([self.position(at) for _, _, at in enumerators])
        packed = found is not None and found.packed
        declaration = EnumDeclaration(ctype, values, partial, packed, self.position(start), self.comment(start), positions)
        try:
            used = self.scope.declare_enum(declaration)
        except EnumeratorConflict as conflict:
            at = next(at for name, _, at in enumerators if name == conflict.name)
            self.conflict(conflict.name, conflict, at)
            return ctype
        except Conflict as conflict:
            self.conflict(spelling(ctype), conflict, opening - 1 if tag else opening)
            return ctype
        if used is not ctype:
            self.scope.forget_anonymous(count)
        return used

    def _enumerators(self, opening: int) -> Tuple[Enumerators, bool]:
        """ "{" enumerator { "," enumerator } [ "," ] [ "..." [ "," ] ] "}" """
        enumerators: Enumerators = []
        last: Optional[Integer] = Integer(-1, INT)
        errors = len(self.errors)
        self.pos += 1
        if self.tokens[self.pos] == "}":
            self.error("the enum has no enumerators", "write '...' between the braces if the C compiler is to tell them")
        depth = self.depth
        while True:
            token = self.tokens[self.pos]
            if token == "}":
                self.pos += 1
                return enumerators, False
            if token == "...":
                self._rest_of_enum()
                return enumerators, True
            if not token:
                raise self.unclosed(opening, errors)
            try:
                last = self._enumerator(enumerators, last)
            except Refused:
                self.depth = depth
                last = None
                self._skip_enumerator()

    def _rest_of_enum(self) -> None:
        """"..." [ "," ] "}" """
        self.pos += 1
        self.accept(",")
        if not self.accept("}"):
            raise self.expected("'}' after '...'", "it stands for all other enumerators, so it is the last")

    def _enumerator(self, enumerators: Enumerators, last: Optional[Integer]) -> Optional[Integer]:
        """enumerator: name { attribute } [ "=" ( constant-expression | "..." ) ] [ "," ] — return its value; `last`: the one before"""
        tokens, at = self.tokens, self.pos
        if not self.at_name():
            raise self.expected("the name of an enumerator")
        name = tokens[at]
        self.pos = at + 1
        if tokens[at + 1] not in _BEHIND_NAME:
            self.attributes(None)
        value = None
        if tokens[self.pos] != "=":
            value = _next(last) if last is not None else None
        elif tokens[self.pos + 1] == "...":
            self.pos += 2
        else:
            self.pos += 1
            value = self.constant()
        if name in self._names:
            self.error(f"two enumerators are called '{name}'", at=at)
        self._names.add(name)
        enumerators.append((name, None if value is None else value.value, at))
        self.scope.constants[name] = value
        token = tokens[self.pos]
        if token == ",":
            self.pos += 1
        elif token not in ("}", ""):
            raise self.expected("',' or '}' after the enumerator")
        return value

    def _skip_enumerator(self) -> None:
        """Step behind the ``,``, or to the ``}``, that ends what is wrong; give up the enum at a ``;``."""
        while self.tokens[self.pos] not in ("", ",", "}", ";"):
            self.pos += 1
        if self.tokens[self.pos] == ";":
            raise Refused
        self.accept(",")


def _next(value: Integer) -> Optional[Integer]:
    try:
        return smallest(value.value + 1)
    except ArithmeticProblem:
        return None  # nobody can need it
