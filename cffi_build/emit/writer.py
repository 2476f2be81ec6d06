"""Builds the text of a generated C file: indentation, line ends, and which line of which file the compiler believes it reads."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterable, List, Sequence, Tuple

    from cffi_build.declarations import Position


INDENT = "    "
_LONG = 1000
"""A line of so many characters is not made longer."""


class Writer:
    """Text under construction. `file` is the name that compilers show for what is not the user's."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._lines: List[str] = []
        self._more = 0
        """How many line ends are inside of these."""
        self._indent = ""
        self._quoted: Dict[str, str] = {}
        self._believed_file = file
        self._ahead = 1
        """By how much the number that compilers believe the next line to have exceeds the number of lines."""
        self._last_at = 0
        """How many lines there were when `lines_at` had added the last."""

    def line(self, text: str = "") -> None:
        """Add one line at the current depth; `text` has no line end."""
        self._lines.append(self._indent + text if text else "")

    def lines(self, texts: Sequence[str], end: str = "") -> None:
        """Add several lines at the current depth, none of them empty, and `end` behind each."""
        if texts:
            self._lines.append(self._indent + f"{end}\n{self._indent}".join(texts) + end)
            self._more += len(texts) - 1

    def directive(self, text: str) -> None:
        """Add a line for the preprocessor, never indented."""
        self._lines.append(text)

    def directives(self, texts: Sequence[str]) -> None:
        """Add several lines for the preprocessor, or pieces of as many lines as the first has."""
        if texts:
            self._lines.append("\n".join(texts))
            self._more += len(texts) * (texts[0].count("\n") + 1) - 1

    def paste(self, text: str) -> None:
        """Add `text` as it is, any number of lines; it may contain ``#line``, so `here` must follow before anything of ours."""
        if text:
            self._lines.append(text[:-1] if text.endswith("\n") else text)
            self._more += self._lines[-1].count("\n")
        self._believed_file = ""

    def block(self, head: str, tail: str = "}") -> Block:
        """Add `head` and an opening brace, then what the with-statement adds, indented, then `tail`."""
        return Block(self, f"{head} {{" if head else "{", tail)

    def function(self, head: str) -> Block:
        """Add a function definition: its brace stands on its own line."""
        self.line(head)
        return Block(self, "{", "}")

    def indent(self) -> None:
        """Let the next lines be one level deeper."""
        self._indent += INDENT

    def outdent(self) -> None:
        """Let the next lines be one level less deep."""
        self._indent = self._indent[:-len(INDENT)]

    def at(self, position: Position) -> None:
        """Make compilers report the next line as `position`."""
        self._believe(position.file, position.line)

    def lines_at(self, items: Iterable[Tuple[Position, str]]) -> None:
        """Add lines that compilers report as their positions; what is at the position of the line before is added to that one."""
        lines, indent = self._lines, self._indent
        believed_file, believed = self._believed_file, self._count() + self._ahead
        is_shared = self._count() == self._last_at
        for (file, number, _), text in items:
            if number != believed or file != believed_file:
                if is_shared and number == believed - 1 and file == believed_file and len(lines[-1]) < _LONG:
                    lines[-1] += f" {text}"
                    continue
                lines.append(self._directive(file, number))
                believed_file = file
            lines.append(indent + text)
            believed, is_shared = number + 1, True
        self._last_at = self._count() if is_shared else 0
        self._believed_file, self._ahead = believed_file, believed - self._count()

    def here(self) -> None:
        """Make compilers report the next line as a line of the generated file again."""
        if self._ahead != 1 or self._believed_file != self._file:
            self._believe(self._file, self._count() + 2)

    def _believe(self, file: str, line: int) -> None:
        if self._ahead != line - self._count() or self._believed_file != file:
            self._lines.append(self._directive(file, line))
            self._believed_file, self._ahead = file, line - self._count()

    def _directive(self, file: str, line: int) -> str:
        if file not in self._quoted:
            self._quoted[file] = quote(file)
        return f"#line {line} {self._quoted[file]}"

    def _count(self) -> int:
        return len(self._lines) + self._more

    def text(self) -> str:
        """Return everything, ended by a line end."""
        return "\n".join([*self._lines, ""])


class Block:
    """What a with-statement puts between braces."""

    __slots__ = ("_tail", "_writer")

    def __init__(self, writer: Writer, head: str, tail: str) -> None:
        self._writer, self._tail = writer, tail
        writer.line(head)

    def __enter__(self) -> None:
        self._writer.indent()

    def __exit__(self, *_: object) -> None:
        self._writer.outdent()
        self._writer.line(self._tail)


def header(name: str) -> str:
    """Return the text of a header of ours."""
    path = os.path.join(os.path.dirname(__file__), "headers", name)
    with open(path, "rb") as file:  # noqa: PTH123  # pathlib takes longer to import than this to read
        return file.read().decode("ascii")


def quote(text: str) -> str:
    """Return `text` as a C string literal."""
    plain = text.isascii() and text.isprintable() and not ("\\" in text or '"' in text or "?" in text)
    return f'"{text}"' if plain else '"' + "".join(map(_escape, text)) + '"'


def _escape(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if " " <= character <= "~" and character != "?":
        return character
    return "".join(f"\\{byte:03o}" for byte in character.encode())
