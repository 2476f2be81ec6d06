"""Python's stable ABI: which names it has, since which version; and what a compiled file uses beyond it."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Dict, List, Tuple

from cffi_build.compile.binary import Binary

TABLE = Path(__file__).with_name("stable_abi.txt")
Version = Tuple[int, ...]

_OF_PYTHON = re.compile(r"_?Py[A-Z_]\w*")
_ENTRY = ("PyInit_", "PyModExport_")
_ONE_VERSION = re.compile(r"python3\d+\w*\.dll")


@functools.cache
def names() -> Dict[str, Version]:
    """Return each name of the stable ABI with the version of Python that added it."""
    found: Dict[str, Version] = {}
    version: Version = ()
    for line in TABLE.read_text(encoding="utf-8").splitlines()[1:]:
        head, colon, rest = line.partition(":")
        if colon:
            version = tuple(map(int, head.split(".")))
        found.update(dict.fromkeys((rest if colon else line).split(), version))
    return found


def excess(binary: Binary, floor: Version) -> List[str]:
    """Return what `binary` uses that Pythons from `floor` up do not promise, each with why; empty when it may be tagged ``abi3``."""
    told = []
    for name in sorted(binary.undefined):
        added = names().get(name)
        if _ONE_VERSION.fullmatch(name):
            told.append(f"{name} (the library of one Python; python3.dll is that of all)")
        elif _OF_PYTHON.fullmatch(name) and not name.startswith(_ENTRY):
            if added is None:
                told.append(f"{name} (not in the stable ABI)")
            elif added > floor:
                told.append(f"{name} (since Python {'.'.join(map(str, added))})")
    return told
