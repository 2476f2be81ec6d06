"""The options of commands that ask the C compiler: where headers and libraries are."""

from __future__ import annotations

import argparse
from typing import Tuple

from cffi_build.compile import pkgconfig
from cffi_build.compile.c_compiler import CCompiler, find_compiler
from cffi_build.compile.pkgconfig import Flags


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    group = parser.add_argument_group("compiler", "The compiler is $CC (gcc or clang), with $CPPFLAGS, $CFLAGS and $LDFLAGS.")
    group.add_argument("--pkg-config", action="append", default=[], metavar="PACKAGE", help="take options from pkg-config")
    group.add_argument("-I", dest="include_dirs", action="append", default=[], metavar="DIR", help="look for headers in DIR")
    group.add_argument("-D", dest="macros", action="append", default=[], metavar="NAME[=VALUE]", help="define a macro")
    group.add_argument("-l", dest="libraries", action="append", default=[], metavar="LIBRARY", help="link with LIBRARY")
    group.add_argument("-L", dest="library_dirs", action="append", default=[], metavar="DIR", help="look for libraries in DIR")
    group.add_argument("--cflag", dest="compile_args", action="append", default=[], metavar="OPTION", help="another option: --cflag=-m32")


def compiler_of(options: argparse.Namespace) -> CCompiler:
    """Return the compiler with the options of the command line."""
    return find_compiler(flags_of(options))


def flags_of(options: argparse.Namespace) -> Flags:
    """Return the options, those of pkg-config behind those of the command line."""
    found = pkgconfig.query(options.pkg_config) if options.pkg_config else Flags()
    return Flags(
        (*options.include_dirs, *found.include_dirs),
        (*map(_macro, options.macros), *found.macros),
        (*options.library_dirs, *found.library_dirs),
        (*options.libraries, *found.libraries),
        (*options.compile_args, *found.compile_args),
        found.link_args,
    )


def _macro(text: str) -> Tuple[str, str]:
    name, equals, value = text.partition("=")
    return name, value if equals else "1"
