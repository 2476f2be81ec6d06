"""Markers of PEP 508 (``sys_platform == 'win32'``): read, and evaluated for the platform that is compiled for."""

from __future__ import annotations

import os
from typing import Any, Dict

from cffi_build.errors import ConfigError

SYSTEMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "win": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
    "macosx": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
}
"""What markers call the systems that ``_PYTHON_HOST_PLATFORM`` begins with."""


class BadMarker(ValueError):
    """A text is not a marker; the message says why."""


def holds(marker: str) -> bool:
    """Return whether `marker` is true where the module will run. Raises `BadMarker`, and `ConfigError` without `packaging`."""
    try:
        from packaging import markers
    except ImportError:
        raise ConfigError("'when' needs the package 'packaging', which comes with setuptools and wheel: pip install wheel") from None
    try:
        parsed: Any = markers.Marker(marker)
        return bool(parsed.evaluate(target(os.environ.get("_PYTHON_HOST_PLATFORM", ""))))
    except (markers.InvalidMarker, markers.UndefinedComparison, markers.UndefinedEnvironmentName) as error:
        raise BadMarker(str(error).splitlines()[0]) from None


def target(platform: str) -> Dict[str, str]:
    """Return what markers see otherwise than here when compiling for `platform`, ``linux-aarch64`` say; "" is here."""
    system, _, machine = platform.replace("win32", "win-x86").partition("-")
    if system not in SYSTEMS:
        return {}
    spelled = {"amd64": "AMD64", "arm64": "ARM64"} if system == "win" else {}
    machine = machine.rpartition("-")[2]  # macosx-11.0-arm64
    return {**SYSTEMS[system], "platform_machine": spelled.get(machine, machine)}
