"""The headers that are pasted into generated C: the same bytes as the files of these names in c_src/include."""

from __future__ import annotations

from pathlib import Path


def header(name: str) -> str:
    """Return the text of a header."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")
