"""The text that is being made: entries in order, headed by the header they are from; and which entry a line belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Dict, List, Sequence, Tuple

from cffi_build.cdef.headers.pieces import Piece, Words
from cffi_build.cdef.headers.printing import Line, comment_lines, print_words


@dataclass(frozen=True)
class Entry:
    """One thing to print: a declaration as `words`, or lines that are printed as they are (`fixed`: macros, pragmas).

    `kind` and `title` are for the report. `group`: the heading under which it stands.
    """

    title: str
    kind: str
    file: str
    line: int
    offset: int
    group: str
    words: Words = ()
    fixed: Tuple[str, ...] = ()
    above: Dict[int, List[str]] = field(default_factory=dict, compare=False)
    behind: Dict[int, str] = field(default_factory=dict, compare=False)

    def spliced(self, start: int, end: int, words: Words = ()) -> Entry:
        """Return the entry with the words from `start` to `end` replaced; the comments inside are gone, others move along."""
        shift = len(words) - (end - start)

        def moved(index: int) -> int:
            return index if index < start else index + shift

        above = {moved(index): text for index, text in self.above.items() if not start <= index < end}
        behind = {moved(index): text for index, text in self.behind.items() if not start <= index < end}
        return replace(self, words=(*self.words[:start], *words, *self.words[end:]), above=above, behind=behind)


def entry_of(piece: Piece, title: str, kind: str, group: str, words: Words, *, comments: bool) -> Entry:
    """Return the entry of a declaration; comments only when its words are those of the header."""
    known = comments and words == piece.words
    above, behind = (piece.above, piece.behind) if known else ({}, {})
    return Entry(title, kind, piece.file, piece.line, piece.offset, group, words, (), dict(above), dict(behind))


class Sheet:
    """Entries as text; `where` tells for each line (from 1) the entry and the first of its words there, or nothing."""

    def __init__(self, entries: Sequence[Entry], heading: str) -> None:
        self.where: Dict[int, Tuple[int, int]] = {}
        self._lines: List[str] = comment_lines(heading, "") if heading else []
        group = ""
        for index, entry in enumerate(entries):
            if entry.group != group:
                group = entry.group
                self._blank()
                self._lines += [f"/* ---- {group} ---- */", ""]
            self._add(index, entry)
        self.text = "\n".join(self._lines).strip("\n") + "\n" if self._lines else ""

    def _add(self, index: int, entry: Entry) -> None:
        lines = [Line(text, 0) for text in entry.fixed] or print_words(entry.words, entry.above, entry.behind)
        if len(lines) > 1:
            self._blank()
        for text, word in lines:
            self._lines.append(text)
            self.where[len(self._lines)] = (index, word)
        if len(lines) > 1:
            self._blank()

    def _blank(self) -> None:
        if self._lines and self._lines[-1]:
            self._lines.append("")
