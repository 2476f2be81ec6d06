"""The headers that are pasted into generated C: the same bytes as the files of these names in c_src/include."""

from __future__ import annotations

import os

_FOLDER = os.path.dirname(__file__)


def header(name: str) -> str:
    """Return the text of a header."""
    with open(os.path.join(_FOLDER, name), encoding="utf-8") as file:  # noqa: PTH123  # pathlib takes longer to import than this to read
        return file.read()
