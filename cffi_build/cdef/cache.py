"""The cache of parsed texts: in a new process, declarations that were read before are taken from a file.

A file is found by a hash of all that the result depends on, and holds that as well, so that it is compared, not trusted: the text, what
was declared before, the options, the Python, the sources of this package. Where the cache cannot be read or written, texts are parsed.
$CFFI_CDEF_CACHE says where it is; ``0`` or ``off`` is for none.
"""

from __future__ import annotations

import atexit
import marshal
import os
import sys
from _imp import source_hash  # importlib.util.source_hash, which would import much more
from _thread import get_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterable, List, Optional, Tuple

    from cffi_build.declarations import Declarations

LIMIT = 64 * 1024 * 1024
"""How many bytes the cache may hold; at more, the files that were written first go."""
_PAYS = 2000
"""Texts of fewer characters are parsed faster than looked for, once the parser is imported."""
_MOST_UNWRITTEN = 100
"""A program that makes ever new texts does not grow without end."""
_RECORDS = ("declarations.py", "model.py", "primitives.py", "values.py")
"""What the parser uses of the folder above."""
_MAGIC = b"cffi cdef 1\n"
_FORMAT = 4
"""Of `marshal`."""


class Entry:
    """The place in the cache for the result of parsing a text on top of `known`."""

    def __init__(self, folder: str, identity: str, known: Declarations) -> None:
        self._identity = identity.encode("utf-8", "surrogatepass")
        self._known = known
        self.name = source_hash(0, self._identity).hex()
        self._path = os.path.join(folder, self.name)

    def load(self) -> Optional[Declarations]:
        """Return what was stored, None when there is nothing of use."""
        data = _read(self._path)
        begin = len(_MAGIC) + 8
        middle = begin + len(self._identity)
        if data is None or data[:len(_MAGIC)] != _MAGIC or data[begin:middle] != self._identity:
            return None
        if source_hash(1, data[middle:]) != data[len(_MAGIC):begin]:
            return None
        from cffi_build.cdef.flat import Kept

        return Kept(lambda: marshal.loads(data[middle:]), self._known, self.name)

    def keep(self, made: Declarations) -> None:
        """Remember to store `made` when the process ends: nobody waits for that then."""
        made.origin = self.name
        if not _unwritten:
            atexit.register(_write_all)
        if len(_unwritten) < _MOST_UNWRITTEN:
            _unwritten[self.name] = self, made

    def store(self, made: Declarations) -> None:
        """Write `made` to its file, if it can be written."""
        from cffi_build.cdef.flat import NotFlat, flatten

        try:
            content = marshal.dumps(flatten(made, self._known), _FORMAT)
            _write(self._path, b"".join([_MAGIC, source_hash(1, content), self._identity, content]))
            if self.name[0] == "0":  # now and then
                _tidy(os.path.dirname(self._path))
        except (NotFlat, ValueError, OSError):
            pass  # it is parsed again the next time


_unwritten: Dict[str, Tuple[Entry, Declarations]] = {}
"""What is to be written when the process ends, by the name of its file."""


def _write_all() -> None:
    while _unwritten:
        one, made = _unwritten.popitem()[1]
        one.store(made)


def entry(text: str, known: Declarations, options: object) -> Optional[Entry]:
    """Return the entry for a text, None when it is not worth one or there is no cache."""
    if len(text) < _PAYS and "cffi_build.cdef.read" in sys.modules:
        return None
    folder, origin = default_folder(), _origin(known)
    if folder is None or origin is None:
        return None
    environment = (sys.implementation.cache_tag, sys.version, sys.platform, sys.maxsize, _stamp())
    return Entry(folder, f"{environment}\n{options}\n{origin}\n{text}", known)


def default_folder() -> Optional[str]:
    """Return where the cache of this user is, None when there is none."""
    chosen = os.environ.get("CFFI_CDEF_CACHE")
    if chosen is not None:
        return None if chosen in ("", "0", "off") else chosen
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or home
    elif sys.platform == "darwin":
        base = os.path.join(home, "Library", "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")
    return os.path.join(base, "cffi-cdef") if os.path.isdir(home) and os.path.isabs(base) else None


def _origin(declarations: Declarations) -> Optional[str]:
    """Return what tells how declarations came about, None when that is not known."""
    included = [_origin(one) for one in declarations.included]
    if None in included or not (declarations.origin or declarations.is_empty()):
        return None
    return f"{declarations.origin}{included or ''}"


def _stamp() -> str:
    """Return what changes when a file of the parser, or of the records that it makes, does."""
    here = os.path.dirname(__file__)
    files = [name for name in sorted(os.listdir(here)) if name.endswith(".py")]
    stats = [os.stat(path) for folder, names in ((here, files), (os.path.dirname(here), _RECORDS)) for path in _paths(folder, names)]
    return f"{files} {[(stat.st_size, stat.st_mtime_ns) for stat in stats]}"


def _paths(folder: str, names: Iterable[str]) -> List[str]:
    return [f"{folder}{os.sep}{name}" for name in names]


def _read(path: str) -> Optional[bytes]:
    """Return the contents of a file of this user, None when there is none."""
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123  # pathlib takes longer to import than the file to read
            if os.name == "posix" and os.fstat(file.fileno()).st_uid != os.geteuid():
                return None
            return file.read()
    except OSError:
        return None


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


def _tidy(folder: str) -> None:
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
