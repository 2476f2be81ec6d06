"""The headers that are pasted into generated C. The runtime includes the first of them, cffi_abi.h, from here."""

from __future__ import annotations

import os

_FOLDER = os.path.dirname(__file__)


def header(name: str) -> str:
    """Return the text of a header."""
    with open(os.path.join(_FOLDER, name), encoding="utf-8") as file:  # noqa: PTH123  # pathlib takes longer to import than this to read
        return file.read()
