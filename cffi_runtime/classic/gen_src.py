"""The command ``cffi-gen-src``: writes the C source of a module, for build systems that compile it themselves."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from typing import Any, Optional, Sequence

    from cffi_runtime.ffi import FFI


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the command line; return the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if not hasattr(options, "run"):
        parser.error("a subcommand is required: exec-python or read-sources")
    try:
        ffi = options.run(options)
    except _Usage as error:
        parser.error(str(error))
    ffi.emit_c_code(sys.stdout if options.output == "-" else options.output)
    return 0


class _Usage(Exception):
    """The command line asks for something that makes no sense."""


def _parser() -> ArgumentParser:
    from argparse import ArgumentParser

    name = "python -m cffi.gen_src" if os.path.basename(sys.argv[0]) == "gen_src.py" else "cffi-gen-src"
    parser = ArgumentParser(prog=name, description="Write the C source of a cffi extension module.")
    commands = parser.add_subparsers()
    script = commands.add_parser("exec-python", help="run a Python script that defines an FFI object")
    script.add_argument("--ffi-var", default="ffibuilder", help="name of the FFI object, or of a function that returns it")
    script.add_argument("pyfile", help="the script")
    script.set_defaults(run=_from_script)
    files = commands.add_parser("read-sources", help="read the declarations and the C code from files")
    files.add_argument("module_name", help="full name of the module, with its packages")
    files.add_argument("cdef", help="file with the declarations; - for standard input")
    files.add_argument("csrc", help="file with the C code that the module begins with; - for standard input")
    files.set_defaults(run=_from_files)
    for command in (script, files):
        command.add_argument("output", help="file to write; - for standard output")
    return parser


def _from_script(options: Namespace) -> FFI:
    from runpy import run_path

    sys.path.insert(0, os.path.dirname(os.path.abspath(options.pyfile)))
    variables = run_path(options.pyfile, run_name="gen_src")
    if options.ffi_var not in variables:
        raise NameError(f"name {options.ffi_var!r} is not defined in {options.pyfile}")
    return _as_ffi(variables[options.ffi_var], options.ffi_var)


def _as_ffi(found: Any, name: str) -> FFI:
    from cffi_runtime.ffi import FFI

    ffi = found() if callable(found) and not isinstance(found, FFI) else found
    if not isinstance(ffi, FFI):
        raise TypeError(f"{name!r} is not an instance of cffi.api.FFI, nor a function that returns one: {ffi!r}")
    return ffi


def _from_files(options: Namespace) -> FFI:
    from cffi_runtime.ffi import FFI

    if options.cdef == options.csrc:
        raise _Usage("cdef and csrc are the same file and should not be: one has the declarations, the other C code")
    ffi = FFI()
    ffi.cdef(_text(options.cdef))
    ffi.set_source(options.module_name, _text(options.csrc))
    return ffi


def _text(path: str) -> str:
    from pathlib import Path

    return sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
