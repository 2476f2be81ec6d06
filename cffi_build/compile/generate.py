"""The C text of a configured module: its files are read, its declarations parsed, the rest is the emitter's."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, Optional

from cffi_build import cdef, emit
from cffi_build.compile import limited_api
from cffi_build.config.load import Configuration
from cffi_build.config.schema import Module
from cffi_build.declarations import Declarations
from cffi_build.errors import ConfigError


def c_text(configuration: Configuration, module: Module) -> str:
    """Return the C source of the extension module that `module` describes."""
    declared, code = declarations(configuration, module), prelude(configuration, module)
    return emit.c_source(module.name, declared, code, limited_api=limited_api.floor(module.limited_api) or False)


def python_text(configuration: Configuration, module: Module) -> str:
    """Return the Python source of the module that `module`, of mode "abi", describes."""
    return emit.py_source(module.name, declarations(configuration, module))


def declarations(configuration: Configuration, module: Module) -> Declarations:
    """Parse the declarations of `module`: those of its files first, then those in pyproject.toml."""
    return cdef.parse("".join(_declaration_parts(configuration, module)))


def _declaration_parts(configuration: Configuration, module: Module) -> Iterator[str]:
    for name in module.cdef_files:
        yield _from(name, 1, read(configuration.root, name))
    if module.cdef:
        yield _from(*configuration.origin(module, "cdef"), module.cdef)


def prelude(configuration: Configuration, module: Module) -> str:
    """Return the C code that the generated module begins with."""
    if module.source_file:
        return _from(module.source_file, 1, read(configuration.root, module.source_file))
    return _from(*configuration.origin(module, "source"), module.source)


def _from(file: str, line: int, text: str) -> str:
    """Return `text` preceded by where it is from, so that errors in it are reported there."""
    escaped = file.replace("\\", "\\\\").replace('"', '\\"')
    return f'#line {line} "{escaped}"\n{text}\n'


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
