"""Cuts any text into tokens (C11 6.4), and says what in it is none: what `lexer` does where there is no C, or something is wrong."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

from cffi_build.cdef.lexer import END, Directive, Problem, Tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List, Tuple


_SPACE = " \t\n\r\f\v"
_LITERAL = r"""(?:"(?:[^"\\\n]|\\[\s\S]?)*"?|'(?:[^'\\\n]|\\[\s\S]?)*'?)"""
_COMMENT = r"(?:/\*[\s\S]*?(?:\*/|\Z)|//(?:[^\n\\]|\\\n?)*)"
_PIECE = re.compile(
    rf"""[ \t\n\r\f\v]*(?:
    ([^\W0-9]\w*|\.?[0-9](?:[eEpP][+-]|\w|\.(?!\.\.)|'(?=\w))*|\.\.\.|<<|>>|<=|>=|!=|==|&&|\|\||[^\w\s/\#"'\\])
    |({_LITERAL})
    |({_COMMENT})
    |(\#(?:(?=[^\n\\]*(?:\\|/\*))(?:\\[\s\S]?|{_COMMENT}|{_LITERAL}|[^\n])*|[^\n]*))
    |(\\(?=[\n\r])|\Z)
    |([\s\S]))""",
    re.VERBOSE,
)
_TOKEN, _LITERALS, _COMMENTS, _DIRECTIVES, _NOTHING, _OTHER = range(1, 7)
"""The groups of the expression; the last one is for what begins others, and for what has no place in C."""
_SPACES = re.compile(rf"[{_SPACE}]*")


def scan(text: str) -> Tokens:
    """Cut a text into tokens."""
    return _Scanner(text).tokens()


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._starts: List[int] = [0, *accumulate(len(line) + 1 for line in text.split("\n"))][:-1]
        self._texts: List[str] = []
        self._offsets: List[int] = []
        self._above: Dict[int, List[str]] = {}
        self._behind: Dict[int, str] = {}
        self._directives: List[Tuple[int, int, int, str, str]] = []
        self._problems: List[Problem] = []

    def tokens(self) -> Tokens:
        texts, offsets = self._texts, self._offsets
        for match in _PIECE.finditer(self._text):
            kind = match.lastindex or 0
            if kind in (_TOKEN, _OTHER):
                texts.append(match[kind])
                offsets.append(match.start(kind))
            elif kind != _NOTHING:
                self._set_aside(kind, match[kind].rstrip(_SPACE), match.start(kind), match.end())
        if not self._text.isascii():
            self._find_foreign_letters()
        texts.extend(END)
        offsets.extend((len(self._text),) * len(END))
        return Tokens(texts, offsets, self._lines(), self._starts, self._above, self._behind, self._directives, self._problems)

    def _set_aside(self, kind: int, piece: str, at: int, end: int) -> None:
        if kind == _COMMENTS:
            self._comment(piece, at, end)
        elif kind == _DIRECTIVES:
            self._directive(piece, at)
        else:
            if len(piece) < 2 or piece[-1] != piece[0]:
                self._problems.append(Problem(at, len(piece), f"literal without its closing {piece[0]}", ""))
            self._texts.append(piece)
            self._offsets.append(at)

    def _line_of(self, at: int) -> int:
        return bisect_right(self._starts, at) - 1

    def _lines(self) -> List[int]:
        """Return the number of each token's line."""
        lines, line = [], 0
        starts = [*self._starts, len(self._text) + 1]
        for offset in self._offsets:
            while starts[line + 1] <= offset:
                line += 1
            lines.append(line)
        return lines

    def _comment(self, comment: str, at: int, end: int) -> None:
        """File a comment behind the token on whose line it begins, or above the one that follows without a blank line."""
        if comment[1] == "*" and (len(comment) < 4 or not comment.endswith("*/")):
            self._problems.append(Problem(at, 2, "comment without an end", "write '*/' where it ends"))
        index = len(self._texts)
        space = _SPACES.match(self._text, end)
        if index and self._line_of(self._offsets[-1] + len(self._texts[-1])) == self._line_of(at):
            self._behind[index - 1] = comment
        elif space and space[0].count("\n") > 1:
            self._above.pop(index, None)
        else:
            self._above.setdefault(index, []).append(comment)

    def _directive(self, directive: str, at: int) -> None:
        line = self._line_of(at)
        before = self._text[self._starts[line]:at].rstrip(_SPACE)
        if before and not before.endswith("*/"):
            self._problems.append(Problem(at, 1, "unexpected '#' in the middle of a line", "a directive has a line of its own"))
            return
        index = len(self._texts)
        self._directives.append(Directive(index, at, line, directive, "\n".join(self._above.pop(index, ()))))

    def _find_foreign_letters(self) -> None:
        """Complain about each token, other than a literal, with a character that C has no use for."""
        for token, offset in zip(self._texts, self._offsets):
            if not token.isascii() and token[0] not in "\"'":
                hint = "names are written in ASCII letters, digits and '_'"
                self._problems.append(Problem(offset, len(token), f"unexpected {token!a}", hint))
