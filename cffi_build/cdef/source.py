"""A text of declarations: where an offset stands for the user, and how an error is shown under its source line."""

from __future__ import annotations

from cffi_build.declarations import Position
from cffi_build.values import make

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Tuple

    from cffi_build.errors import Diagnostic


SHOWN_COLUMNS = 120
MAX_MESSAGE = 300


class Source:
    """The text, and the lines at which ``#line`` changed file or number (`markers`: physical line, number shown, file)."""

    def __init__(self, text: str, filename: str, line: int) -> None:
        self.text = text
        self.markers: List[Tuple[int, int, str]] = [(0, line, filename)]
        self._line = self._marker = 0
        self._start, self._end = 0, -1
        """Where the line that was looked up last begins and ends; `_line`: its number from 0, `_marker`: the marker that holds there."""

    def add_marker(self, offset: int, line: int, file: str) -> None:
        """Say that the line after the one at `offset` is line `line` of `file` (of the current file when empty)."""
        self._go_to(offset)
        self.markers.append((self._line + 1, line, file or self.markers[-1][2]))

    def locate(self, offset: int) -> Position:
        """Return the position of `offset` as the user knows it."""
        if not self._start <= offset <= self._end:
            self._go_to(offset)
        start, line, file = self.markers[0] if len(self.markers) == 1 else self._marker_before(self._line)
        return make(Position, (file, line + self._line - start, offset - self._start + 1))

    def _go_to(self, offset: int) -> None:
        """Count the lines between `offset` and the line before: what is looked up next is nearly always near."""
        text, start = self.text, self._start
        self._line += text.count("\n", start, offset) if offset >= start else -text.count("\n", offset, start)
        self._start = text.rfind("\n", 0, offset) + 1
        self._end = text.find("\n", offset)
        if self._end < 0:
            self._end = len(text)

    def _marker_before(self, line: int) -> Tuple[int, int, str]:
        """Step to the marker that holds at `line`: what is looked up next is nearly always near."""
        while self._marker + 1 < len(self.markers) and self.markers[self._marker + 1][0] <= line:
            self._marker += 1
        while self.markers[self._marker][0] > line:
            self._marker -= 1
        return self.markers[self._marker]

    def diagnose(self, offset: int, length: int, message: str, hint: str) -> Diagnostic:
        """Return the error at `offset`, rendered with its source line and a caret under its `length` characters."""
        from cffi_build.errors import Diagnostic  # only needed for errors

        message, hint = _clip(message), _clip(hint)
        file, line, column = position = self.locate(offset)
        head = f"{file}:{line}:{column}: error: {message}"
        return Diagnostic(*position, message, hint, f"{head}\n{self._picture(offset, length, line, hint)}")

    def _picture(self, offset: int, length: int, line: int, hint: str) -> str:
        self._go_to(offset)
        first = max(self._start, offset - SHOWN_COLUMNS // 2)
        shown = self.text[first:first + SHOWN_COLUMNS].split("\n", 1)[0].rstrip()
        shown = "".join(character if character.isprintable() else " " for character in shown)
        caret = "^".ljust(max(1, min(length, len(shown) - (offset - first))), "~")
        under = f"{' ' * (offset - first)}{caret} {hint}".rstrip()
        return f"{line:5} | {shown}\n      | {under}"


def _clip(text: str) -> str:
    """Return `text`, shortened when some monstrous name has made it very long."""
    return text if len(text) <= MAX_MESSAGE else text[:MAX_MESSAGE - 3] + "..."
