"""Compiler and linker options from pkg-config, sorted into what an extension module takes."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from dataclasses import dataclass
from typing import List, Optional, Sequence, Tuple

from cffi_build.config import target
from cffi_build.errors import PkgConfigError

OF_TARGET = ("PKG_CONFIG", "PKG_CONFIG_LIBDIR", "PKG_CONFIG_PATH", "PKG_CONFIG_SYSROOT_DIR")
"""The variables that make pkg-config answer for another machine."""


@dataclass(frozen=True)
class Flags:
    """The options of one or more packages."""

    include_dirs: Tuple[str, ...] = ()
    macros: Tuple[Tuple[str, Optional[str]], ...] = ()
    library_dirs: Tuple[str, ...] = ()
    libraries: Tuple[str, ...] = ()
    compile_args: Tuple[str, ...] = ()
    link_args: Tuple[str, ...] = ()


def query(packages: Sequence[str]) -> Flags:
    """Return the options of `packages`, each a name or a condition such as ``"zlib >= 1.2"``.

    The program is ``$PKG_CONFIG``, else ``pkg-config``. Raises `PkgConfigError` that names the package and how to get it.
    """
    aim = target.current.get()
    if aim and not any(name in os.environ for name in OF_TARGET):
        raise PkgConfigError(
            f"pkg-config = {list(packages)}: {_program()} would answer for this machine, not for {aim.platform}: "
            "set PKG_CONFIG_LIBDIR to the folder of that platform's .pc files (and PKG_CONFIG_SYSROOT_DIR), or PKG_CONFIG"
        )
    for package in packages:
        _require(package)
    return parse(_ask("--cflags", packages), _ask("--libs", packages))


def parse(cflags: str, libs: str) -> Flags:
    """Sort what ``pkg-config --cflags`` and ``--libs`` print."""
    compile_words, link_words = shlex.split(cflags), shlex.split(libs)
    return Flags(
        include_dirs=_after("-I", compile_words),
        macros=tuple(_macro(text) for text in _after("-D", compile_words)),
        library_dirs=_after("-L", link_words),
        libraries=_after("-l", link_words),
        compile_args=_rest(("-I", "-D"), compile_words),
        link_args=_rest(("-L", "-l"), link_words),
    )


def _after(option: str, words: Sequence[str]) -> Tuple[str, ...]:
    return tuple(word[len(option) :] for word in words if word.startswith(option))


def _rest(options: Tuple[str, ...], words: Sequence[str]) -> Tuple[str, ...]:
    return tuple(word for word in words if not word.startswith(options))


def _macro(text: str) -> Tuple[str, Optional[str]]:
    name, equals, value = text.partition("=")
    return name, value if equals else None


def _require(package: str) -> None:
    done = _run(["--exists", "--print-errors", package])
    if done.returncode:
        name = re.split(r"[\s<>=!]", package, maxsplit=1)[0]
        raise PkgConfigError(
            f"{_program()} does not find {package!r}: {' '.join(done.stdout.split())}\n"
            f"install its development files: {how_to_get(name)}; or set PKG_CONFIG_PATH to the folder of {name}.pc"
        )


def how_to_get(name: str) -> str:
    """Return how to look for the package that brings ``name.pc``."""
    if name == "libffi":
        return "apt-get install libffi-dev | dnf install libffi-devel | brew install libffi"
    return f"apt-file search {name}.pc | dnf provides 'pkgconfig({name})' | brew search {name}"


def _ask(option: str, packages: Sequence[str]) -> str:
    done = _run([option, *packages])
    if done.returncode:
        raise PkgConfigError(f"{_program()} {option} {' '.join(packages)}: {done.stdout.strip()}")
    return done.stdout


def _run(arguments: List[str]) -> subprocess.CompletedProcess[str]:
    command = [*shlex.split(_program()), *arguments]
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace")
    except OSError as error:
        raise PkgConfigError(
            f"{command[0]}: cannot be run: {error.strerror}; install it: "
            "apt-get install pkg-config | dnf install pkgconf | brew install pkgconf"
        ) from None


def _program() -> str:
    return os.environ.get("PKG_CONFIG") or "pkg-config"
