"""The cache of parsed texts: in a new process, declarations that were read before are taken from a file.

A file is found by a hash of all that the result depends on, and holds that as well, so that it is compared, not trusted: the text, what
was declared before, the options, the Python, the sources of this package. Where the cache cannot be read or written, texts are parsed.
$CFFI_CDEF_CACHE says where it is; ``0`` or ``off`` is for none.
"""

from __future__ import annotations

import os
import sys
from _imp import source_hash  # importlib.util.source_hash, which would import much more

from cffi_build.tables import Declarations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional, Tuple, Union

    from cffi_build.cdef.flat import Rows

_PAYS = 200
"""Texts of fewer characters are parsed about as fast as looked for, once the parser is imported, and not worth a file."""
_MOST_UNWRITTEN = 100
"""A program that makes ever new texts does not grow without end."""
_RECORDS = ("declarations.py", "model.py", "primitives.py", "tables.py", "values.py")
"""What the parser uses of the folder above."""
_INSTALLED = (f"{os.sep}site-packages", f"{os.sep}dist-packages")
MAGIC = b"cffi cdef 2\n"
_READ_ONLY = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class Kept(Declarations):
    """Declarations that were written down: each table is made when it is first looked at.

    A program that declares a whole library uses little of it, and often not before it has done something else.
    """

    def __init__(self, written: bytes, known: Declarations, origin: str) -> None:
        # the tables are absent until __getattr__ has made them
        self.included = known.included[:]
        self.origin = origin
        self._rows: Union[bytes, Rows] = written
        self._known = known

    def __getattr__(self, name: str) -> Any:
        if name not in ("globals", "typedefs", "records", "enums", "anonymous_count"):
            raise AttributeError(f"'Kept' object has no attribute {name!r}")
        rows = self._rows
        if isinstance(rows, bytes):
            from cffi_build.cdef.flat import Rows

            rows = self._rows = Rows(rows)
        made = rows.anonymous_count if name == "anonymous_count" else rows.table(name, getattr(self._known, name))
        setattr(self, name, made)
        return made


class Entry:
    """The place in the cache for the result of parsing a text on top of `known`."""

    def __init__(self, folder: str, identity: bytes, known: Declarations) -> None:
        self.identity = identity
        self.known = known
        self.name = source_hash(0, identity).hex()
        self.path = f"{folder}{os.sep}{self.name}"

    def load(self) -> Optional[Declarations]:
        """Return what was stored, or made before in this process; None when there is nothing of use."""
        if self.name in _unwritten:
            return self._made_before(*_unwritten[self.name])
        data = _read(self.path)
        if data is None or not (data.startswith(MAGIC) and data.startswith(self.identity, len(MAGIC) + 8)):
            return None
        written = data[len(MAGIC) + 8 + len(self.identity):]
        if not data.startswith(source_hash(1, written), len(MAGIC)):
            return None
        return Kept(written, self.known, self.name)

    def _made_before(self, entry: Entry, made: Declarations) -> Optional[Declarations]:
        """Return what waits to be written, with what is included here; its tables never change."""
        if entry.identity != self.identity:
            return None
        tables = made.globals, made.typedefs, made.records, made.enums
        same = Declarations(*tables, self.known.included[:], made.anonymous_count)
        same.origin = self.name
        return same

    def keep(self, made: Declarations) -> None:
        """Remember to store `made` when the process ends: nobody waits for that then."""
        made.origin = self.name
        if not _unwritten:
            import atexit

            atexit.register(_write_all)
        if len(_unwritten) < _MOST_UNWRITTEN:
            _unwritten[self.name] = self, made


_unwritten: Dict[str, Tuple[Entry, Declarations]] = {}
"""What is to be written when the process ends, by the name of its file."""
_user: Dict[str, str] = {}
"""The folder of this user, found out once in a process."""


def _write_all() -> None:
    from cffi_build.cdef.store import store

    while _unwritten:
        store(*_unwritten.popitem()[1])


def entry(text: str, known: Declarations, options: str) -> Optional[Entry]:
    """Return the entry for a text, None when it is not worth one or there is no cache."""
    if len(text) < _PAYS and "cffi_build.cdef.read" in sys.modules:
        return None
    folder, origin = default_folder(), _origin(known)
    if not (folder and _ENVIRONMENT) or origin is None:
        return None
    return Entry(folder, f"{_ENVIRONMENT}\n{options}\n{origin}\n{text}".encode("utf-8", "surrogatepass"), known)


def default_folder() -> str:
    """Return where the cache of this user is, "" when there is none."""
    chosen = os.environ.get("CFFI_CDEF_CACHE")
    if chosen is not None:
        return "" if chosen in ("0", "off") else chosen
    return _user.get("folder") or _user.setdefault("folder", _users_folder())


def _users_folder() -> str:
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or home
    elif sys.platform == "darwin":
        base = os.path.join(home, "Library", "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")
    return os.path.join(base, "cffi-cdef") if os.path.isabs(base) else ""


def _origin(declarations: Declarations) -> Optional[str]:
    """Return what tells how declarations came about, None when that is not known."""
    if not (declarations.origin or declarations.is_empty()):
        return None
    if not declarations.included:
        return declarations.origin
    included = [_origin(one) for one in declarations.included]
    return None if None in included else f"{declarations.origin}{included}"


def _environment(file: str) -> str:
    """Return what results depend on but texts and options, "" when that cannot be told. `file` is one of the parser's."""
    try:
        return f"{sys.implementation.cache_tag} {sys.version} {sys.platform} {sys.maxsize}\n{_stamp(file)}"
    except OSError:  # the package is in a zip file, or in a frozen program, where `file` is ""
        return ""


def _stamp(file: str) -> str:
    """Return what changes when a file of the parser, or of the records that it makes, does.

    Installers make new files, which their folder shows; where people write the files, each is looked at.
    """
    here = file.rpartition(os.sep)[0]
    package = here.rpartition(os.sep)[0]
    if package.rpartition(os.sep)[0].endswith(_INSTALLED):
        stats = [os.lstat(path) for path in (package, here, file)]  # the file is for those who copy all files over the old ones
        if all(stat.st_mode & 0o170000 == 0o040000 for stat in stats[:2]):  # folders, no links to those of a checkout
            return f"{here} {[(stat.st_ino, stat.st_mtime_ns) for stat in stats]}"
    files = [name for name in sorted(os.listdir(here)) if name.endswith(".py")]
    stats = [os.stat(f"{folder}{os.sep}{name}") for folder, names in ((here, files), (package, _RECORDS)) for name in names]
    return f"{files} {[(stat.st_size, stat.st_mtime_ns) for stat in stats]}"


def _read(path: str) -> Optional[bytes]:
    """Return the contents of a file of this user, None when there is none."""
    try:
        file = os.open(path, _READ_ONLY)
    except OSError:
        return None
    try:
        stat = os.fstat(file)
        return os.read(file, stat.st_size) if os.name != "posix" or stat.st_uid == os.geteuid() else None
    except OSError:
        return None
    finally:
        os.close(file)


_ENVIRONMENT = _environment(globals().get("__file__", ""))
"""Found out before the parser is read: what an old one in a process makes is not for a new one, written since."""
