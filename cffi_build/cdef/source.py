"""A text of declarations: where an offset stands for the user, and how an error is shown under its source line."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from cffi_build.declarations import Position
from cffi_build.errors import Diagnostic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Tuple


SHOWN_COLUMNS = 120
MAX_MESSAGE = 300
_NEW = tuple.__new__
"""Makes a Position at less than half the price, which counts: every declaration and every member has one."""


class Source:
    """The text, and the lines at which ``#line`` changed file or number (`markers`: physical line, number shown, file)."""

    def __init__(self, text: str, filename: str, line: int) -> None:
        self.text = text
        self.markers: List[Tuple[int, int, str]] = [(0, line, filename)]
        self._starts = list(accumulate((len(part) + 1 for part in text.split("\n")), initial=0))

    def add_marker(self, offset: int, line: int, file: str) -> None:
        """Say that the line after the one at `offset` is line `line` of `file` (of the current file when empty)."""
        self.markers.append((bisect_right(self._starts, offset), line, file or self.markers[-1][2]))

    def locate(self, offset: int) -> Position:
        """Return the position of `offset` as the user knows it."""
        physical = bisect_right(self._starts, offset) - 1
        markers = self.markers
        start, line, file = markers[-1] if len(markers) == 1 else markers[self._marker_before(physical)]
        return _NEW(Position, (file, line + physical - start, offset - self._starts[physical] + 1))

    def _marker_before(self, physical: int) -> int:
        return bisect_right(self.markers, (physical, float("inf"))) - 1

    def diagnose(self, offset: int, length: int, message: str, hint: str) -> Diagnostic:
        """Return the error at `offset`, rendered with its source line and a caret under its `length` characters."""
        message, hint = _clip(message), _clip(hint)
        file, line, column = position = self.locate(offset)
        head = f"{file}:{line}:{column}: error: {message}"
        return Diagnostic(*position, message, hint, f"{head}\n{self._picture(offset, length, line, hint)}")

    def _picture(self, offset: int, length: int, line: int, hint: str) -> str:
        first = self._starts[bisect_right(self._starts, offset) - 1]
        first = max(first, offset - SHOWN_COLUMNS // 2)
        shown = self.text[first:first + SHOWN_COLUMNS].split("\n", 1)[0].rstrip()
        shown = "".join(character if character.isprintable() else " " for character in shown)
        caret = "^".ljust(max(1, min(length, len(shown) - (offset - first))), "~")
        under = f"{' ' * (offset - first)}{caret} {hint}".rstrip()
        return f"{line:5} | {shown}\n      | {under}"


def _clip(text: str) -> str:
    """Return `text`, shortened when some monstrous name has made it very long."""
    return text if len(text) <= MAX_MESSAGE else text[:MAX_MESSAGE - 3] + "..."
