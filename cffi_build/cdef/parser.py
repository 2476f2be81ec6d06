"""The grammar of a whole text: functions, variables, constants, typedefs, ``extern "Python"`` blocks."""

from __future__ import annotations

from cffi_build.cdef.attributes import Found
from cffi_build.cdef.cursor import Refused
from cffi_build.cdef.declarators import MAYBE_NAMED, NAMED
from cffi_build.cdef.directives import Directives
from cffi_build.cdef.integers import SIZES, Integer, convert
from cffi_build.cdef.keywords import TYPEDEF
from cffi_build.cdef.lexer import read_string, tokenize
from cffi_build.cdef.scope import Conflict, Scope
from cffi_build.cdef.source import Source
from cffi_build.cdef.weight import Weights
from cffi_build.declarations import ConstantDeclaration, FunctionDeclaration, RecordDeclaration, TypedefDeclaration, VariableDeclaration
from cffi_build.model import (
    Enum,
    Function,
    Pointer,
    Primitive,
    Qualified,
    Record,
    UnknownFloat,
    UnknownInteger,
    Void,
    in_typedef,
    spelling,
    unqualified,
)
from cffi_build.primitives import BY_NAME
from cffi_build.values import make

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Tuple

    from cffi_build.cdef.lexer import Cut
    from cffi_build.declarations import ExternPython, GlobalDeclaration
    from cffi_build.model import CType


_MACROS = {"complex": "write '_Complex' for it"}
_OPAQUE = Record("struct", "...")
_NEVER_UNKNOWN = ("long double", "__int128", "unsigned __int128", "_Float16")
_NO_DECLARATION = frozenset({"", ";", "}", "_Static_assert", "static_assert", "extern"})
"""With what something else than a declaration may begin, or the text ends."""
_LINKAGES = {"C": "", "Python": "Python", "Python+C": "Python+C", "C+Python": "Python+C"}


