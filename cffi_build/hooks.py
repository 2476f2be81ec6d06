"""The hooks of PEP 517 and PEP 660. They delegate to setuptools; `setuptools_plugin` adds the modules that `[tool.cffi]` names."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, Dict, Iterator, List, Optional

from cffi_build.boundary import errors_as_exit
from cffi_build.errors import ConfigError

SETUPTOOLS = "setuptools>=70.1"
REQUIREMENTS = (SETUPTOOLS, "wheel")
"""What building needs beyond ourselves. setuptools stands here for every Python: since 3.12 there is no distutils without it."""

Settings = Optional[Dict[str, Any]]


@contextmanager
def _setuptools(settings: Settings, *, out_of_tree: bool = False) -> Iterator[ModuleType]:
    """Give setuptools' own hooks, inside a session of ours; our errors end the process with a message."""
    with errors_as_exit():
        _require_setuptools()
        from cffi_build.config.load import require_toml
        from cffi_build.session import session
        from cffi_build.setuptools_plugin import always_applied, build_meta, errors_of_setuptools

        require_toml(Path.cwd())
        with session(settings or {}, out_of_tree=out_of_tree), always_applied(), errors_of_setuptools():
            yield build_meta


def _require_setuptools() -> None:
    """Raise `ConfigError` unless a setuptools is there that can do what we ask of it; with build isolation it always is."""
    import re
    from importlib import metadata

    try:
        found = metadata.version("setuptools")
    except metadata.PackageNotFoundError:
        found = "none"
    numbers, wanted = (list(map(int, re.findall(r"\d+", text)[:2])) for text in (found, SETUPTOOLS))
    if numbers < wanted:
        raise ConfigError(f"cffi_build needs {SETUPTOOLS}, here is {found}: pip install '{SETUPTOOLS}' wheel, or build with isolation")


def _rebuild_on_import(wheel: Path, settings: Settings) -> None:
    """Let an editable install build again on import, if ``-C editable.rebuild=true`` says so."""
    from cffi_build.config import settings as reading

    given = reading.read(settings or {}, os.environ, [])
    if given.hooks.get("editable.rebuild"):
        from cffi_build.editable import add_to_wheel

        add_to_wheel(wheel, Path.cwd())


def get_requires_for_build_wheel(config_settings: Settings = None) -> List[str]:
    """PEP 517: what a wheel build needs. Compiles nothing, reads nothing."""
    crossing = "target" in (config_settings or {}) or "CFFI_BUILD_TARGET" in os.environ
    return [*REQUIREMENTS, *(["ziglang"] if crossing and "CC" not in os.environ else [])]


def get_requires_for_build_sdist(config_settings: Settings = None) -> List[str]:
    """PEP 517: what an sdist build needs."""
    return list(REQUIREMENTS)


def get_requires_for_build_editable(config_settings: Settings = None) -> List[str]:
    """PEP 660: what an editable install needs."""
    return list(REQUIREMENTS)


def prepare_metadata_for_build_wheel(metadata_directory: str, config_settings: Settings = None) -> str:
    """PEP 517: write the wheel's metadata. Needs no compiler."""
    with _setuptools(config_settings) as backend:
        return str(backend.prepare_metadata_for_build_wheel(metadata_directory, config_settings))


def prepare_metadata_for_build_editable(metadata_directory: str, config_settings: Settings = None) -> str:
    """PEP 660: write the editable wheel's metadata. Needs no compiler."""
    with _setuptools(config_settings) as backend:
        return str(backend.prepare_metadata_for_build_editable(metadata_directory, config_settings))


def build_wheel(wheel_directory: str, config_settings: Settings = None, metadata_directory: Optional[str] = None) -> str:
    """PEP 517: build a wheel, without writing into the source tree."""
    with _setuptools(config_settings, out_of_tree=True) as backend:
        return str(backend.build_wheel(wheel_directory, config_settings, metadata_directory))


def build_editable(wheel_directory: str, config_settings: Settings = None, metadata_directory: Optional[str] = None) -> str:
    """PEP 660: compile in place and build the wheel that points here."""
    with _setuptools(config_settings) as backend:
        wheel = str(backend.build_editable(wheel_directory, config_settings, metadata_directory))
        _rebuild_on_import(Path(wheel_directory, wheel), config_settings)
        return wheel


def build_sdist(sdist_directory: str, config_settings: Settings = None) -> str:
    """PEP 517: build a source distribution that has everything a wheel is made from."""
    with _setuptools(config_settings) as backend:
        return str(backend.build_sdist(sdist_directory, config_settings))
