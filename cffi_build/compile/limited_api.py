"""Which stable ABI a module may use with this interpreter, and the wheel tag that follows."""

from __future__ import annotations

import sys
import sysconfig
from typing import Optional, Union

from cffi_build.compile import target_python
from cffi_build.config import target
from cffi_build.errors import ConfigError

LOWEST = "3.9"
"""What ``limited-api = "auto"`` means where the interpreter has a stable ABI at all: our own lowest Python."""


def floor(setting: Union[str, bool]) -> Optional[str]:
    """Return the lowest Python version that the module is to run on, as ``"3.9"``; None: for exactly this interpreter."""
    if setting is False or not interpreter_has_it():
        return None
    version = LOWEST if setting == "auto" else str(setting)
    if _numbers(version) > sys.version_info[:2]:
        running = ".".join(map(str, sys.version_info[:2]))
        raise ConfigError(f'limited-api = "{version}" cannot be built with Python {running}: use {version} or later, or ask for less')
    return version


def interpreter_has_it() -> bool:
    """Return whether the interpreter loads ``abi3`` modules: CPython does, unless free-threaded."""
    aim = target.current.get()
    if aim:
        return not target_python.version(aim).endswith("t")
    return sys.implementation.name == "cpython" and not sysconfig.get_config_var("Py_GIL_DISABLED")


def tag(version: str) -> str:
    """Return the wheel tag of a floor: ``cp39`` for ``"3.9"``."""
    return "cp" + version.replace(".", "")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
