"""The cache of compiled files: what a step made is found again by its fingerprint and by the contents of the files that it read.

A folder of the cache holds, for each fingerprint, a record of the runs so far (which headers were read, with their digests, and what
the compiler printed) and the files made. Nothing is ever changed in place, so that any number of builds may share a cache.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

from cffi_build.compile import fingerprint
from cffi_build.compile.fingerprint import Places
from cffi_build.compile.plan import Step

LIMIT = 2 * 1024**3
"""How many bytes the cache may hold; at more, the files that were not used for longest go."""
RECORD = {"read", "file", "digest", "printed"}
"""The fields of a record."""
RECORDS = 8
"""How many runs with different headers are remembered for one fingerprint."""
_CLOCK = (b"__DATE__", b"__TIME__", b"__TIMESTAMP__")


def default_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where the cache of this user is."""
    if sys.platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or Path.home()) / "cffi-build"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "cffi-build"
    return Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cffi-build"


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=20).hexdigest()


class Digests:
    """Digests of files by name, each read once. None: there is no such file, or its meaning changes with the clock."""

    def __init__(self, *, clock_stands: bool) -> None:
        self._known: Dict[str, Optional[str]] = {}
        self._clock_stands = clock_stands

    def of(self, path: str) -> Optional[str]:
        """Return the digest of the file `path`."""
        if path not in self._known:
            self._known[path] = self._read(path)
        return self._known[path]

    def _read(self, path: str) -> Optional[str]:
        try:
            data = Path(path).read_bytes()
        except OSError:
            return None
        if not self._clock_stands and any(name in data for name in _CLOCK) and not data.startswith((b"\x7fELF", b"!<arch>")):
            return None
        return _digest(data)

    def promise(self, path: str, digest: str) -> None:
        """Note what the file `path`, which may not be there yet, will contain."""
        self._known[path] = digest


class Cache:
    """One folder of cached files, as one build uses it. `tool` identifies the compiler or linker of a step; "" for one unknown."""

    def __init__(
        self, folder: Path, tool: Callable[[Step], str], places: Places, environment: Mapping[str, str] = os.environ
    ) -> None:
        self._folder = folder
        self._tool = tool
        self._places = places
        self._environment = environment
        self._digests = Digests(clock_stands="SOURCE_DATE_EPOCH" in environment)
        self._keys: Dict[str, Optional[str]] = {}
        self._promised: Dict[str, str] = {}
        self._stored = False
        self._trouble: Optional[OSError] = None

    def restore(self, step: Step) -> Optional[str]:
        """Put the file that `step` would make in its place and return what the tool printed then; None: it must be run.

        An object is only promised: nobody needs it when the library that it goes into is found too.
        """
        key = self._key(step)
        for record in self._records(key) if key else ():
            if self._holds(record["read"]) and self._place(step, record["file"], record["digest"]):
                return fingerprint.placed(record["printed"], self._places)
        for path in step.inputs:
            if path in self._promised:
                self._copy_out(self._promised[path], path)
        return None

    def _place(self, step: Step, name: str, digest: str) -> bool:
        if step.kind == "link":
            return self._copy_out(name, step.output)
        self._promised[step.output] = name
        self._digests.promise(step.output, digest)
        return self._path(name).exists()

    def store(self, step: Step, printed: str) -> None:
        """Remember what `step`, which was run just now, has made and printed. A folder that cannot be written is told by `close`."""
        key, read = self._key(step), self._read_by(step)
        if not key or read is None or self._trouble:
            return
        name = fingerprint.of_texts([key, *(text for pair in read for text in pair)])
        data = Path(step.output).read_bytes()
        record = {"read": read, "file": name, "digest": _digest(data), "printed": fingerprint.neutral(printed, self._places)}
        others = [earlier for earlier in self._records(key) if earlier["file"] != name]
        self._keep({name: data, f"{key}.json": json.dumps([record, *others][:RECORDS]).encode()}, os.stat(step.output).st_mode)

    def text(self, name: str, make: Callable[[], str]) -> str:
        """Return the text kept under `name`, which says all that it depends on; `make` makes it when there is none."""
        try:
            return self._path(name).read_text(encoding="utf-8")
        except (OSError, ValueError):
            made = make()
        self._keep({name: made.encode()})
        return made

    def close(self) -> Optional[str]:
        """Take away the files that were not used for longest when there are too many; return what the user should know, if anything."""
        if self._trouble:
            return f"cffi-build: nothing is kept for the next build: the cache {self._folder} cannot be written ({self._trouble.strerror})"
        if self._stored:
            self._tidy()
        return None

    def _tidy(self) -> None:
        found = [(entry.stat().st_mtime, entry.stat().st_size, entry) for entry in self._folder.glob("*/*") if entry.is_file()]
        excess = sum(size for _, size, _ in found) - LIMIT
        for _, size, entry in sorted(found, key=lambda one: one[0]):
            if excess <= 0:
                break
            entry.unlink(missing_ok=True)
            excess -= size

    def _key(self, step: Step) -> Optional[str]:
        """Return the fingerprint of a step, None when it cannot be cached. Computed once: a step's output may be another's input."""
        if step.output not in self._keys:
            digests = [self._digests.of(path) for path in step.inputs]
            tool = self._tool(step)
            known = [digest for digest in digests if digest]
            usable = tool and step.dependency_file and len(known) == len(digests)
            self._keys[step.output] = (
                fingerprint.of_step(step, tool, known, self._environment, self._places) if usable else None
            )
        return self._keys[step.output]

    def _read_by(self, step: Step) -> Optional[List[Tuple[str, str]]]:
        """Return the files that the tool has read, by the dependency file that it wrote, with their digests."""
        try:
            text = Path(step.dependency_file).read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return None
        paths = [path for path in fingerprint.prerequisites(text) if path not in step.inputs]
        found = [(fingerprint.neutral(path, self._places), self._digests.of(path)) for path in paths]
        read = [(path, digest) for path, digest in found if digest is not None]
        return read if len(read) == len(found) else None

    def _holds(self, read: List[Tuple[str, str]]) -> bool:
        return all(self._digests.of(fingerprint.placed(path, self._places)) == digest for path, digest in read)

    def _records(self, key: str) -> List[Dict[str, Any]]:
        try:
            records: List[Dict[str, Any]] = json.loads(self._path(key + ".json").read_bytes())
            return [record for record in records if record.keys() == RECORD]
        except (OSError, ValueError, TypeError, AttributeError):
            return []  # damaged, or of another version

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name

    def _copy_out(self, name: str, target: str) -> bool:
        """Copy a file of the cache to `target`; False when somebody has taken it away."""
        source = self._path(name)
        try:
            shutil.copy(source, target)
        except FileNotFoundError:
            return False
        with contextlib.suppress(OSError):
            os.utime(source)
        return True

    def _keep(self, files: Mapping[str, bytes], mode: int = 0o644) -> None:
        """Write files into the cache; when that fails, `close` tells it."""
        try:
            for name, data in files.items():
                if not self._trouble:
                    self._write(name, data, mode)
                    self._stored = True
        except OSError as error:
            self._trouble = error

    def _write(self, name: str, data: bytes, mode: int) -> None:
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.chmod(temporary, mode)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
