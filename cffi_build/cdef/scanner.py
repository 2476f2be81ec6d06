"""Cuts any text into tokens (C11 6.4), and says what in it is none: what `lexer` does where there is no C, or something is wrong."""

from __future__ import annotations

import re
from itertools import accumulate

from cffi_build.cdef.lexer import END, Directive, Problem, Tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List


_SPACE = " \t\n\r\f\v"
_SPACES = re.compile(r"[ \t\n\r\f\v]*")
_LITERAL = r"""(?:"(?:[^"\\\n]|\\[\s\S]?)*"?|'(?:[^'\\\n]|\\[\s\S]?)*'?)"""
_COMMENT = r"(?:/\*[\s\S]*?(?:\*/|\Z)|//(?:[^\n\\]|\\\n?)*)"
_TOKEN = re.compile(
    rf"""(?P<space>[ \t\n\r\f\v]+|\\(?=[\n\r]))
    |(?P<comment>{_COMMENT})
    |(?P<directive>\#(?:(?=[^\n\\]*(?:\\|/\*))(?:\\[\s\S]?|{_COMMENT}|{_LITERAL}|[^\n])*|[^\n]*))
    |(?P<literal>{_LITERAL})
    |(?P<token>\.?[0-9](?:[eEpP][+-]|\w|\.(?!\.\.)|'(?=\w))*|\w+|\.\.\.|<<|>>|<=|>=|!=|==|&&|\|\||[\s\S])""",
    re.VERBOSE,
)


def scan(text: str) -> Tokens:
    """Cut a text into tokens."""
    return _Scanner(text).tokens()


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._starts: List[int] = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
        self._line = self._last_line = 0
        """The line that is read, and the one on which the last token ends."""
        self._offsets: List[int] = []
        self._lines: List[int] = []
        self._problems: List[Problem] = []
        self._tokens = Tokens([], self._offsets, self._lines, self._starts, {}, {}, [], self._problems)

    def tokens(self) -> Tokens:
        for match in _TOKEN.finditer(self._text):
            at, found = match.start(), match[0].rstrip(_SPACE)
            self._go_to(at)
            if match.lastgroup == "comment":
                self._comment(found, at, match.end())
            elif match.lastgroup == "directive":
                self._directive(found, at)
            elif match.lastgroup != "space":
                self._check(found, at)
                self._add(found, at)
                self._go_to(match.end())
                self._last_line = self._line
        self._go_to(len(self._text))
        for end in END:
            self._add(end, len(self._text))
        self._starts.pop()
        return self._tokens

    def _go_to(self, at: int) -> None:
        while self._starts[self._line + 1] <= at:
            self._line += 1

    def _add(self, token: str, at: int) -> None:
        self._tokens.texts.append(token)
        self._offsets.append(at)
        self._lines.append(self._line)

    def _check(self, token: str, at: int) -> None:
        if token[0] in "\"'":
            if len(token) < 2 or token[-1] != token[0]:
                self._problems.append(Problem(at, len(token), f"literal without its closing {token[0]}", ""))
        elif not token.isascii():
            hint = "names are written in ASCII letters, digits and '_'"
            self._problems.append(Problem(at, len(token), f"unexpected {token!a}", hint))

    def _comment(self, comment: str, at: int, end: int) -> None:
        """File a comment behind the token on whose line it begins, or above the one that follows without a blank line."""
        if comment[1] == "*" and (len(comment) < 4 or not comment.endswith("*/")):
            self._problems.append(Problem(at, 2, "comment without an end", "write '*/' where it ends"))
        index, above = len(self._tokens.texts), self._tokens.above
        space = _SPACES.match(self._text, end)
        if index and self._line == self._last_line:
            self._tokens.behind[index - 1] = comment
        elif space and space[0].count("\n") > 1:
            above.pop(index, None)
        else:
            above.setdefault(index, []).append(comment)

    def _directive(self, directive: str, at: int) -> None:
        before = self._text[self._starts[self._line]:at].rstrip(_SPACE)
        if before and not before.endswith("*/"):
            self._problems.append(Problem(at, 1, "unexpected '#' in the middle of a line", "a directive has a line of its own"))
            return
        index = len(self._tokens.texts)
        comment = "\n".join(self._tokens.above.pop(index, ()))
        self._tokens.directives.append(Directive(index, at, self._line, directive, comment))
