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

    __slots__ = ("_before", "_end", "_file", "_line", "_marker", "_number", "_shift", "markers", "text")

    def __init__(self, text: str, filename: str, line: int) -> None:
        self.text = text
        self.markers: List[Tuple[int, int, str]] = [(0, line, filename)]
        self._marker = 0
        self._line, self._before, self._end = 0, -1, -1
        """The line that was looked up last: its number from 0, the ends of the line before and of this one."""
        self._file, self._number, self._shift = filename, line, line
        """What the user calls it, and by how much that exceeds its number."""

    def add_marker(self, offset: int, line: int, file: str) -> None:
        """Say that the line after the one at `offset` is line `line` of `file` (of the current file when empty)."""
        self._go_to(offset)
        self.markers.append((self._line + 1, line, file or self.markers[-1][2]))

    def locate(self, offset: int) -> Position:
        """Return the position of `offset` as the user knows it."""
        if not self._before < offset <= self._end:
            self._go_to(offset)
        return make(Position, (self._file, self._number, offset - self._before))

    def _go_to(self, offset: int) -> None:
        """Count the lines between `offset` and the line before: what is looked up next is nearly always near."""
        text, begin = self.text, self._before + 1
        self._line += text.count("\n", begin, offset) if offset >= begin else -text.count("\n", offset, begin)
        self._before = text.rfind("\n", 0, offset)
        end = text.find("\n", offset)
        self._end = len(text) if end < 0 else end
        if len(self.markers) > 1:
            self._step_to_marker()
        self._number = self._line + self._shift

    def _step_to_marker(self) -> None:
        """Find the marker that holds at the line: it is nearly always near, too."""
        while self._marker + 1 < len(self.markers) and self.markers[self._marker + 1][0] <= self._line:
            self._marker += 1
        while self.markers[self._marker][0] > self._line:
            self._marker -= 1
        start, line, self._file = self.markers[self._marker]
        self._shift = line - start

    def diagnose(self, offset: int, length: int, message: str, hint: str) -> Diagnostic:
        """Return the error at `offset`, rendered with its source line and a caret under its `length` characters."""
        from cffi_build.errors import Diagnostic  # only needed for errors

        message, hint = _clip(message), _clip(hint)
        file, line, column = position = self.locate(offset)
        head = f"{file}:{line}:{column}: error: {message}"
        return Diagnostic(*position, message, hint, f"{head}\n{self._picture(offset, length, line, hint)}")

    def _picture(self, offset: int, length: int, line: int, hint: str) -> str:
        self._go_to(offset)
        first = max(self._before + 1, offset - SHOWN_COLUMNS // 2)
        shown = self.text[first:first + SHOWN_COLUMNS].split("\n", 1)[0].rstrip()
        shown = "".join(character if character.isprintable() else " " for character in shown)
        caret = "^".ljust(max(1, min(length, len(shown) - (offset - first))), "~")
        under = f"{' ' * (offset - first)}{caret} {hint}".rstrip()
        return f"{line:5} | {shown}\n      | {under}"


def _clip(text: str) -> str:
    """Return `text`, shortened when some monstrous name has made it very long."""
    return text if len(text) <= MAX_MESSAGE else text[:MAX_MESSAGE - 3] + "..."
