"""Write the C file of each module into a folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from cffi_build.cli import project
from cffi_build.cli.project import load_project
from cffi_build.compile import generate
from cffi_build.emit import write_if_changed

NAME = "generate"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    project.add_argument(parser)
    parser.add_argument("--output", type=Path, default=Path(), metavar="DIR", help="where the files go (default: here)")
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="dotted names of modules (default: all)")


def run(options: argparse.Namespace) -> None:
    """Write the files and print their names."""
    configuration = load_project(options.project)
    for module in configuration.named(options.modules):
        suffix = ".cpp" if module.language == "c++" else ".c"
        path = options.output / (module.name.replace(".", "_") + suffix)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_if_changed(str(path), generate.c_text(configuration, module))
        print(path)
