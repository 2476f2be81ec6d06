"""The C text of a configured module: its files are read, its declarations parsed, the rest is the emitter's."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, Optional, Tuple

from cffi_build import cdef, emit
from cffi_build.compile import limited_api
from cffi_build.config.load import Configuration
from cffi_build.config.schema import Module
from cffi_build.declarations import Declarations
from cffi_build.errors import ConfigError


def c_text(root: Path, module: Module) -> str:
    """Return the C source of the extension module that `module` describes."""
    return emit.c_source(module.name, declarations(root, module), prelude(root, module), limited_api=limited_api.floor(module.limited_api))


def declarations(root: Path, module: Module) -> Declarations:
    """Parse the declarations of `module`: those of its files first, then those in pyproject.toml."""
    return cdef.parse(declaration_text(root, module), filename=f"pyproject.toml ({module.name}: cdef)")


def declaration_text(root: Path, module: Module) -> str:
    """Return all declarations of `module` as one text, with ``#line`` where a file begins."""
    return "".join(f'#line 1 "{name}"\n{text}\n' for name, text in _parts(root, module))


def _parts(root: Path, module: Module) -> Iterator[Tuple[str, str]]:
    for name in module.cdef_files:
        yield name, read(root, name)
    if module.cdef:
        yield f"pyproject.toml ({module.name}: cdef)", module.cdef


def prelude(root: Path, module: Module) -> str:
    """Return the C code that the generated module begins with."""
    return read(root, module.source_file) if module.source_file else module.source


def read(root: Path, name: str) -> str:
    """Return the text of a file of the project."""
    try:
        return (root / name).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{name}: not UTF-8: {error.reason} at byte {error.start}") from None


def runtime_requirement(configuration: Configuration) -> Optional[str]:
    """Return the requirement that a wheel with these modules gets, None for none."""
    setting = configuration.project.runtime_requirement
    if setting != "auto":
        return str(setting) if setting else None
    return "cffi>=1.17"
