"""Writes the cache of parsed texts, see `cache`, when a process ends."""

from __future__ import annotations

import marshal
import os
from _imp import source_hash
from _thread import get_ident

from cffi_build.cdef.cache import MAGIC
from cffi_build.cdef.flatten import NotFlat, flatten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Tuple

    from cffi_build.cdef.cache import Entry
    from cffi_build.declarations import Declarations

LIMIT = 64 * 1024 * 1024
"""How many bytes the cache may hold; at more, the files that were written first go."""
_FORMAT = 4
"""Of `marshal`."""


def store(entry: Entry, made: Declarations) -> None:
    """Write `made` to its file, if it can be written."""
    if "CFFI_CDEF_CACHE" not in os.environ and not os.path.isdir(os.path.expanduser("~")):
        return  # users of services may have no home; nobody wants one made
    try:
        content = marshal.dumps(flatten(made, entry.known), _FORMAT)
        _write(entry.path, b"".join([MAGIC, source_hash(1, content), entry.identity, content]))
        if entry.name[0] == "0":  # now and then
            tidy(os.path.dirname(entry.path))
    except (NotFlat, ValueError, OSError):
        pass  # it is parsed again the next time


def _write(path: str, data: bytes) -> None:
    """Write a file that nobody ever sees half-written."""
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    temporary = f"{path}.{os.getpid()}.{get_ident()}"
    try:
        with open(temporary, "xb") as file:  # noqa: PTH123
            file.write(data)
        os.replace(temporary, path)
    except BaseException:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise


def tidy(folder: str) -> None:
    """Remove the files that were written first when there are too many."""
    files: List[Tuple[float, int, str]] = []
    for file in os.scandir(folder):
        if file.is_file():
            files.append((file.stat().st_mtime, file.stat().st_size, file.path))
    excess = sum(size for _, size, _ in files) - LIMIT
    for _, size, path in sorted(files):
        if excess <= 0:
            return
        os.unlink(path)
        excess -= size
