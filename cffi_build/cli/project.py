"""The project that a command works on."""

from __future__ import annotations

import argparse
from pathlib import Path

from cffi_build.config.load import FILE, Configuration, load
from cffi_build.errors import ConfigError


def add_argument(parser: argparse.ArgumentParser) -> None:
    """Declare the option that says where the project is."""
    parser.add_argument("--project", type=Path, default=Path(), metavar="DIR", help="folder of pyproject.toml (default: here)")


def load_project(folder: Path) -> Configuration:
    """Return the configuration of the project in `folder`."""
    configuration = load(folder.resolve())
    if configuration is None:
        raise ConfigError(f"{folder / FILE}: no such file, or it has no [[tool.cffi.modules]] table")
    return configuration