class Parser(Directives):
    """Reads a text of declarations, or one type."""

    __slots__ = ("_linkage", "_linkages", "_problems", "_weights")

    def __init__(self, source: Source, scope: Scope, cut: Optional[Cut] = None) -> None:
        """Prepare to read the text of `source`. `cut`: see `tokenize`."""
        tokens = tokenize(source.text, cut)
        super().__init__(source, tokens, scope, cut)
        self._linkage: ExternPython = ""
        self._linkages: List[Tuple[ExternPython, int]] = []
        self._weights = Weights()
        self._problems = tokens.problems

    def text(self) -> None:
        """text: { directive | declaration | linkage | static-assertion | ";" }"""
        for problem in self._problems:
            self.error_at(*problem)
        while self._next_declaration():
            pass
        self.directives_before(len(self.tokens))
        self._check_contents()

    def _next_declaration(self) -> bool:
        """Read one declaration; false at the end of the text. After an error, go on behind it."""
        start = self.pos
        if self.next_directive <= start:
            self.directives_before(start)
        token = self.tokens[start]
        try:
            if token not in _NO_DECLARATION:
                self._declaration(start)
            elif token == ";":
                self.pos += 1
            elif token == "}":
                self._end_of_linkage()
            elif token in ("_Static_assert", "static_assert"):
                self.static_assertion()
            elif token == "extern":
                self._extern_declaration(start)
            elif self._linkages:
                self.unclosed(self._linkages.pop()[1], len(self.errors))
            else:
                return False
        except Refused:
            self._recover_from(start)
        return True

    def _recover_from(self, start: int) -> None:
        self.depth = 0
        if self.pos == start or self.tokens[self.pos - 1] != "}":
            self.recover()  # behind a "}", the next declaration begins just here
        if self.tokens[self.pos] == "}" and not self._linkages:
            self.pos += 1
        end = self.pos - 2
        if self.tokens[start] == "typedef" and end > start and self.tokens[end].isidentifier():
            self.types.setdefault(self.tokens[end], Primitive("int"))  # so that its uses are no further errors

    def _extern_declaration(self, start: int) -> None:
        if self.tokens[start + 1][:1] == '"':
            self._begin_of_linkage()
        else:
            self._declaration(start)

    def _begin_of_linkage(self) -> None:
        """"extern" string { string } ( "{" { declaration } "}" | declaration )"""
        at = self.pos + 1
        self.pos = at
        while self.tokens[self.pos][:1] == '"':
            self.pos += 1
        words = "".join(read_string(self.tokens[at:self.pos]).split())
        if words not in _LINKAGES:
            raise self.error(f'unknown linkage "{words}"', 'it is "Python", "Python+C" or "C"', at)
        outer = self._linkage
        self._linkage = _LINKAGES[words]  # type: ignore[assignment]
        if self.tokens[self.pos] == "{":
            self._linkages.append((outer, self.pos))
            self.pos += 1
            return
        try:
            self._declaration(at - 1)
        finally:
            self._linkage = outer

    def _end_of_linkage(self) -> None:
        if not self._linkages:
            self.error("'}' without a '{' before it")
        else:
            self._linkage, _ = self._linkages.pop()
        self.pos += 1

    def _declaration(self, start: int) -> None:
        """declaration: specifiers ( nothing | declarator [ "=" initializer ] { "," … } ) ";" """
        tokens, at = self.tokens, self.pos
        if tokens[at + 1] == "..." and tokens[at] == "typedef":
            self._opaque_typedefs()
            return
        count = self.scope.made.anonymous_count
        base, storage, found = self.specifiers()
        token = tokens[self.pos]
        if storage & TYPEDEF:
            self._typedefs(base, found, count)
        elif token != ";" and token:
            self._globals(base, storage, found, start)
        elif token and not isinstance(unqualified(base), (Record, Enum)):
            self.error("the declaration has no name")
        if tokens[self.pos] != ";":
            raise self.expected("';' after the declaration")
        self.pos += 1

    def _typedefs(self, base: CType, found: Optional[Found], count: int) -> None:
        """"typedef" specifiers [ "..." ] declarator { "," declarator }"""
        unknown = self._kind_of_unknown(base) if self.tokens[self.pos] == "..." else ""
        while True:
            name, at, ctype = self.declarator(base, NAMED, found.convention if found is not None else None)
            own = found if self.tokens[self.pos] == ";" else self.attributes(None) or found
            align = 0
            if own is not None:
                ctype = self.with_convention(ctype, own.convention)
                align = own.align or (own.type_align if self.keeps_alignment(base, ctype) else 0)
            if unknown:
                ctype = UnknownFloat(name) if unknown == "float" else UnknownInteger(name)
            self._declare_typedef(name, ctype, at, count, align)
            if self.tokens[self.pos] != ",":
                return
            self.pos += 1

    def _kind_of_unknown(self, base: CType) -> str:
        """"..." — behind a type that only tells the kind of the real one"""
        kind = BY_NAME[base.name].kind if isinstance(base, Primitive) and base.name not in _NEVER_UNKNOWN else ""
        if kind not in ("signed", "unsigned", "char", "float"):
            raise self.error(f"'{spelling(base)}...' is not a type", "only 'int...' and 'float...' stand for unknown types")
        self.pos += 1
        return kind

    def _declare_typedef(self, name: str, ctype: CType, at: int, count: int, align: int = 0) -> None:
        if not self._weights.acceptable(ctype):
            self.error(f"the type '{name}' is too large when written out", "too many typedefs inside typedefs", at)
            ctype = Primitive("int")
        typedef = TypedefDeclaration(name, in_typedef(ctype, name), align, self.position(at))
        repeated = name in self.scope.made.typedefs
        try:
            self.scope.declare_typedef(typedef)
        except Conflict as conflict:
            self.conflict(name, conflict, at)
            return
        if repeated and self.scope.made.typedefs[name] is not typedef:
            self.scope.forget_anonymous(count)

    def _opaque_typedefs(self) -> None:
        """"typedef" "..." [ "*" ] name { "," [ "*" ] name } ";" """
        self.pos += 2
        while True:
            name, at, ctype = self.declarator(_OPAQUE, NAMED)
            pointer = ctype == Pointer(_OPAQUE)
            if not pointer and ctype != _OPAQUE:
                raise self.error("'typedef ...' stands for an opaque type", f"write 'typedef ... {name};' or 'typedef ... *{name};'", at)
            record = Record("struct", f"$${name}" if pointer else f"${name}")
            self.scope.declare_record(RecordDeclaration(record, None, position=self.position(at)))
            self._declare_typedef(name, Pointer(record) if pointer else record, at, self.scope.made.anonymous_count)
            if not self.accept(","):
                break
        self.expect(";", "';' after the declaration")

    def _globals(self, base: CType, storage: int, found: Optional[Found], start: int) -> None:
        """declarator [ "=" initializer ] { "," declarator [ "=" initializer ] }"""
        while True:
            name, at, ctype = self.declarator(base, NAMED, found.convention if found is not None else None)
            token = self.tokens[self.pos]
            if token != ";" and token != "," and token != "=":
                ctype = self._behind_declarator(ctype, at)
            if type(ctype) is Function:
                items = (name, ctype, self._linkage, self.position(at), self.comment(start, self.pos))
                declared: GlobalDeclaration = make(FunctionDeclaration, (FunctionDeclaration, *items))
            else:
                declared = self._variable(name, ctype, at, start)
            try:
                self.scope.declare_global(declared)
            except Conflict as conflict:
                self.conflict(name, conflict, at)
            if self.tokens[self.pos] != ",":
                return
            self.pos += 1

    def _behind_declarator(self, ctype: CType, at: int) -> CType:
        """{ attribute } — behind a declarator; return the type with what they add"""
        found = self.attributes(None)
        token = self.tokens[self.pos]
        if token == "{" and isinstance(ctype, Function):
            hint = "end the declaration in ';' and write the body into the source of set_source()"
            refused = self.error(f"the function '{self.tokens[at]}' has a body", hint)
            self.skip_balanced()
            raise refused
        if token not in (";", ",", "="):
            raise self._unexpected_behind(self.tokens[at])
        return ctype if found is None else self.with_convention(ctype, found.convention)

    def _unexpected_behind(self, name: str) -> Refused:
        """Complain about what stands where ``;`` should; another name says that the first was none."""
        if not self.at_name():
            return self.expected("';' after the declaration")
        from cffi_build.cdef.suggestions import CALLING  # only needed for errors

        hint = _MACROS.get(name) or ("write '__stdcall' for it" if name in CALLING else "leave out macros such as it")
        return self.expected("';' after the declaration", f"'{name}' was taken for the name that is declared: {hint}")

    def _variable(self, name: str, ctype: CType, at: int, start: int) -> GlobalDeclaration:
        """Return the declaration of a variable, or of a constant when it is ``const`` or has a value (``int x = 5;``)."""
        constant = isinstance(ctype, Qualified) and ctype.const
        value = None
        if isinstance(unqualified(ctype), Void):
            self.error(f"the variable '{name}' cannot have the type 'void'", f"a pointer is written 'void *{name}'", at)
        if self._linkage == "Python":
            self.error(f"'extern \"{self._linkage}\"' is for functions, '{name}' is a variable", at=at)
        if self.accept("="):
            equals = self.pos - 1
            value = self._initializer(unqualified(ctype))
            if not constant and value is None:
                number = isinstance(unqualified(ctype), Primitive)
                hint = "only constants have: write 'const' before its type" if number else "leave it out: the C code has it"
                self.error(f"the variable '{name}' has a value", hint, equals)
            constant = True
        position, comment = self.position(at), self.comment(start, self.pos)
        if constant:
            self.scope.constants[name] = value
            return ConstantDeclaration(name, unqualified(ctype), None if value is None else value.value, position, comment)
        return VariableDeclaration(name, ctype, position, comment)

    def _initializer(self, ctype: CType) -> Optional[Integer]:
        """constant-expression — of an integer; what other types are initialized with is left to the C compiler"""
        if isinstance(ctype, UnknownInteger):
            return self.constant()
        if isinstance(ctype, Primitive) and BY_NAME[ctype.name].kind in ("bool", "signed", "unsigned"):
            value = self.constant()
            return convert(value.value, ctype.name) if ctype.name in SIZES else value
        while self.tokens[self.pos] not in ("", ",", ";"):
            if self.tokens[self.pos] in ("(", "[", "{"):
                self.skip_balanced()
            else:
                self.pos += 1
        return None

    def _check_contents(self) -> None:
        """Refuse structs that contain one another: one of them must have been mentioned before it was defined."""
        if not self.mentioned_before:
            return
        from cffi_build.cdef.containment import find_endless  # rarely needed

        record = find_endless(self.mentioned_before, self.scope.made.records)
        if record is not None:
            at = self.mentioned_before[record]
            self.error(f"'{spelling(record)}' contains itself through its members", "it can contain a pointer to itself", at)

    def whole_type(self, may_define: bool = False) -> CType:
        """Read one type-name, and nothing behind it; it may declare a name, as in ``int callback(int x)``.

        `may_define`: structs and unions without a tag may be defined in it.
        """
        self.may_define = may_define
        for problem in self._problems:
            self.error_at(*problem)
        self.types_only = True
        ctype = self.type_name(MAYBE_NAMED)
        if self.tokens[self.pos]:
            raise self.expected("the end of the type")
        return ctype
