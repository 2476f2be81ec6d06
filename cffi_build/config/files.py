"""File names of a project: globs expanded, existence and whereabouts checked, the headers that an sdist needs."""

from __future__ import annotations

import glob
import os
from pathlib import Path
from typing import Iterable, List, Sequence, Tuple

from cffi_build.config.check import Place, Problems, complain

HEADER_SUFFIXES = (".h", ".hh", ".hpp", ".hxx", ".inc", ".inl", ".ipp", ".tcc")


def expand(patterns: Sequence[str], root: Path, place: Place, problems: Problems, *, outside: bool = False) -> Tuple[str, ...]:
    """Return the files that `patterns` name, relative to `root`, with ``/``; each pattern in its turn, sorted within it.

    `outside`: absolute names are fine. Otherwise all must lie inside `root`, or the sdist would lack them.
    """
    found: List[str] = []
    for index, pattern in enumerate(patterns):
        if _inside(pattern, root) or (outside and os.path.isabs(pattern)):
            found += _matches(pattern, root, place / index, problems)
        else:
            complain(problems, place / index, _outside_message(pattern))
    return tuple(dict.fromkeys(found))


def one(name: str, root: Path, place: Place, problems: Problems) -> None:
    """Report unless `name` is a file inside `root`."""
    if not _inside(name, root):
        complain(problems, place, _outside_message(name))
    elif not (root / name).is_file():
        complain(problems, place, _missing_message(name, root))


def folders(names: Sequence[str], root: Path, place: Place, problems: Problems) -> None:
    """Report each relative name that is not a folder inside `root`; absolute names are taken as they are."""
    for index, name in enumerate(names):
        if os.path.isabs(name):
            continue
        if not _inside(name, root):
            complain(problems, place / index, _outside_message(name))
        elif not (root / name).is_dir():
            complain(problems, place / index, f"no such folder: {name!r} (looked for {root / name})")


def headers(root: Path, source_files: Iterable[str], include_dirs: Iterable[str]) -> Tuple[str, ...]:
    """Return the header files under the relative `include_dirs` and beside the `source_files`, relative to `root`, sorted."""
    beside = {os.path.dirname(name) for name in source_files if not os.path.isabs(name)}
    found = {entry.relative_to(root) for folder in beside for entry in (root / folder).iterdir() if _is_header(entry)}
    for folder in include_dirs:
        if not os.path.isabs(folder):
            found.update(_headers_below(root, folder))
    return tuple(sorted(name.as_posix() for name in found))


def _headers_below(root: Path, folder: str) -> Iterable[Path]:
    for parent, below, files in os.walk(root / folder):
        below[:] = [name for name in below if not name.startswith(".") and name not in ("build", "dist", "node_modules")]
        yield from (Path(parent, name).relative_to(root) for name in files if _is_header(Path(parent, name)))


def _is_header(path: Path) -> bool:
    return path.suffix in HEADER_SUFFIXES and path.is_file()


def _matches(pattern: str, root: Path, place: Place, problems: Problems) -> List[str]:
    names = sorted(glob.glob(os.path.join(glob.escape(str(root)), pattern), recursive=True))
    files = [name for name in names if os.path.isfile(name)]
    if not files:
        complain(problems, place, _missing_message(pattern, root))
    if os.path.isabs(pattern):
        return files
    return [Path(os.path.relpath(name, root)).as_posix() for name in files]


def _inside(name: str, root: Path) -> bool:
    resolved = os.path.realpath(os.path.join(root, name))
    return not os.path.isabs(name) and os.path.commonpath([resolved, os.path.realpath(root)]) == os.path.realpath(root)


def _outside_message(name: str) -> str:
    return f"{name!r} is outside the project folder; use a relative name inside it"


def _missing_message(name: str, root: Path) -> str:
    if glob.has_magic(name):
        return f"no file matches {name!r} in {root}"
    return f"no such file: {name!r} (looked for {os.path.join(root, name)})"
