"""The C text of a configured module: its files are read, its declarations parsed, the rest is the emitter's."""

from __future__ import annotations

import fnmatch
import functools
from importlib import import_module
from pathlib import Path
from typing import Dict, FrozenSet, Iterator, List

from cffi_build import cdef, emit
from cffi_build.cdef.installed import describe
from cffi_build.compile import headers, limited_api, requirement, script
from cffi_build.compile.script import Described
from cffi_build.config.check import did_you_mean
from cffi_build.config.load import Configuration
from cffi_build.config.schema import Module
from cffi_build.declarations import Declarations, FunctionDeclaration
from cffi_build.errors import ConfigError, FFIError
from cffi_build.model import Enum, spelling


def c_text(configuration: Configuration, module: Module) -> str:
    """Return the C source of the extension module that `module` describes."""
    if module.build_script:
        return from_script(configuration, module).text()
    declared = declarations(configuration, module)
    classes = enum_classes(configuration, module)
    requirement.compare(configuration, emit.required_runtime(declared, classes), configuration.shown(module))
    return emit.c_source(
        module.name,
        declared,
        prelude(configuration, module),
        limited_api=limited_api.floor(module.limited_api) or False,
        included_modules=module.include,
        hold_gil=_holding(configuration, module, declared),
        free_threading=module.free_threading,
        enum_classes=classes,
    )


def python_text(configuration: Configuration, module: Module) -> str:
    """Return the Python source of the module that `module`, of mode "abi", describes."""
    if module.build_script:
        return from_script(configuration, module).text()
    declared, classes = declarations(configuration, module), enum_classes(configuration, module)
    requirement.compare(configuration, emit.required_runtime(declared, classes, abi=True), configuration.shown(module))
    return emit.py_source(module.name, declared, included_modules=module.include, enum_classes=classes)


def stub_text(configuration: Configuration, module: Module) -> str:
    """Return the stub (``.pyi``) of the module that `module` describes."""
    declared, classes = declarations(configuration, module), enum_classes(configuration, module)
    return emit.stub_source(module.name, declared, abi=module.mode == "abi", enum_classes=classes)


@functools.cache
def from_script(configuration: Configuration, module: Module) -> Described:
    """Run the build script of `module` and return what its FFI object says, which must be a module of that name and mode."""
    place = f"{configuration.shown(module)}.build-script"
    found = script.described(module.build_script, place)
    if found.name != module.name:
        raise ConfigError(f"{place}: the script's set_source() says {found.name!r}, but name = {module.name!r}: they must be the same")
    if found.compiled != (module.mode == "api"):
        mode = "api" if found.compiled else "abi"
        raise ConfigError(f'{place}: the script\'s set_source() makes a module of the mode "{mode}": say mode = "{mode}"')
    return found


@functools.cache
def declarations(configuration: Configuration, module: Module) -> Declarations:
    """Parse the declarations of `module`: those of headers first, then those of its files, then those in pyproject.toml."""
    if module.build_script:
        return from_script(configuration, module).declarations() or Declarations()
    included = [_included(configuration, module, name) for name in module.include]
    return cdef.parse("".join(_declaration_parts(configuration, module)), included=included)


def _included(configuration: Configuration, module: Module, name: str) -> Declarations:
    for other in configuration.modules:
        if other.name == name:
            return declarations(configuration, other)
    try:
        return describe(import_module(name))
    except (ImportError, FFIError) as error:
        place = f"{configuration.shown(module)}.include"
        raise ConfigError(f"{place}: {name!r} is no module of this project, and none installed (build-system.requires): {error}") from None


def _holding(configuration: Configuration, module: Module, declared: Declarations) -> FrozenSet[str]:
    """Return the names of the functions that ``hold-gil`` means."""
    functions = [name for name, entry in declared.globals.items() if isinstance(entry, FunctionDeclaration) and not entry.linkage]
    for pattern in module.hold_gil:
        if not any(fnmatch.fnmatchcase(name, pattern) for name in functions):
            place = f"{configuration.shown(module)}.hold-gil"
            raise ConfigError(f"{place}: no function of the declarations is called {pattern!r}{did_you_mean(pattern, functions)}")
    return frozenset(name for name in functions if any(fnmatch.fnmatchcase(name, pattern) for pattern in module.hold_gil))


def enum_classes(configuration: Configuration, module: Module) -> Dict[Enum, bool]:
    """Return the enums that get a class of Python, and whether it is an ``IntFlag``: what ``int-enums`` and ``int-flags`` mean."""
    found: Dict[Enum, bool] = {}
    for key, patterns in (("int-enums", module.int_enums), ("int-flags", module.int_flags)):
        place = f"{configuration.shown(module)}.{key}"
        for pattern in patterns:
            for enum in _enums(place, pattern, declarations(configuration, module)):
                if found.setdefault(enum, key == "int-flags") != (key == "int-flags"):
                    raise ConfigError(f"{place}: {spelling(enum)!r} is in int-enums as well: name it in one of them")
    return found


def _enums(place: str, pattern: str, declared: Declarations) -> List[Enum]:
    names = [(spelling(enum), enum) for enum in declared.enums]
    names += [(name, typedef.type) for name, typedef in declared.typedefs.items() if isinstance(typedef.type, Enum)]
    names += [(enum.name, enum) for enum in declared.enums if not enum.name.startswith("$")]
    chosen = [enum for name, enum in names if fnmatch.fnmatchcase(name, pattern)]
    if not chosen:
        nearest = did_you_mean(pattern, [name for name, _ in names])
        raise ConfigError(f"{place}: no enum of the declarations is called {pattern!r}{nearest}")
    return chosen


def _declaration_parts(configuration: Configuration, module: Module) -> Iterator[str]:
    if module.headers:
        yield with_origin(f"{configuration.shown(module)}.headers", 1, headers.scanned(configuration, module).text)
    for name in module.cdef_files:
        yield with_origin(name, 1, read(configuration.root, name))
    if module.cdef:
        yield with_origin(*configuration.origin(module, "cdef"), module.cdef)


def prelude(configuration: Configuration, module: Module) -> str:
    """Return the C code that the generated module begins with."""
    if module.headers and not (module.source or module.source_file):
        return headers.prelude(module)
    if module.source_file:
        return with_origin(module.source_file, 1, read(configuration.root, module.source_file))
    return with_origin(*configuration.origin(module, "source"), module.source)


def with_origin(file: str, line: int, text: str) -> str:
    """Return `text` preceded by where it is from, so that errors in it are reported there."""
    escaped = file.replace("\\", "\\\\").replace('"', '\\"')
    return f'#line {line} "{escaped}"\n{text}\n'


def read(root: Path, name: str) -> str:
    """Return the text of a file of the project."""
    try:
        return (root / name).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{name}: not UTF-8: {error.reason} at byte {error.start}") from None
