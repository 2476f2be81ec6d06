"""Compiling for another platform: what setuptools' commands would take from this machine and Python, they get from the target's."""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import Any, Mapping, Optional, Tuple

from cffi_build.compile import c_library, target_python
from cffi_build.compile.binary import Binary
from cffi_build.config import settings, target
from cffi_build.config.check import Problems
from cffi_build.config.target import HOST_PLATFORM, Target
from cffi_build.errors import ConfigError

ZIG = "ziglang"
"""The package on PyPI with a compiler for all targets; what is used where ``CC`` does not name another one."""


def begin(given: Mapping[str, Any]) -> Problems:
    """Let this build be for the platform that the settings of the frontend or the environment say, if any. Looks for no compiler.

    Returns what is wrong with the settings, which is also found when the configuration is loaded.
    """
    problems: Problems = []
    chosen = target.of(settings.read(given, os.environ, problems).hooks, os.environ)
    target.current.set(chosen)
    if chosen:
        _enter(chosen)
    return problems


def _enter(chosen: Target) -> None:
    if os.name == "nt":
        raise ConfigError(f"target: building for {chosen.platform} on Windows is not supported: build on Linux or macOS, or in WSL")
    os.environ[HOST_PLATFORM] = chosen.platform
    for variable, command in (("CC", "cc"), ("CXX", "c++")):
        os.environ.setdefault(variable, f"{_zig()} {command} -target {chosen.for_zig}")


def _zig() -> str:
    if importlib.util.find_spec(ZIG) is None and shutil.which("zig"):
        return "zig"
    return f"{shlex.quote(sys.executable)} -m {ZIG}"


def aim(command: Any) -> None:
    """Let the set-up `build_ext` command compile for the target."""
    chosen = target.current.get()
    if chosen is None:
        return
    if command.inplace:
        raise ConfigError(f"modules for {chosen.platform} would lie in the source tree beside those of this machine: build a wheel")
    linker = shlex.split(os.environ["CC"])
    if linker[1:3] == ["-m", ZIG] and importlib.util.find_spec(ZIG) is None:
        raise ConfigError(f"no compiler for {chosen.platform}: pip install {ZIG}; or set CC to one")
    from cffi_build.compile import toolchain

    limited = all(extension.py_limited_api for extension in command.extensions)
    toolchain.aim(command, chosen, target_python.find(chosen, Path(command.build_temp), limited=limited, linker=linker))


def file_name(command: Any, fullname: str) -> Optional[str]:
    """Return the file name of a module for the target, None when there is no target."""
    chosen = target.current.get()
    if chosen is None:
        return None
    extension = command.ext_map.get(fullname)
    limited = bool(extension is not None and extension.py_limited_api)
    return os.path.join(*fullname.split(".")) + chosen.suffix(target_python.version(chosen), limited=limited)


def tag(command: Any, files: Mapping[str, Binary]) -> Optional[Tuple[str, str, str]]:
    """Return the tag of a wheel for the target that a `bdist_wheel` command makes of `files`; None without a target, or without files.

    A tag that promises a C library gives way to the plain one when a file needs other libraries too.
    """
    chosen: Optional[Target] = target.current.get()
    if chosen is None or command.root_is_pure:
        return None
    platform = str(command.plat_name) if command.plat_name_supplied else _platform(chosen, files)
    version = target_python.version(chosen)
    python = "cp" + version.rstrip("t")
    limited = command.py_limited_api
    interpreter, abi = (str(limited), "abi3") if limited else (python, "cp" + version)
    return interpreter, abi, platform.lower().replace("-", "_").replace(".", "_")


def _platform(chosen: Target, files: Mapping[str, Binary]) -> str:
    platform, bundled = chosen.wheel_platform, {name.rpartition("/")[2] for name in files}
    foreign = sorted({library for found in files.values() for library in c_library.foreign(found, platform, bundled)})
    if not foreign:
        return platform
    print(
        f"the wheel is tagged {chosen.platform}, not {platform}: it needs {', '.join(foreign)}; "
        f"link that statically, or let 'auditwheel repair --plat {platform}' put it into the wheel",
        file=sys.stderr,
    )
    return chosen.platform
