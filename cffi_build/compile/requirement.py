"""The requirement on the runtime that a wheel gets; for metadata, so that nothing is parsed: the words of the declarations tell."""

from __future__ import annotations

import re
from typing import Iterator, Optional

from cffi_build.config.load import Configuration
from cffi_build.config.schema import Module
from cffi_build.errors import ConfigError

PUBLISHED = 'cffi>=1.17; implementation_name != "pypy"'  # the runtime is a part of PyPy
OURS = "cffi>=3.0.0.dev0"
OURS_OR_PYPY = f'{OURS}; implementation_name != "pypy"'
_OURS_ONLY = re.compile(
    r"\b(?:__int128(?:_t)?|__uint128_t|_Float16|long\s+double\s+_Complex|_Complex\s+long\s+double|long\s+_Complex\s+double)\b"
)


_OURS_IN_ABI_MODE = re.compile(r"\b(?:aligned|__aligned__|_Alignas|alignas|align)\s*\(")


def of_wheel(configuration: Configuration) -> Optional[str]:
    """Return the requirement that a wheel with the modules of `configuration` gets, None for none."""
    setting = configuration.project.runtime_requirement
    if setting != "auto":
        return str(setting) if setting else None
    if any(_needs_ours(module.mode, text) for module in configuration.modules for text in _texts(configuration, module)):
        return OURS
    return OURS_OR_PYPY if any(module.int_enums or module.int_flags for module in configuration.modules) else PUBLISHED


def _needs_ours(mode: str, text: str) -> bool:
    return bool(_OURS_ONLY.search(text)) or (mode == "abi" and bool(_OURS_IN_ABI_MODE.search(text)))


def _texts(configuration: Configuration, module: Module) -> Iterator[str]:
    yield module.cdef
    for name in module.cdef_files:
        yield (configuration.root / name).read_text(encoding="utf-8", errors="replace")


def compare(configuration: Configuration, needed: str, place: str) -> None:
    """Raise `ConfigError` when a module needs more than the wheel's metadata, which was written before anything was parsed, says."""
    if needed == OURS and configuration.project.runtime_requirement == "auto" and of_wheel(configuration) == PUBLISHED:
        raise ConfigError(f'{place}: uses what only cffi 3 has: say runtime-requirement = "{OURS}" in [tool.cffi]')
