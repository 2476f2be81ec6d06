"""Write the C or Python file of each module, for a build system that compiles them itself.

Of the modules of a project; or of one build script (--script); or of texts of declarations (--cdef, with --name, and --source in API mode).
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import List, Optional, Tuple

from cffi_build.cli import project
from cffi_build.cli.project import load_project
from cffi_build.compile import outputs
from cffi_build.compile.outputs import Output
from cffi_build.emit import write_if_changed
from cffi_build.errors import ConfigError

NAME = "generate"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    project.add_argument(parser)
    parser.add_argument("--output", type=Path, default=Path(), metavar="DIR", help="where the files go (default: here)")
    parser.add_argument("--stubs", action="store_true", help="also write stubs (.pyi)")
    parser.add_argument("--manifest", type=Path, metavar="FILE", help="write how to compile the modules, as JSON")
    parser.add_argument("--depfile", type=Path, metavar="FILE", help="write what the modules are made from, as a Makefile says it")
    parser.add_argument("--script", metavar="PATH:VARIABLE", help="an FFI object of a build script instead of a project")
    parser.add_argument("--cdef", type=Path, action="append", default=[], metavar="FILE", help="declarations instead of a project")
    parser.add_argument("--name", metavar="MODULE", help="with --cdef: the dotted name of the module")
    parser.add_argument("--source", type=Path, metavar="FILE", help="with --cdef: the C code of the module; ABI mode without it")
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="dotted names of modules of the project (default: all)")


def run(options: argparse.Namespace) -> None:
    """Write the files and print their names."""
    written = [_write(options, output) for output in _outputs(options)]
    for path, text in ((options.manifest, outputs.manifest), (options.depfile, outputs.depfile)):
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_if_changed(str(path), text(written))


def _outputs(options: argparse.Namespace) -> List[Output]:
    if options.script and options.cdef:
        raise ConfigError("cffi-build generate: give --script or --cdef, not both")
    if options.cdef:
        if not options.name:
            raise ConfigError("cffi-build generate: --cdef needs --name, the dotted name of the module")
        for path in (*options.cdef, *filter(None, [options.source])):
            if not path.is_file():
                raise ConfigError(f"{path}: no such file")
        return [outputs.of_files(options.name, options.cdef, options.source)]
    if options.script:
        return [outputs.of_script(options.script)]
    configuration = load_project(options.project)
    return [outputs.of_module(configuration, module) for module in configuration.named(options.modules)]


def _write(options: argparse.Namespace, output: Output) -> Tuple[Output, Path, Optional[Path]]:
    """Write one module: C code under its full name, Python code where its package is."""
    base = options.output.joinpath(*output.name.split("."))
    path = base.with_name(base.name + ".py") if output.suffix == ".py" else options.output / (output.name.replace(".", "_") + output.suffix)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_if_changed(str(path), output.text())
    print(path)
    if not options.stubs or output.stub is None:
        return output, path, None
    stub = base.with_name(base.name + ".pyi")
    stub.parent.mkdir(parents=True, exist_ok=True)
    write_if_changed(str(stub), output.stub())
    print(stub)
    return output, path, stub
