"""Text to tokens: each is its own text, its offset and line in parallel lists; comments and directives are set aside.

The runtime does the same in C (c_src/cdef/tokens.c) for texts in which nothing is wrong, which is nearly all that it reads.
"""

from __future__ import annotations

from cffi_build.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

    Cut = Callable[[str], Optional[Tuple[Any, ...]]]
    """Returns what `Tokens` is made of, but for `problems`, or None."""


class Directive(NamedTuple):
    """A line that begins with ``#``; `before` is the index of the token behind it, `comment` what stands above it, as it is written."""

    before: int
    offset: int
    line: int
    text: str
    comment: str


class Problem(NamedTuple):
    """What is wrong already with a token."""

    offset: int
    length: int
    message: str
    hint: str


class Tokens:
    """The tokens of a text, ended by `END`, each with its offset and the number of its line, from 0; `starts`: where the lines begin.

    `above` and `behind` hold the comments by index of a token.
    """

    __slots__ = ("above", "behind", "directives", "lines", "offsets", "problems", "starts", "texts")

    def __init__(
        self,
        texts: List[str],
        offsets: Sequence[int],
        lines: Sequence[int],
        starts: Sequence[int],
        above: Dict[int, List[str]],
        behind: Dict[int, str],
        directives: List[Tuple[int, int, int, str, str]],
        problems: Sequence[Problem] = (),
    ) -> None:
        self.texts = texts
        self.offsets = offsets
        self.lines = lines
        self.starts = starts
        self.above = above
        self.behind = behind
        self.directives = [Directive(*directive) for directive in directives]
        self.problems = problems


END = ("", "", "", "")
"""What ends the list of tokens: enough to look ahead without looking at the length."""


def tokenize(text: str, cut: Optional[Cut] = None) -> Tokens:
    """Cut a text into tokens, with `cut` if it can."""
    found = None if cut is None else cut(text)
    if found is not None:
        return Tokens(*found)
    from cffi_build.cdef.scanner import scan

    return scan(text)


def read_string(literals: List[str]) -> str:
    """Return the text of adjacent string literals without escapes: that of ``"Py" "thon"`` is ``Python``."""
    return "".join(literal.strip('"') for literal in literals)
