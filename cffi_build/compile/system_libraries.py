"""The shared libraries of this system (ELF): found as the dynamic linker finds them, and by what they have."""

from __future__ import annotations

import functools
import os
import re
import struct
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple

from cffi_build.compile import elf
from cffi_build.compile.elf import Elf


def find(name: str, of: Elf, place: Path, folders: Sequence[str] = ()) -> Optional[Tuple[Elf, Path]]:
    """Return the library `name` that the library `of` in the file `place` gets when it is loaded; `folders` are looked into as well."""
    own = [re.sub(r"\$\{?ORIGIN\}?", lambda _: str(place.parent), folder) for folder in of.search]
    given = [folder for folder in os.environ.get("LD_LIBRARY_PATH", "").split(":") if folder]
    for path in (*(Path(folder, name) for folder in (*own, *given, *folders, *_folders())), *_known_to_the_linker().get(name, ())):
        found = read(path)
        if found and found.machine == of.machine:
            return found, path
    return None


@functools.cache
def read(path: Path) -> Optional[Elf]:
    """Return what `read_new` does; each file is read once."""
    return read_new(path)


def read_new(path: Path) -> Optional[Elf]:
    """Return what an ELF file says, None when there is none that tells its symbols."""
    try:
        data = path.read_bytes()
        found = elf.read(data) if data.startswith(b"\x7fELF") else None
    except (OSError, struct.error, IndexError, ValueError):
        return None
    return found if found and (found.defined or found.needed) else None


@functools.cache
def _folders() -> Sequence[str]:
    multiarch = sysconfig.get_config_var("MULTIARCH") or ""
    folders = [f"/lib/{multiarch}", f"/usr/lib/{multiarch}", "/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib"]
    return list({os.path.realpath(folder): folder for folder in folders if os.path.isdir(folder)})


@functools.cache
def _known_to_the_linker() -> Dict[str, List[Path]]:
    """Return the libraries that the dynamic linker knows, by name: what ``ldconfig -p`` prints."""
    program = next((path for path in ("/sbin/ldconfig", "/usr/sbin/ldconfig") if os.path.exists(path)), "ldconfig")
    try:
        done = subprocess.run([program, "-p"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8", errors="replace")
    except OSError:
        return {}
    found: Dict[str, List[Path]] = {}
    for name, path in re.findall(r"^\t(\S+) \(.*\) => (.+)$", done.stdout, re.MULTILINE):
        found.setdefault(name, []).append(Path(path))
    return found


def providers(symbol: str) -> List[str]:
    """Return the names, as ``libraries`` takes them, of the libraries here that have the symbol and can be linked with."""
    paths = [path for folder in _folders() for path in sorted(Path(folder).glob("lib*.so"))]
    machine = elf_machine()
    found = (path.name[3:-3] for path in paths if (one := read(path)) and symbol in one.defined and one.machine == machine)
    return list(dict.fromkeys(found))


@functools.cache
def elf_machine() -> Optional[int]:
    """Return the number of this machine in ELF files, None where there are none."""
    with Path(sys.executable).open("rb") as file:
        start = file.read(20)
    return struct.unpack_from("<H" if start[5] == 1 else ">H", start, 18)[0] if start.startswith(b"\x7fELF") else None


def package_of(library: str) -> Optional[str]:
    """Return the package of pkg-config that links with `library`, None when there is none here."""
    given = [folder for folder in os.environ.get("PKG_CONFIG_PATH", "").split(":") if folder]
    folders = [*given, *(f"{folder}/pkgconfig" for folder in (*_folders(), "/usr/share"))]
    files = [path for folder in folders for path in sorted(Path(folder).glob("*.pc"))]
    names = (path.stem for path in files if _links(path) == [f"-l{library}"])
    return min(names, key=lambda name: (library not in name, len(name)), default=None)  # others may link with nothing else either


def _links(path: Path) -> List[str]:
    text = path.read_text(encoding="utf-8", errors="replace")
    return [word for line in text.splitlines() if line.startswith("Libs:") for word in line.split() if word.startswith("-l")]
