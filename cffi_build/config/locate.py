"""Finds the line of pyproject.toml on which a key of `[tool.cffi]` stands; for messages only, so a miss is no error.

It knows the spelling everybody uses: table headers on their own line and ``key = value`` below them.
Inline tables and dotted keys lead to the line of the innermost part that is found.
"""

from __future__ import annotations

import re
from typing import Iterator, Optional, Sequence, Tuple, Union

Path = Tuple[Union[str, int], ...]

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"\s*(?:\"([^\"]+)\"|'([^']+)'|([\w-]+))\s*=")


def line_of(text: str, path: Path) -> Optional[int]:
    """Return the number, from 1, of the line where `path` is set, else that of its nearest parent, else None."""
    lines = dict(_paths(text.splitlines()))
    while len(path) > 1:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return None


def line_of_text(text: str, path: Path, value: str) -> Optional[int]:
    """Return the line on which the string `value` of `path` begins; None when it is not there line by line (escapes, say)."""
    first = line_of(text, path)
    lines = text.splitlines()
    for start in (first, first + 1) if first else ():
        shown = lines[start - 1 : start - 1 + len(value.splitlines())]
        if len(shown) == len(value.splitlines()) and all(part in line for part, line in zip(value.splitlines(), shown)):
            return start
    return None


def _paths(lines: Sequence[str]) -> Iterator[Tuple[Path, int]]:
    """Yield each path that a line of the file sets, with the line's number."""
    table: Path = ()
    counts: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        header = _HEADER.match(line)
        if header:
            table = _table_path(header.group(2), header.group(1) == "[[", counts)
            yield table, number
            continue
        key = _KEY.match(line)
        if key:
            yield (*table, key.group(1) or key.group(2) or key.group(3)), number


def _table_path(dotted: str, is_array: bool, counts: dict[str, int]) -> Path:
    """Return the path of a table header; a part that is an array of tables is followed by its current index."""
    parts = [part.strip().strip("\"'") for part in dotted.split(".")]
    whole = ".".join(parts)
    if is_array:
        counts[whole] = counts.get(whole, -1) + 1
    path: Path = ()
    for length, part in enumerate(parts, 1):
        path = (*path, part)
        prefix = ".".join(parts[:length])
        if prefix in counts:
            path = (*path, counts[prefix])
    return path
