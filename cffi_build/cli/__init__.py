"""The command ``cffi-build``: reads the command line, hands on to one module a command."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Optional, Sequence

from cffi_build.boundary import errors_as_exit
from cffi_build.cli import build, generate

PLANNED = {
    "new": "a ready project: pyproject.toml, declarations, C file, test",
    "migrate": "the [tool.cffi] table for an existing setup.py or build script",
    "scan": "declarations from real headers",
    "check": "compare the declarations with the headers",
}
"""Commands that later versions bring."""


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the command line; return the exit code."""
    options = _parser().parse_args(arguments)
    with errors_as_exit():
        options.run(options)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cffi-build", description="Builds the C extension modules that [tool.cffi] describes.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in (generate, build):
        command = commands.add_parser(module.NAME, help=module.__doc__)
        command.add_argument("--project", type=Path, default=Path(), metavar="DIR", help="folder of pyproject.toml (default: here)")
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    for name, description in PLANNED.items():
        command = commands.add_parser(name, help=f"{description} (not implemented yet)")
        command.set_defaults(run=_refuse(name))
    return parser


def _refuse(name: str) -> object:
    def run(_options: argparse.Namespace) -> None:
        raise SystemExit(f"cffi-build {name}: not implemented yet in this version of cffi")

    return run
