"""The lines that begin with ``#``: constants by ``#define``, ``#pragma pack``; the others are refused or mean nothing."""

from __future__ import annotations

import sys

from cffi_build.cdef.cursor import Refused
from cffi_build.cdef.enums import Enums
from cffi_build.cdef.integers import INT, Integer
from cffi_build.cdef.lexer import Directive, Tokens, tokenize
from cffi_build.cdef.scope import Conflict, Scope
from cffi_build.cdef.source import Source
from cffi_build.declarations import ConstantDeclaration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, List, Optional, Tuple

    from cffi_build.cdef.lexer import Cut


_REFUSED = {
    "include": "there is no preprocessor here: write the declarations themselves; the '#include' belongs into the source",
    "undef": "leave it out, and give each macro only the '#define' that counts",
}
_NEVER = sys.maxsize
_NO_PREPROCESSOR = "there is no preprocessor here: keep what holds for this platform, or choose in Python before"
_SYNTAX = "write '#define {0} 42' with an integer constant, or '#define {0} ...' to ask the C compiler"


def line_marker(directive: Directive) -> Optional[Tuple[int, str]]:
    """Return line and file of ``#line 12 "f.h"`` or ``# 12 "f.h"``, None for another directive."""
    words = directive.text[1:].split(None, 2)
    if words and words[0] == "line":
        words = directive.text[1:].split(None, 3)[1:]
    if not words or not words[0].isdecimal() or len(words[0]) > 9:
        return None
    file = words[1] if len(words) > 1 else ""
    return int(words[0]), file.split('"')[1] if file.count('"') > 1 else ""


