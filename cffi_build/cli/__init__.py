"""The command ``cffi-build``: reads the command line, hands on to one module a command."""

from __future__ import annotations

import argparse
from typing import Optional, Sequence

from cffi_build.boundary import errors_as_exit
from cffi_build.cli import build, check, generate, migrate, new, scan

COMMANDS = (new, migrate, generate, build, scan, check)
"""The modules of the commands: each has NAME, a docstring that is its help, `add_arguments` and `run`."""


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the command line; return the exit code: 0, 1 when something is wrong with the project, 2 when with the command line."""
    options = _parser().parse_args(arguments)
    with errors_as_exit():
        options.run(options)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cffi-build", description="Builds the C extension modules that [tool.cffi] describes.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in COMMANDS:
        text = (module.__doc__ or "").strip()
        command = commands.add_parser(module.NAME, help=text.partition("\n")[0], description=text)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser
