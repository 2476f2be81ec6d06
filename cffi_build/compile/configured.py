"""From modules as `[tool.cffi]` or a build script describes them to what setuptools builds: extensions and Python modules."""

from __future__ import annotations

import functools
from typing import Any, Dict, List, Union

from cffi_build.compile import limited_api, pkgconfig, script, text_key
from cffi_build.compile.made_from import files_of
from cffi_build.compile.python_modules import GeneratedModule
from cffi_build.compile.toolchain import GeneratedExtension
from cffi_build.config import files
from cffi_build.config.load import Configuration
from cffi_build.config.schema import Module
from cffi_build.errors import ConfigError

Generated = Union[GeneratedExtension, GeneratedModule]

LISTS = (
    "sources include_dirs define_macros undef_macros library_dirs libraries runtime_library_dirs extra_objects extra_compile_args "
    "extra_link_args depends"
).split()
"""The attributes of an extension to which more can be added."""


def of_configuration(configuration: Configuration, module: Module) -> Generated:
    """Return what builds `module`. No file is read yet, nothing is run: that happens when it is built."""
    if module.mode == "abi":
        return _python_module(configuration, module)
    extension = GeneratedExtension(
        module.name,
        functools.partial(_c_text, configuration, module),
        suffix=".cpp" if module.language == "c++" else ".c",
        language="c++" if module.language == "c++" else None,  # None: a C++ file among the sources decides
        py_limited_api=limited_api.floor(module.limited_api) is not None,
        **_lists(configuration, module),
    )
    extension.stub = functools.partial(_stub_text, configuration, module) if module.stubs else None
    extension.text_key = functools.partial(text_key.of_module, configuration, module)
    extension.complete = functools.partial(_complete, configuration, module)
    if module.build_script:
        extension.read_script = functools.partial(_read_script, configuration, module)
    return extension


def _c_text(configuration: Configuration, module: Module) -> str:
    from cffi_build.compile import generate  # brings the parser along, which a build with nothing changed does without

    return generate.c_text(configuration, module)


def _python_text(configuration: Configuration, module: Module) -> str:
    from cffi_build.compile import generate

    return generate.python_text(configuration, module)


def _stub_text(configuration: Configuration, module: Module) -> str:
    from cffi_build.compile import generate

    return generate.stub_text(configuration, module)


def of_script(entry: str) -> Generated:
    """Return the module that the FFI object named by an entry of ``cffi_modules`` describes. Runs the script."""
    found = script.described(entry, "cffi_modules")
    if not found.compiled:
        return GeneratedModule(found.name, found.text, depends=(entry.partition(":")[0],))
    keywords = {"py_limited_api": limited_api.interpreter_has_it(), **found.keywords}
    return GeneratedExtension(found.name, found.text, suffix=found.suffix, **keywords)


def _python_module(configuration: Configuration, module: Module) -> GeneratedModule:
    text = functools.partial(_python_text, configuration, module)
    stub = functools.partial(_stub_text, configuration, module) if module.stubs else None
    return GeneratedModule(module.name, text, files_of(configuration, module), stub)


def _lists(configuration: Configuration, module: Module) -> Dict[str, List[Any]]:
    made_from = files_of(configuration, module)
    beside = files.headers(configuration.root, (*module.sources, *made_from), module.include_dirs)
    return {**{key: list(getattr(module, key)) for key in LISTS}, "depends": list(dict.fromkeys([*made_from, *beside]))}


def _complete(configuration: Configuration, module: Module, extension: GeneratedExtension) -> None:
    """Add what is known only when the module is built: the script's keywords, the options of pkg-config."""
    if extension.read_script:
        extension.read_script(extension)
    flags = pkgconfig.query(module.pkg_config) if module.pkg_config else pkgconfig.Flags()
    _add_lists(
        extension,
        include_dirs=flags.include_dirs,
        define_macros=flags.macros,
        library_dirs=flags.library_dirs,
        libraries=flags.libraries,
        extra_compile_args=flags.compile_args,
        extra_link_args=flags.link_args,
    )


def _add_lists(extension: GeneratedExtension, **more: Any) -> None:
    for key, values in more.items():
        setattr(extension, key, [*getattr(extension, key), *values])


def _read_script(configuration: Configuration, module: Module, extension: GeneratedExtension) -> None:
    """Run the build script of a module, and give the extension what it says; what pyproject.toml says comes after it."""
    from cffi_build.compile import generate

    found = generate.from_script(configuration, module)
    keywords = dict(found.keywords)
    if not keywords.pop("py_limited_api", True) and extension.py_limited_api:
        raise ConfigError(f"{configuration.shown(module)}: the script says py_limited_api=False; set limited-api = false here")
    for key, value in keywords.items():
        both = [*value, *getattr(extension, key)] if key in LISTS else value
        setattr(extension, key, both)
    extension.suffix, extension.generate = found.suffix, found.text
