"""The Python of another platform: its headers, and on Windows the library to link with."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import List, Optional, Sequence, Tuple

from cffi_build.compile import stable_abi
from cffi_build.config.target import Target
from cffi_build.errors import ConfigError

HERE = "".join(map(str, sys.version_info[:2]))
_DLLTOOL_MACHINES = {"x86_64": "i386:x86-64", "i686": "i386", "aarch64": "arm64"}


@dataclass(frozen=True)
class TargetPython:
    """A Python to compile modules for. `version`: ``311``, ``313t``. `arguments`: for the compiler. `libraries`: files to link with."""

    version: str
    include_dirs: Tuple[str, ...]
    arguments: Tuple[str, ...] = ()
    libraries: Tuple[str, ...] = ()


def version(target: Target) -> str:
    """Return the version of the target's Python. Nothing is compiled or made, so that the tag of a wheel can be told."""
    return _described(target, Path(target.python)).version if target.python else HERE


def find(target: Target, scratch: Path, *, limited: bool, linker: Sequence[str]) -> TargetPython:
    """Return the Python to compile for; what must be made for that is made in `scratch`.

    Without a folder that has one, the headers of this Python do for modules that keep to the limited API (`limited`).
    `linker`: the words of ``CC``. Raises `ConfigError`.
    """
    if target.python:
        return _described(target, Path(target.python))
    if not limited:
        raise ConfigError(
            f"limited-api = false: for {target.platform}, {_shown()} of that platform is needed: "
            "-C target-python=FOLDER, its installation; or let limited-api be 'auto'"
        )
    library = (_import_library(target, scratch, linker),) if target.system == "windows" else ()
    return TargetPython(HERE, (_headers(scratch),), (), library)


def _shown() -> str:
    return f"Python {sys.version_info[0]}.{sys.version_info[1]}"


# ---- a folder with a Python


def _described(target: Target, folder: Path) -> TargetPython:
    include = _include(folder)
    if include is None:
        raise ConfigError(
            f"-C target-python={folder}: no headers of {_shown()} in it: neither include/Python.h nor (usr/)include/python3.*/Python.h"
        )
    config = _text(include / "pyconfig.h")
    free = bool(re.search(r"^#\s*define\s+Py_GIL_DISABLED\s+1", config, re.MULTILINE))
    if target.system != "windows":
        # Debian has headers in a folder for the machine, to one of which pyconfig.h leads; behind those of the compiler, which has its own
        after = (include.parent, include.parent / target.multiarch)
        return TargetPython(HERE + "t" * free, (str(include),), tuple(f"-idirafter{path}" for path in after))
    free = not _libraries(folder, "") and bool(_libraries(folder, "t"))
    libraries = _libraries(folder, "t" * free)
    if not libraries:
        raise ConfigError(f"-C target-python={folder}: neither python3.dll and python{HERE}.dll in it, nor both as libs/*.lib")
    # Python's pyconfig.h for Windows knows the size of a pointer of Microsoft's compiler only, unless it is told
    wide = () if target.machine == "i686" else ("-DMS_WIN64=",)
    return TargetPython(HERE + "t" * free, (str(include),), (*wide, *(("-DPy_GIL_DISABLED=1",) if free else ())), libraries)


def _include(folder: Path) -> Optional[Path]:
    names = f"python3.{HERE[1:]}"
    candidates = [folder / below / "include" / name for below in ("", "usr", "usr/local") for name in (names, names + "t", "")]
    candidates += [folder / "Include"]  # as Python's own installer for Windows spells it
    return next((path for path in candidates if _version_of(path) == HERE), None)


def _version_of(include: Path) -> str:
    match = re.search(r'^#define PY_VERSION\s+"(\d+)\.(\d+)', _text(include / "patchlevel.h"), re.MULTILINE)
    return match[1] + match[2] if match else ""


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _libraries(folder: Path, threads: str) -> Tuple[str, ...]:
    """Return the library of the stable ABI, then that of the version: what is not in the first is found in the second."""
    found: List[str] = []
    for name in ("python3" + threads, f"python{HERE}{threads}"):
        candidates = (folder / "libs" / f"{name}.lib", folder / f"{name}.dll")
        found += [str(path) for path in candidates if path.is_file()][:1]
    return tuple(found) if any(HERE in Path(name).name for name in found) else ()


# ---- no such folder


def _headers(scratch: Path) -> str:
    """Return a copy of this Python's headers with a pyconfig.h that is true on all platforms as far as the limited API goes."""
    made = scratch / "python-headers"
    if not made.exists():
        shutil.copytree(sysconfig.get_path("include"), made, ignore=shutil.ignore_patterns("pyconfig*.h", "internal"))
        shutil.copyfile(Path(__file__).with_name("cross_pyconfig.h"), made / "pyconfig.h")
    return str(made)


def _import_library(target: Target, scratch: Path, linker: Sequence[str]) -> str:
    """Return an import library of python3.dll, made by the tool that comes with the compiler."""
    scratch.mkdir(parents=True, exist_ok=True)
    definitions, library = scratch / "python3.def", scratch / "libpython3.a"
    definitions.write_text("\n".join(["LIBRARY python3.dll", "EXPORTS", *sorted(stable_abi.names())]) + "\n", encoding="ascii")
    command = [*_dlltool(linker), "-m", _DLLTOOL_MACHINES[target.machine], "-d", str(definitions), "-l", str(library)]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace")
        failed = done.stdout.strip() if done.returncode else ""
    except OSError as error:
        failed = str(error.strerror)
    if failed or not library.exists():
        raise ConfigError(
            f"{shlex.join(command)}: {failed or 'it made nothing'}: for a library to link with, "
            "give the Python of the platform by -C target-python=FOLDER"
        )
    return str(library)


def _dlltool(linker: Sequence[str]) -> Sequence[str]:
    """Return the program that makes import libraries: ``zig dlltool``, or what is called as the compiler is."""
    if "cc" in linker[1:]:  # zig cc
        return (*linker[: linker.index("cc")], "dlltool")
    prefix = re.match(r"(.*-)(?:gcc|clang|cc)(?:-[\d.]+)?$", linker[0])
    return (f"{prefix[1] if prefix else 'llvm-'}dlltool",)
