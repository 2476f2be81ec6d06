"""A text of declarations: where its lines are for the user, and how an error is shown under its source line."""

from __future__ import annotations

from cffi_build.declarations import Position

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Tuple

    from cffi_build.errors import Diagnostic


SHOWN_COLUMNS = 120
MAX_MESSAGE = 300


class Source:
    """The text, and the lines at which ``#line`` changed file or number (`markers`: physical line, number shown, file)."""

    __slots__ = ("_marker", "has_markers", "markers", "text")

    def __init__(self, text: str, filename: str, line: int) -> None:
        self.text = text
        self.markers: List[Tuple[int, int, str]] = [(0, line, filename)]
        self.has_markers = False
        self._marker = 0

    def add_marker(self, directive: int, line: int, file: str) -> None:
        """Say that what follows the line numbered `directive` is line `line` of `file` (of the current file when empty)."""
        self.has_markers = True
        self.markers.append((directive + 1, line, file or self.markers[-1][2]))

    def position(self, line: int, column: int) -> Position:
        """Return the position on a line of the text, numbered from 0, as the user knows it."""
        # step to the marker that holds: what is looked up next is nearly always near
        while self._marker + 1 < len(self.markers) and self.markers[self._marker + 1][0] <= line:
            self._marker += 1
        while self.markers[self._marker][0] > line:
            self._marker -= 1
        start, first, file = self.markers[self._marker]
        return Position(file, first + line - start, column)

    def diagnose(self, offset: int, length: int, message: str, hint: str) -> Diagnostic:
        """Return the error at `offset`, rendered with its source line and a caret under its `length` characters."""
        from cffi_build.errors import Diagnostic  # only needed for errors

        message, hint = _clip(message), _clip(hint)
        start = self.text.rfind("\n", 0, offset) + 1
        file, line, column = position = self.position(self.text.count("\n", 0, offset), offset - start + 1)
        head = f"{file}:{line}:{column}: error: {message}"
        return Diagnostic(*position, message, hint, f"{head}\n{self._picture(start, offset, length, line, hint)}")

    def _picture(self, start: int, offset: int, length: int, line: int, hint: str) -> str:
        first = max(start, offset - SHOWN_COLUMNS // 2)
        shown = self.text[first:first + SHOWN_COLUMNS].split("\n", 1)[0].rstrip()
        shown = "".join(character if character.isprintable() else " " for character in shown)
        caret = "^".ljust(max(1, min(length, len(shown) - (offset - first))), "~")
        under = f"{' ' * (offset - first)}{caret} {hint}".rstrip()
        return f"{line:5} | {shown}\n      | {under}"


def _clip(text: str) -> str:
    """Return `text`, shortened when some monstrous name has made it very long."""
    return text if len(text) <= MAX_MESSAGE else text[:MAX_MESSAGE - 3] + "..."
