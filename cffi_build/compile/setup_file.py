"""Takes keywords out of the `setup()` call of a setup.py, and leaves every other character of the file as it is."""

from __future__ import annotations

import ast
from typing import Collection, Iterator, List, Tuple


def without_keywords(text: str, names: Collection[str]) -> str:
    """Return the text of a setup.py whose `setup()` is called without the keywords `names`."""
    lines = text.encode("utf-8").splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    data = b"".join(lines)
    for begin, end in sorted(_spans(text, names, starts), reverse=True):
        data = _cut(data, begin, end)
    return data.decode("utf-8")


def _spans(text: str, names: Collection[str], starts: List[int]) -> Iterator[Tuple[int, int]]:
    """Yield where the keywords stand, in bytes."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and _called(node) == "setup":
            for keyword in node.keywords:
                if keyword.arg in names:
                    value = keyword.value
                    yield starts[keyword.lineno - 1] + keyword.col_offset, starts[(value.end_lineno or 0) - 1] + (value.end_col_offset or 0)


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _cut(data: bytes, begin: int, end: int) -> bytes:
    """Cut a keyword with the comma behind it, and the whole line when only a comment is on it besides; or with the comma before it."""
    after = end
    while data[after:after + 1] in (b" ", b"\t"):
        after += 1
    if data[after:after + 1] != b",":
        before = data[:begin].rstrip()
        return (before[:-1] if before.endswith(b",") else before) + data[end:]
    after += 1
    line = data.rfind(b"\n", 0, begin) + 1
    following = data.find(b"\n", after)
    behind = data[after:max(following, after)].strip()
    if not data[line:begin].strip() and following >= 0 and (not behind or behind.startswith(b"#")):
        return data[:line] + data[following + 1:]
    return data[:begin] + data[after:].lstrip(b" ")
