"""The platform that is compiled for, when it is another one than this Python's: how compilers, Python and wheels call it."""

from __future__ import annotations

import re
import shlex
import sysconfig
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any, Mapping, Optional

from cffi_build.config.check import Check, Place, Problems, complain

HOST_PLATFORM = "_PYTHON_HOST_PLATFORM"
"""The variable by which Python's own build says what `sysconfig.get_platform()` is to return."""

_SYSTEMS = {"linux": "linux", "windows": "windows", "mingw32": "windows", "macos": "macos", "darwin": "macos"}
_TRIPLE = re.compile(
    r"(?P<machine>\w+)(?:-(?:unknown|pc|apple|w64|none))?-(?P<system>linux|windows|mingw32|macos|darwin)"
    r"(?:-(?P<libc>gnu\w*|musl\w*))?(?:\d*\.(?P<version>\d+(?:\.\d+)*)|(?<=darwin)\d+)?"
)
_MACHINES = {
    "arm64": "aarch64",
    "amd64": "x86_64",
    "arm": "armv7l",
    "powerpc64le": "ppc64le",
    "x86": "i686",
    "i386": "i686",
    "i586": "i686",
}
_FOR_ZIG = {"i686": "x86", "armv7l": "arm", "ppc64le": "powerpc64le"}
_MULTIARCH = {"i686": "i386", "armv7l": "arm", "ppc64le": "powerpc64le"}
_WINDOWS = {"x86_64": "win-amd64", "i686": "win32", "aarch64": "win-arm64"}


@dataclass(frozen=True)
class Target:
    """A platform. `version`: of glibc, musl or macOS, as ``"2.17"``; "" where the triple does not say one. `python`: see `of`."""

    system: str
    machine: str
    libc: str = ""
    version: str = ""
    python: str = ""

    @property
    def platform(self) -> str:
        """What Python's `sysconfig.get_platform()` says there."""
        if self.system == "windows":
            return _WINDOWS[self.machine]
        if self.system == "macos":
            return f"macosx-{self.version}-{self.machine.replace('aarch64', 'arm64')}"
        return f"linux-{self.machine}"

    @property
    def wheel_platform(self) -> str:
        """The platform tag of a wheel: manylinux and musllinux where the version of the C library is known."""
        plain = self.platform.replace("-", "_").replace(".", "_")
        if self.system != "linux" or not self.version:
            return plain
        kind = "musllinux" if self.libc.startswith("musl") else "manylinux"
        return f"{kind}_{'_'.join(self.version.split('.')[:2])}_{self.machine}"

    @property
    def multiarch(self) -> str:
        """What Debian, and with it the names of extension modules on Linux, calls the platform."""
        return f"{_MULTIARCH.get(self.machine, self.machine)}-linux-{self.libc}"

    @property
    def for_zig(self) -> str:
        """The triple as ``zig cc -target`` takes it."""
        machine = _FOR_ZIG.get(self.machine, self.machine)
        if self.system == "windows":
            return f"{machine}-windows-gnu"
        if self.system == "macos":
            return f"{machine}-macos.{self.version}"
        glibc = f".{self.version}" if self.version and self.libc.startswith("gnu") else ""
        return f"{machine}-linux-{self.libc}{glibc}"

    def suffix(self, python: str, *, limited: bool) -> str:
        """Return how the names of extension modules end. `python`: the version without its point, ``311`` or ``313t``."""
        if self.system == "windows":
            return ".pyd" if limited else f".cp{python}-{self.platform.replace('-', '_')}.pyd"
        if limited:
            return ".abi3.so"
        return f".cpython-{python}-{'darwin' if self.system == 'macos' else self.multiarch}.so"


def parse(triple: str) -> Optional[Target]:
    """Return the platform of a target triple as gcc, clang and zig write them; None when it is not known here."""
    match = _TRIPLE.fullmatch(triple)
    if match is None:
        return None
    machine = _MACHINES.get(match["machine"], match["machine"])
    system, libc, version = _SYSTEMS[match["system"]], match["libc"] or "", match["version"] or ""
    if system == "linux":
        libc = libc or "gnu"
        return Target(system, machine, libc, version or ("1.2" if libc.startswith("musl") else ""))
    if system == "macos":
        deployment = version if match["system"] == "macos" and version else "11.0"  # Darwin counts otherwise
        return Target(system, machine, "", deployment if "." in deployment else f"{deployment}.0")
    return Target(system, machine) if machine in _WINDOWS and not libc.startswith("musl") else None


def _checked(place: Place, value: Any, problems: Problems) -> Any:
    found = parse(value) if isinstance(value, str) else None
    if found is None:
        complain(
            problems,
            place,
            f"no target known here: {value!r}; expected a triple such as aarch64-linux-gnu.2.17, x86_64-linux-musl, "
            "x86_64-windows-gnu or aarch64-macos",
        )
    return found


check = Check(_checked, {"type": "string"})


def of(given: Mapping[str, Any], environment: Mapping[str, str]) -> Optional[Target]:
    """Return the platform to compile for, None for that of this Python.

    `given`: the settings ``target`` and ``target-python``, a folder with a Python for that platform. Without them, `HOST_PLATFORM` and
    ``CC`` of `environment` may name one; not where ``_PYTHON_SYSCONFIGDATA_NAME`` lets sysconfig describe it.
    """
    chosen: Optional[Target] = given.get("target") or _of_environment(environment)
    return replace(chosen, python=str(given.get("target-python", ""))) if chosen else None


def _of_environment(environment: Mapping[str, str]) -> Optional[Target]:
    platform, compiler = environment.get(HOST_PLATFORM, ""), shlex.split(environment.get("CC", ""))
    if not compiler or "_PYTHON_SYSCONFIGDATA_NAME" in environment:
        return None
    named = next((found for found in map(parse, _triples(compiler)) if found and found.platform == platform), None)
    found = named or _of_platform(platform)
    here = parse(str(sysconfig.get_config_var("HOST_GNU_TYPE") or ""))
    return None if found and here and _is_native(found, here) else found


def _is_native(target: Target, here: Target) -> bool:
    """Whether this Python's own compiler is the one; that of macOS serves all of its machines, by ARCHFLAGS."""
    same = (target.system, target.machine, target.libc) == (here.system, here.machine, here.libc)
    return same or target.system == here.system == "macos"


def _triples(compiler: list[str]) -> list[str]:
    """Return the words of ``CC`` that may be target triples: ``-target X``, ``--target=X``, ``X-gcc``."""
    after = [word for option, word in zip(compiler, compiler[1:]) if option in ("-target", "--target")]
    inside = [word.partition("=")[2] for word in compiler if word.startswith(("-target=", "--target="))]
    return [*after, *inside, re.sub(r"-(?:gcc|clang|cc)(?:-[\d.]+)?$", "", compiler[0].rpartition("/")[2])]


def _of_platform(platform: str) -> Optional[Target]:
    windows = {name: machine for machine, name in _WINDOWS.items()}
    if platform in windows:
        return Target("windows", windows[platform])
    system, _, machine = platform.partition("-")
    return Target("linux", machine, "gnu") if system == "linux" and machine else None


current: ContextVar[Optional[Target]] = ContextVar("cffi_build.target", default=None)
"""The platform that this build compiles for; None for that of this Python."""
