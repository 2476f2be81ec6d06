"""Rewrites cffi_build/compile/stable_abi.txt: the names of Python's stable ABI, from the tables of PyPI's `abi3info`.

Usage: python tools/write_stable_abi.py
"""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Dict, List, Tuple

from abi3info import DATAS, FUNCTIONS

TARGET = Path(__file__).resolve().parent.parent / "cffi_build" / "compile" / "stable_abi.txt"


def main() -> None:
    """Write the file."""
    names: Dict[Tuple[int, int], List[str]] = {}
    for entry in (*FUNCTIONS.values(), *DATAS.values()):
        names.setdefault((entry.added.major, entry.added.minor), []).append(entry.symbol.name)
    lines = ["# The names of Python's stable ABI, by the version that added them. Written by tools/write_stable_abi.py."]
    for version, added in sorted(names.items()):
        lines += textwrap.wrap(f"{version[0]}.{version[1]}: {' '.join(sorted(added))}", 140, subsequent_indent="  ", break_on_hyphens=False)
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
