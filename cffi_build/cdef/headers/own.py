"""Which files belong to the headers that were named: they themselves, and the parts that a library's header is made of."""

from __future__ import annotations

import os
from fnmatch import fnmatch
from pathlib import Path
from typing import Iterator, List, Sequence, Set

PARTS = ("folder", "only")


def own_files(headers: Sequence[str], files: Sequence[str], entered: Sequence[str], also: Sequence[str], *, only: bool) -> Set[str]:
    """Return those of `files` whose declarations are wanted.

    For ``lib/lib.h``: everything below the folder ``lib``. For ``lib.h``: files beside it whose name begins with ``lib``, and
    everything below a folder ``lib`` beside it. `only`: no more than the named headers. `also`: patterns of further files.
    """
    wanted = {file for file in files if any(fnmatch(file, pattern) or fnmatch(file, f"*/{pattern}") for pattern in also)}
    for header in headers:
        path = find(header, files, entered)
        wanted.add(path)
        if not only and path:
            wanted.update(_parts(header, path, files))
    return wanted - {""}


def find(header: str, files: Sequence[str], entered: Sequence[str]) -> str:
    """Return the file that ``#include <header>`` found, "" when it read none."""
    candidates = [file for file in (*entered, *files) if file == header or file.replace("\\", "/").endswith(f"/{header}")]
    return candidates[0] if candidates else next((file for file in entered if _is_link_to(header, file)), "")


def _is_link_to(header: str, file: str) -> bool:
    """Tell whether `header`, in a folder above `file`, is a link to it: gcc tells the real names of system headers."""
    real = os.path.realpath(file)
    return any(os.path.realpath(folder / header) == real for folder in Path(file).parents)


def _parts(header: str, path: str, files: Sequence[str]) -> Iterator[str]:
    folder, _, name = header.replace("\\", "/").rpartition("/")
    stem = name.rpartition(".")[0] or name
    beside = path.replace("\\", "/").rpartition("/")[0]
    for file in files:
        there = file.replace("\\", "/")
        if folder and not _is_absolute(folder):
            if f"/{folder}/" in f"/{there}":
                yield file
        elif there.startswith(f"{beside}/{stem}/") or (there.startswith(f"{beside}/{stem}") and there.rpartition("/")[0] == beside):
            yield file


def _is_absolute(folder: str) -> bool:
    return folder.startswith(("/", ".")) or folder[1:2] == ":"


def shown(file: str, roots: Sequence[str]) -> str:
    """Return the name by which a file is included: its path below the longest of `roots`."""
    inside: List[str] = [file[len(root):].lstrip("/\\") for root in roots if root and file.startswith(root.rstrip("/\\") + "/")]
    return min(inside, key=len) if inside else file
