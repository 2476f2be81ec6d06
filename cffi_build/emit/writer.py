"""Builds the text of a generated C file: indentation, line ends, and which line of which file the compiler believes it reads."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List

    from cffi_build.declarations import Position


INDENT = "    "


class Writer:
    """Text under construction. `file` is the name that compilers show for what is not the user's."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._lines: List[str] = []
        self._indent = ""
        self._quoted: Dict[str, str] = {}
        self._believed_file = file
        self._believed_line = 1
        """Where compilers believe the next line to stand."""

    def line(self, text: str = "") -> None:
        """Add one line at the current depth; `text` has no line end."""
        self._lines.append(self._indent + text if text else "")
        self._believed_line += 1

    def lines(self, *texts: str) -> None:
        """Add several lines at the current depth."""
        self._lines.extend([self._indent + text if text else "" for text in texts])
        self._believed_line += len(texts)

    def directive(self, text: str) -> None:
        """Add a line for the preprocessor, never indented."""
        self._lines.append(text)
        self._believed_line += 1

    def paste(self, text: str) -> None:
        """Add `text` as it is, any number of lines; it may contain ``#line``, so `here` must follow before anything of ours."""
        pasted = text.split("\n")
        self._lines.extend(pasted[:-1] if not pasted[-1] else pasted)
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

    def here(self) -> None:
        """Make compilers report the next line as a line of the generated file again."""
        number = len(self._lines) + 1
        if self._believed_line != number or self._believed_file != self._file:
            self._believe(self._file, number + 1)

    def _believe(self, file: str, line: int) -> None:
        if self._believed_line != line or self._believed_file != file:
            if file not in self._quoted:
                self._quoted[file] = quote(file)
            self._lines.append(f"#line {line} {self._quoted[file]}")
            self._believed_file, self._believed_line = file, line

    def text(self) -> str:
        """Return everything, ended by a line end."""
        return "\n".join(self._lines) + "\n"


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
