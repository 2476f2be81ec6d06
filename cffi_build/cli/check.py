"""Compare declarations with real headers, and report every mistake.

With FILEs: texts of declarations, compared with the headers of --header. Without: the modules of the project; those of ABI mode
are compared with --header, the generated C of the others is checked by the compiler. Exit code 1 when there are mistakes.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import List, Sequence

from cffi_build import cdef
from cffi_build.cli import compiler_options, project
from cffi_build.compile import check_module, generate
from cffi_build.compile.c_compiler import CCompiler
from cffi_build.compile.check import check
from cffi_build.config.load import Configuration
from cffi_build.config.schema import Module
from cffi_build.declarations import Declarations
from cffi_build.errors import ConfigError, VerificationError

NAME = "check"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    project.add_argument(parser)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="texts of declarations (default: the project's modules)")
    parser.add_argument("--module", action="append", default=[], metavar="NAME", help="only this module of the project")
    parser.add_argument("--header", action="append", default=[], metavar="HEADER", help="where the declarations are from, as in #include")
    compiler_options.add_arguments(parser)


def run(options: argparse.Namespace) -> None:
    """Check, print the mistakes, and what was checked."""
    mistakes = _check_files(options) if options.files else _check_project(options)
    if mistakes:
        count = f"{len(mistakes)} mistake{'s' if len(mistakes) > 1 else ''}"
        raise VerificationError("\n".join([*mistakes, f"cffi-build check: {count}"]))
    print("cffi-build check: no mistakes")


def _check_files(options: argparse.Namespace) -> List[str]:
    texts = [generate.with_origin(str(path), 1, _read(path)) for path in options.files]
    return _compare(options, cdef.parse("".join(texts)), compiler_options.compiler_of(options))


def _read(path: Path) -> str:
    try:
        return generate.read(Path(), str(path))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None


def _check_project(options: argparse.Namespace) -> List[str]:
    configuration = project.load_project(options.project)
    found: List[str] = []
    for module in configuration.named(options.module):
        found += _check_abi(options, configuration, module) if module.mode == "abi" else check_module.mistakes(configuration, module)
    return found


def _check_abi(options: argparse.Namespace, configuration: Configuration, module: Module) -> Sequence[str]:
    if module.headers:
        generate.declarations(configuration, module)
        return []  # they are what the headers say
    if not options.header:
        raise ConfigError(f"{configuration.shown(module)}: say with --header where the declarations of {module.name!r} are from")
    return _compare(options, generate.declarations(configuration, module), compiler_options.compiler_of(options))


def _compare(options: argparse.Namespace, said: Declarations, compiler: CCompiler) -> List[str]:
    if not options.header:
        raise ConfigError("cffi-build check: say with --header where the declarations are from: --header foo.h")
    symbols = bool(options.libraries or options.pkg_config)
    return [str(mistake) for mistake in check(said, options.header, compiler, symbols=symbols)]
