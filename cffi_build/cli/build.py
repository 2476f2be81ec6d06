"""Compile all modules in place, beside the project's Python files."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from cffi_build.cli import project
from cffi_build.cli.project import load_project
from cffi_build.compile.programmatic import require_setuptools

NAME = "build"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    project.add_argument(parser)
    parser.add_argument("-v", "--verbose", action="store_true", help="show the commands")


def run(options: argparse.Namespace) -> None:
    """Run setuptools' ``build_ext --inplace`` for the project; its plug-in of ours does the work."""
    load_project(options.project)
    require_setuptools()
    program = "import setuptools; setuptools.setup()"
    script = ["setup.py"] if os.path.exists(options.project / "setup.py") else ["-c", program]
    verbosity = "--verbose" if options.verbose else "--quiet"
    done = subprocess.run([sys.executable, *script, verbosity, "build_ext", "--inplace"], cwd=options.project)
    if done.returncode:
        raise SystemExit(done.returncode)
