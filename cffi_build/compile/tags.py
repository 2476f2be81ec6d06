"""The tag of a wheel, compared with the compiled files in it: which machine they are for, and which Pythons."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Set, Tuple

from cffi_build.compile import binary, c_library, cross, stable_abi
from cffi_build.compile.binary import Binary
from cffi_build.errors import ConfigError

EXTENSION_SUFFIX = re.compile(r"\.(?:abi3|cpython-\w[\w-]*|cp\w+-\w+|pypy\w[\w-]*)?\.?(?:so|pyd)$")
Tag = Tuple[str, str, str]


class WithCheckedTag:
    """Mix-in for a setuptools `bdist_wheel` class: a wheel that bundles a library is for one platform; its tag fits its files."""

    bundles_library = False

    def run(self: Any) -> None:
        """Build the wheel (called by setuptools)."""
        if self.root_is_pure and _formats(self._package_data()) == {format_of(str(self.plat_name))}:
            self.bundles_library, self.root_is_pure = True, False
            self.distribution.has_ext_modules = lambda: True  # or the files would go where pure ones do
        super().run()  # type: ignore[misc]

    def get_tag(self: Any) -> Tag:
        """Return the tag; raise `ConfigError` when a file does not fit it."""
        files = compiled(Path(self.bdist_dir))
        tag: Tag = cross.tag(self, files) or super().get_tag()  # type: ignore[misc]
        if self.bundles_library:
            tag = (self.python_tag, "none", tag[2])
        check(tag, files)
        return tag

    def _package_data(self: Any) -> Iterator[Path]:
        for _package, folder, _built, names in self.get_finalized_command("build_py").data_files:
            yield from (Path(folder, name) for name in names)


def _formats(paths: Iterable[Path]) -> Set[Optional[str]]:
    """Return the formats of the compiled files among `paths`. More than one: the project brings files for several systems."""
    found = (_read(path) for path in paths if path.is_file())
    return {one.format for one in found if one}


def compiled(folder: Path) -> Dict[str, Binary]:
    """Return the compiled files below `folder`, by name."""
    found = ((path.relative_to(folder).as_posix(), _read(path)) for path in sorted(folder.rglob("*")) if path.is_file())
    return {name: one for name, one in found if one}


def _read(path: Path) -> Optional[Binary]:
    """Return what a file says of itself; None for data that only begins as a compiled file does."""
    try:
        return binary.read(path)
    except binary.Malformed:
        return None


def format_of(platform: str) -> Optional[str]:
    """Return the format of compiled files on a platform (``linux_x86_64``, ``win-amd64``), None when we do not know."""
    known = {"elf": ("linux", "manylinux", "musllinux"), "pe": ("win",), "macho": ("macosx",)}
    return next((name for name, systems in known.items() if platform.startswith(systems)), None)


def check(tag: Tag, files: Mapping[str, Binary]) -> None:
    """Raise `ConfigError` unless the compiled `files` of a wheel, by name, run where a wheel with `tag` is installed.

    Files of other systems that are no extension modules are data.
    """
    bundled = {name.rpartition("/")[2] for name in files}
    problems: List[str] = []
    for name, found in files.items():
        if EXTENSION_SUFFIX.search(name) or found.format == format_of(tag[2]):
            wrong = (*_wrong_machine(found, tag[2]), *c_library.too_new(found, tag[2]), *_wrong_abi(found, name, tag))
            needed = c_library.foreign(found, tag[2], bundled)
            promise = [f"it needs {', '.join(needed)}: link it statically, or let auditwheel put it into the wheel"] if needed else []
            problems += [f"{name}: {text}" for text in (*wrong, *promise)]
    if problems:
        raise ConfigError("\n".join([f"the wheel cannot be tagged {'-'.join(tag)}:", *(f"  {text}" for text in problems)]))


def _wrong_machine(found: Binary, platform: str) -> Iterable[str]:
    expected = format_of(platform)
    if expected and found.format != expected:
        yield f"a file of the format {found.format}, the platform has {expected}: does CC compile for the platform of the tag?"
    elif platform.endswith("universal2"):
        if found.machines != {"arm64", "x86_64"}:
            yield f"it is for {', '.join(sorted(found.machines))}; universal2 is both arm64 and x86_64: set ARCHFLAGS"
    elif expected and not any(platform.endswith(name) for name in found.machines) and found.machines <= binary.KNOWN:
        yield f"it is for {', '.join(sorted(found.machines))}: does CC compile for the platform of the tag?"


def _wrong_abi(found: Binary, name: str, tag: Tag) -> Iterable[str]:
    if tag[1] != "abi3" or not EXTENSION_SUFFIX.search(name):
        return
    floor = tag[0][2:]
    for text in stable_abi.excess(found, (int(floor[0]), int(floor[1:]))):
        yield f"it uses {text}: set limited-api to false, or to the version that has it, or use something else"