class Directives(Enums):
    """Carries out directives when the parser comes to where they stand."""

    __slots__ = ("_cut", "_default_pack", "_directives", "_inside_one", "_packs", "next_directive")

    def __init__(self, source: Source, tokens: Tokens, scope: Scope, cut: Optional[Cut] = None) -> None:
        super().__init__(source, tokens, scope)
        self._cut = cut
        self._directives = []
        for directive in tokens.directives:
            marker = line_marker(directive)
            if marker:
                source.add_marker(directive.line, *marker)
            else:
                self._directives.append(directive)
        self._directives.reverse()
        self.next_directive = self._directives[-1].before if self._directives else _NEVER
        self._inside_one = False
        self._packs: List[Tuple[str, int]] = []
        self._default_pack = 0

    def set_pack(self, pack: int) -> None:
        """Set the largest alignment of members that holds without ``#pragma pack``."""
        self.pack = self._default_pack = pack

    def directives_before(self, index: int) -> None:
        """Carry out the directives that stand before token `index`."""
        if self._inside_one:
            return
        while self.next_directive <= index:
            directive = self._directives.pop()
            self.next_directive = self._directives[-1].before if self._directives else _NEVER
            try:  # noqa: SIM105  # contextlib takes longer to import than all directives to read
                self._directive(directive)
            except Refused:
                pass  # its error is recorded; what follows is no part of it

    def _directive(self, directive: Directive) -> None:
        name = directive.text[1:].split(None, 1)[:1]
        word = "".join(name).rstrip("(")
        if word == "define":
            self._inside(directive, self._define)
        elif word.startswith("pragma"):
            self._inside(directive, self._pragma)
        elif word and word not in ("line", "ident", "sccs", "warning") and not word.isdecimal():
            hint = _REFUSED.get(word, _NO_PREPROCESSOR)
            self.error_at(directive.offset, len(directive.text.split("\n")[0]), f"'#{word}' cannot be used in declarations", hint)

    def _inside(self, directive: Directive, read: Callable[[Directive], None]) -> None:
        """Let `read` parse the words of a directive, from the second on."""
        outside = self.tokens, self.offsets, self.lines, self.pos, self.depth, self.end
        inner = tokenize(directive.text[1:], self._cut)
        self.offsets = [directive.offset + 1 + offset for offset in inner.offsets]
        self.lines = [directive.line + line for line in inner.lines]
        self.tokens, self.pos, self.end, self._inside_one = inner.texts, 1, "the end of the line", True
        try:
            read(directive)
        finally:
            self.tokens, self.offsets, self.lines, self.pos, self.depth, self.end = outside
            self._inside_one = False

    def _define(self, directive: Directive) -> None:
        """"#define" name ( constant-expression | "..." | name )"""
        if not self.at_name():
            raise self.expected("a name after '#define'")
        name, at = self.tokens[1], 1
        self.pos += 1
        if self.tokens[2] == name and not self.tokens[3]:
            return  # "#define A A" only makes "#ifdef A" work
        try:
            value = self._macro_value(name)
        except Refused:
            self.scope.constants[name] = Integer(1, INT)  # so that its uses are no further errors
            raise
        comment = directive.comment or self._comment_inside(directive.text)
        try:
            number = None if value is None else value.value
            self.scope.declare_global(ConstantDeclaration(name, None, number, self.position(at), comment))
            self.scope.constants[name] = value
        except Conflict as conflict:
            self.conflict(name, conflict, at)

    def _macro_value(self, name: str) -> Optional[Integer]:
        """constant-expression | "..." — None when the C compiler tells the value"""
        self._check_object_like(name, self.tokens[self.pos])
        value = None if self.accept("...") else self.constant()
        if self.tokens[self.pos]:
            raise self.error(f"'{name}' is not an integer constant", _SYNTAX.format(name))
        return value

    def _check_object_like(self, name: str, token: str) -> None:
        """Refuse what is no integer constant for a reason that can be named."""
        if token == "(" and self.offsets[2] == self.offsets[1] + len(name):
            raise self.error(f"the macro '{name}' has parameters", f"declare it as a function: 'int {name}(int);'", 1)
        if not token:
            raise self.error(f"the macro '{name}' has no value", _SYNTAX.format(name), 1)
        if token[0] == '"':
            raise self.error(f"'{name}' is a string, not an integer constant", f"write 'static char *const {name};'")
        if token[0].isdigit():
            if not token.startswith(("0x", "0X")) and ("." in token or "e" in token.lower()):
                raise self.error(f"'{name}' is not an integer constant", f"write 'static const double {name};'")
        elif self.starts_type(2):
            raise self.error(f"'{name}' is a type, not an integer constant", "a type is declared with 'typedef'")

    def _comment_inside(self, text: str) -> str:
        begins = [start for start in (text.find("/*"), text.find("//")) if start > 0]
        return text[min(begins):] if begins else ""

    def _pragma(self, directive: Directive) -> None:
        """"#pragma" "pack" "(" [ ( "push" | "pop" ) [ "," name ] ] [ [ "," ] integer ] ")" — others mean nothing here"""
        if not self.accept("pack"):
            return
        self.expect("(", "'(' after '#pragma pack'")
        pushes, pops = self.accept("push"), self.accept("pop")
        label = ""
        if (pushes or pops) and self.accept(",") and self.at_name():
            label = self.tokens[self.pos]
            self.pos += 1
            self.accept(",")
        number = None if self.tokens[self.pos] == ")" else self._pack_number()
        self.expect(")")
        if pushes:
            self._packs.append((label, self.pack))
        elif pops:
            self._pop_pack(label)
        if number is not None:
            self.pack = number
        elif not pushes and not pops:
            self.pack = self._default_pack

    def _pack_number(self) -> int:
        at = self.pos
        value = self.constant().value
        if value not in (0, 1, 2, 4, 8, 16):
            raise self.error(f"the alignment of '#pragma pack' cannot be {value}", "it is 1, 2, 4, 8 or 16", at)
        return value

    def _pop_pack(self, label: str) -> None:
        if not self._packs:
            raise self.error("'#pragma pack(pop)' without a push before it", at=1)
        while self._packs:
            name, self.pack = self._packs.pop()
            if not label or name == label:
                return
