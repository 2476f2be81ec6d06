"""Text to tokens: each is its own text, with its offset in a parallel list; comments and directives are set aside."""

from __future__ import annotations

import re
from itertools import accumulate

from cffi_build.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List


_SPACE = " \t\n\r\f\v"
_COMMENT = r"/\*[^*]*\*+(?:[^/*][^*]*\*+)*/|/\*[\s\S]*|//[^\n\\]*(?:\\[\s\S]?[^\n\\]*)*"
_STRING = r"\"(?:[^\"\\\n]+|\\[\s\S])*\"?|'(?:[^'\\\n]+|\\[\s\S])*'?"

# A token and the white space behind it.  No alternative can fail after a long match, so the time is linear.
_PIECE = re.compile(
    rf"""(?: [^\W0-9]\w*                                    # name or keyword
    | [*,;(){{}}\[\]]
    | \.?[0-9](?:[eEpP][+-]|[\w.]|'(?=\w))*                 # number (C11 6.4.8)
    | {_COMMENT} | {_STRING}
    | \#(?:[^\n\\/"']+|\\[\s\S]?|{_COMMENT}|/|{_STRING})*   # directive, to the end of the line
    | \.\.\. | <<|>>|<=|>=|==|!=|&&|\|\|
    | [\s\S] )[{_SPACE}]*""",
    re.VERBOSE,
)


class Directive(NamedTuple):
    """A line that begins with ``#``; `before` is the index of the token behind it, `comment` what stands above it."""

    before: int
    offset: int
    text: str
    comment: str


class Problem(NamedTuple):
    """What is wrong already with a token."""

    offset: int
    length: int
    message: str
    hint: str


class Tokens(NamedTuple):
    """The tokens of a text, ended by empty ones; `above` and `behind` hold the comments by index of a token."""

    texts: List[str]
    offsets: List[int]
    above: Dict[int, List[str]]
    behind: Dict[int, str]
    directives: List[Directive]
    problems: List[Problem]


END = ("", "", "", "")
"""What ends the list of tokens: enough to look ahead without looking at the length."""


def tokenize(text: str, start: int = 0, end: int = -1) -> Tokens:
    """Cut ``text[start:end]`` into tokens."""
    end = len(text) if end < 0 else end
    while start < end and text[start] in _SPACE:
        start += 1
    pieces = _PIECE.findall(text, start, end)
    offsets = list(accumulate(map(len, pieces), initial=start))
    tokens = Tokens([], [], {}, {}, [], [])
    if not text.isascii():
        _find_foreign_letters(pieces, offsets, tokens.problems)
    first = 0
    for index in [index for index, piece in enumerate(pieces) if piece[0] in "/#\\\"'"]:
        if _set_aside(text, pieces, offsets, index, first, tokens):
            first = index + 1
    _keep(pieces[first:], offsets[first:-1], tokens)
    tokens.texts.extend(END)
    tokens.offsets.extend((end,) * len(END))
    return tokens


def _keep(pieces: List[str], offsets: List[int], tokens: Tokens) -> None:
    tokens.texts.extend([piece.rstrip(_SPACE) for piece in pieces])
    tokens.offsets.extend(offsets)


def _set_aside(text: str, pieces: List[str], offsets: List[int], index: int, first: int, tokens: Tokens) -> bool:
    """Keep what stands before piece `index`, and file that piece; false when it is an ordinary token after all."""
    piece = pieces[index]
    kind = piece[0]
    if kind in "\"'":
        _check_closed(piece.rstrip(_SPACE), offsets[index], tokens.problems)
        return False
    if (kind == "\\" and piece[1:2] not in ("\n", "\r")) or (kind == "/" and piece[1:2] not in ("/", "*")):
        return False
    _keep(pieces[first:index], offsets[first:index], tokens)
    if kind == "/":
        _add_comment(text, piece, offsets[index], tokens)
    elif kind == "#":
        _add_directive(text, piece.rstrip(_SPACE), offsets[index], tokens)
    return True


def _add_comment(text: str, piece: str, offset: int, tokens: Tokens) -> None:
    """File a comment: `behind` the token on whose line it begins, or `above` the one that follows without a blank line."""
    comment = piece.rstrip(_SPACE)
    if comment[1] == "*" and (len(comment) < 4 or not comment.endswith("*/")):
        tokens.problems.append(Problem(offset, 2, "comment without an end", "write '*/' where it ends"))
    index = len(tokens.texts)
    if index and "\n" not in text[tokens.offsets[-1] + len(tokens.texts[-1]):offset]:
        tokens.behind[index - 1] = comment
    elif piece.count("\n", len(comment)) < 2:
        tokens.above.setdefault(index, []).append(comment)
    else:
        tokens.above.pop(index, None)


def _add_directive(text: str, directive: str, offset: int, tokens: Tokens) -> None:
    line = text[text.rfind("\n", 0, offset) + 1:offset]
    if line.strip(_SPACE) and not line.rstrip(_SPACE).endswith("*/"):
        tokens.problems.append(Problem(offset, 1, "unexpected '#' in the middle of a line", "a directive has a line of its own"))
    else:
        index = len(tokens.texts)
        tokens.directives.append(Directive(index, offset, directive, comment_text(*tokens.above.pop(index, ()))))


def _check_closed(literal: str, offset: int, problems: List[Problem]) -> None:
    if len(literal) < 2 or literal[-1] != literal[0]:
        problems.append(Problem(offset, len(literal), f"literal without its closing {literal[0]}", ""))


def _find_foreign_letters(pieces: List[str], offsets: List[int], problems: List[Problem]) -> None:
    """File each token with a character that C has no use for, outside literals and comments."""
    for piece, offset in zip(pieces, offsets):
        if not piece.isascii() and piece[0] not in "\"'#" and not piece.startswith(("/*", "//")):
            token = piece.rstrip(_SPACE)
            problems.append(Problem(offset, len(token), f"unexpected {token!a}", "names are written in ASCII letters, digits and '_'"))


def read_string(literals: List[str]) -> str:
    """Return the text of adjacent string literals without escapes: that of ``"Py" "thon"`` is ``Python``."""
    return "".join(literal.strip('"') for literal in literals)


def comment_text(*comments: str) -> str:
    """Return the words of comments, without the slashes and stars around them."""
    lines = [_bare(line.strip()) for comment in comments for line in comment.split("\n")]
    return "\n".join(lines).strip()


def _bare(line: str) -> str:
    """Return a line of a comment without its decoration.

    >>> _bare("/** Open a file. */"), _bare(" * more")
    ('Open a file.', 'more')
    """
    if line.startswith("//"):
        return line.lstrip("/").lstrip("!<").strip()
    if line.startswith("/*"):
        line = line[2:].lstrip("*").lstrip("!<")
    elif line.startswith("*") and not line.startswith("*/"):
        line = line[1:]
    return (line[:-2].rstrip("*") if line.endswith("*/") else line).strip()
