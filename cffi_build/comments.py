"""What a comment in C says, without the slashes and stars around it."""

from __future__ import annotations


def comment_text(comment: str) -> str:
    """Return the words of a comment, or of several below each other, without the slashes and stars around them."""
    return "\n".join([_bare(line.strip()) for line in comment.split("\n")]).strip()


def _bare(line: str) -> str:
    """Return a line of a comment without its decoration.

    >>> _bare("/** Open a file. */"), _bare(" * more")
    ('Open a file.', 'more')
    """
    if line.startswith("//"):
        return line.lstrip("/").lstrip("!<").strip()
    if line.startswith("/*"):
        line = line[2:].lstrip("*").lstrip("!<")
    elif line.startswith("*") and not line.startswith("*/"):
        line = line[1:]
    return (line[:-2].rstrip("*") if line.endswith("*/") else line).strip()
