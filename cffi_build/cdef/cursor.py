"""The place in the tokens where the parser stands, what it has found wrong so far, and how deep it is."""

from __future__ import annotations

from cffi_build.cdef.keywords import RESERVED
from cffi_build.cdef.lexer import Tokens
from cffi_build.cdef.scope import Conflict, Scope
from cffi_build.cdef.source import Source
from cffi_build.declarations import Position
from cffi_build.values import make

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Sequence, Tuple

    from cffi_build.errors import Diagnostic

MAX_ERRORS = 50
MAX_DEPTH = 100
"""How deep types and expressions may nest.  C11 5.2.4.1 asks for 63."""

_OPENING = {"(": ")", "[": "]", "{": "}"}


class Refused(Exception):
    """The current declaration makes no sense; its error is recorded already."""


class TooManyErrors(Exception):
    """It is pointless to go on."""


class Cursor:
    """Tokens with a position. A token is its text; the texts end in empty ones, so that looking ahead is always allowed."""

    __slots__ = (
        "above", "behind", "depth", "end", "ended", "errors", "file", "first_line", "lines", "may_define", "offsets", "pairs",
        "pos", "scope", "source", "starts", "tokens", "types", "types_only", "usual",
    )

    def __init__(self, source: Source, tokens: Tokens, scope: Scope) -> None:
        self.source = source
        self.tokens: List[str] = tokens.texts
        self.offsets: Sequence[int] = tokens.offsets
        self.lines: Sequence[int] = tokens.lines
        self.starts = tokens.starts
        self.above = tokens.above
        self.behind = tokens.behind
        self.pos = 0
        _, self.first_line, self.file = source.markers[0]
        self.scope = scope
        self.types = scope.types
        self.pairs = scope.pairs
        self.usual = scope.usual
        self.depth = 0
        self.errors: List[Tuple[int, Diagnostic]] = []
        self.types_only = False
        self.may_define = True
        self.ended = False
        self.end = "the end of the text"

    def error(self, message: str, hint: str = "", at: Optional[int] = None) -> Refused:
        """Record an error at token `at` (the current one when None); return what to raise where the parser is lost."""
        index = self.pos if at is None else at
        self.error_at(self.offsets[index], len(self.tokens[index]), message, hint)
        return Refused(message)

    def error_at(self, offset: int, length: int, message: str, hint: str = "") -> None:
        """Record an error at an offset of the text; raise TooManyErrors when there are enough."""
        if any(offset == other for other, _ in self.errors):
            return  # one error a place: the first is the cause
        self.errors.append((offset, self.source.diagnose(offset, length, message, hint)))
        if len(self.errors) >= MAX_ERRORS:
            raise TooManyErrors

    def conflict(self, name: str, conflict: Conflict, at: int) -> None:
        """Record that a name is declared twice, and show both places."""
        file, line, column = conflict.position
        hint = f"earlier, at {file}:{line}:{column}: {conflict.said}"
        self.error(f"'{name}' is declared again, differently", hint, at)

    def expected(self, what: str, hint: str = "") -> Refused:
        """Record that something other than the current token was needed."""
        token = self.tokens[self.pos]
        return self.error(f"expected {what}, found {_quoted(token) if token else self.end}", hint)

    def expect(self, token: str, what: str = "") -> None:
        """Step over `token`, or complain."""
        if self.tokens[self.pos] != token:
            raise self.expected(what or f"'{token}'")
        self.pos += 1

    def accept(self, token: str) -> bool:
        """Step over `token` if it is the current one."""
        if self.tokens[self.pos] != token:
            return False
        self.pos += 1
        return True

    def at_name(self) -> bool:
        """Tell whether the current token can be a name."""
        token = self.tokens[self.pos]
        return token.isidentifier() and token not in RESERVED

    def deeper(self, levels: int = 1) -> None:
        """Count nesting, which the caller gives back; refuse too much of it."""
        self.depth += levels
        if self.depth > MAX_DEPTH:
            raise self.error("too many levels of nesting", f"the limit is {MAX_DEPTH}")

    def skip_balanced(self) -> None:
        """Step over the bracket at the current token and all up to the one that closes it."""
        start = self.pos
        waiting = []
        while True:
            token = self.tokens[self.pos]
            if token in _OPENING:
                waiting.append(_OPENING[token])
            elif not token or (token in (")", "]", "}") and token != waiting.pop()):
                raise self.error(f"'{self.tokens[start]}' is never closed", at=start)
            self.pos += 1
            if not waiting:
                return

    def directives_before(self, index: int) -> None:
        """Carry out the directives that stand before token `index`; `Directives` does."""
        raise NotImplementedError("Cursor.directives_before")

    def position(self, index: int) -> Position:
        """Return where token `index` stands."""
        line = self.lines[index]
        column = self.offsets[index] - self.starts[line] + 1
        if self.source.has_markers:
            return self.source.position(line, column)
        return make(Position, (self.file, self.first_line + line, column))

    def comment(self, first: int, last: int = -1) -> str:
        """Return the comment above token `first`, or else behind token `last`, as it is written."""
        above = self.above.get(first)
        return "\n".join(above) if above else self.behind.get(last, "")

    def unclosed(self, opening: int, errors: int) -> Refused:
        """Record, once, that the text ends inside the braces that token `opening` opens, in place of all errors since."""
        if not self.ended:
            self.ended = True
            del self.errors[errors:]
            self.error(f"'{self.tokens[opening]}' is never closed", at=opening)
        return Refused()

    def recover(self) -> None:
        """Step behind the next ``;``, or to the ``}`` that ends the surroundings, over all brackets in between."""
        depth = 0
        while True:
            token = self.tokens[self.pos]
            if token == "{":
                depth += 1
            elif not token or (token == "}" and not depth):
                return
            elif token == "}":
                depth -= 1
            self.pos += 1
            if token == ";" and not depth:
                return


def _quoted(token: str) -> str:
    return f"'{token}'" if len(token) < 40 else f"'{token[:37]}...'"
