"""Builds the text of a generated C file: indentation, line ends, and which line of which file the compiler believes it reads."""

from __future__ import annotations

import re
from contextlib import contextmanager

from cffi_build.declarations import Position

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, List


INDENT = "    "
_PLAIN = re.compile(r"[^\W\d_]?[\w $(),.;:'/<>=*+&|{}#!@%^~\[\]-]*", re.ASCII).fullmatch
"""Whether a text needs no escape in C."""


class Writer:
    """Text under construction. `file` is the name that compilers show for what is not the user's."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._lines: List[str] = []
        self._depth = 0
        self._believed_file = file
        self._believed_line = 1
        """Where compilers believe the next line to stand."""

    def line(self, text: str = "") -> None:
        """Add one line at the current depth; `text` has no line end."""
        self._lines.append(INDENT * self._depth + text if text else "")
        self._believed_line += 1

    def lines(self, *texts: str) -> None:
        """Add several lines at the current depth."""
        for text in texts:
            self.line(text)

    def directive(self, text: str) -> None:
        """Add a line for the preprocessor, never indented."""
        depth, self._depth = self._depth, 0
        self.line(text)
        self._depth = depth

    def paste(self, text: str) -> None:
        """Add `text` as it is, any number of lines; it may contain ``#line``, so `here` must follow before anything of ours."""
        pasted = text.split("\n")
        self._lines.extend(pasted[:-1] if not pasted[-1] else pasted)
        self._believed_file = ""

    @contextmanager
    def block(self, head: str, tail: str = "}") -> Iterator[None]:
        """Add `head` and an opening brace, then what the with-statement adds, indented, then `tail`."""
        self.line(f"{head} {{" if head else "{")
        self._depth += 1
        yield
        self._depth -= 1
        self.line(tail)

    @contextmanager
    def function(self, head: str) -> Iterator[None]:
        """Add a function definition: its brace stands on its own line."""
        self.line(head)
        with self.block(""):
            yield

    def at(self, position: Position) -> None:
        """Make compilers report the next line as `position`."""
        if self._believed_line != position.line or self._believed_file != position.file:
            self.directive(f"#line {position.line} {quote(position.file)}")
            self._believed_file, self._believed_line = position.file, position.line

    def here(self) -> None:
        """Make compilers report the next line as a line of the generated file again."""
        number = len(self._lines) + 1
        if self._believed_line != number or self._believed_file != self._file:
            self.at(Position(self._file, number + 1))

    def text(self) -> str:
        """Return everything, ended by a line end."""
        return "\n".join(self._lines) + "\n"


def quote(text: str) -> str:
    """Return `text` as a C string literal."""
    return f'"{text}"' if _PLAIN(text) else '"' + "".join(map(_escape, text)) + '"'


def _escape(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if " " <= character <= "~" and character != "?":
        return character
    return "".join(f"\\{byte:03o}" for byte in character.encode())
