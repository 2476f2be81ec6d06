"""The key `headers` of a configured module: its declarations come from real headers."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Iterator

from cffi_build.compile import pkgconfig
from cffi_build.compile.c_compiler import find_compiler
from cffi_build.compile.pkgconfig import Flags
from cffi_build.compile.scan import Request, Scan, scan
from cffi_build.compile.scan import prelude as includes
from cffi_build.config.load import Configuration
from cffi_build.config.schema import Module


@functools.cache
def scanned(configuration: Configuration, module: Module) -> Scan:
    """Return what the headers of `module` declare. Runs the compiler, with the options that the module is compiled with.

    Functions that the libraries lack are left out, unless C files or objects of the project may bring them.
    """
    flags = flags_of(configuration.root, module)
    complete = module.mode == "api" and not (module.sources or module.extra_objects) and bool(flags.libraries)
    compiler = find_compiler(flags, module.extra_compile_args, module.undef_macros)
    return scan(_request(module, check_symbols=complete), compiler)


def prelude(module: Module) -> str:
    """Return the ``#include`` lines of a module that has no other C code."""
    return includes(_request(module))


def own_files(configuration: Configuration, module: Module) -> Iterator[str]:
    """Yield those of the headers that are files of the project."""
    for name in module.headers:
        for folder in ("", *module.include_dirs):
            if not Path(folder).is_absolute() and (configuration.root / folder / name).is_file():
                yield (Path(folder) / name).as_posix()
                break


def flags_of(root: Path, module: Module) -> Flags:
    """Return the options of the module's own keys, and behind them those of pkg-config."""
    found = pkgconfig.query(module.pkg_config) if module.pkg_config else Flags()
    return Flags(
        (*(str(root / folder) for folder in module.include_dirs), *found.include_dirs),
        (*module.define_macros, *found.macros),
        (*(str(root / folder) for folder in module.library_dirs), *found.library_dirs),
        (*module.libraries, *found.libraries),
        found.compile_args,
        (*module.extra_link_args, *found.link_args),
    )


def _request(module: Module, *, check_symbols: bool = False) -> Request:
    abi = module.mode == "abi"
    return Request(module.headers, module.declarations, abi=abi, check_symbols=check_symbols, folder=None)
