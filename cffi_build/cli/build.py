"""Build all modules in place, beside the project's Python files."""

from __future__ import annotations

import argparse
import subprocess
import sys

from cffi_build.cli import project
from cffi_build.cli.project import load_project
from cffi_build.compile.programmatic import require_setuptools

NAME = "build"

_PROGRAM = """
import os, runpy, sys, setuptools
made, setup = [], setuptools.setup
setuptools.setup = lambda **keywords: made.append(setup(**keywords)) or made[-1]
if os.path.exists("setup.py"):
    sys.path.insert(0, os.getcwd())
    sys.argv[0] = "setup.py"
    runpy.run_path("setup.py", run_name="__main__")
else:
    setuptools.setup()
for distribution in made:
    command = distribution.get_command_obj("build_py")
    command.ensure_finalized()
    getattr(command, "write_in_place", lambda: None)()
"""
"""Runs the commands that it is called with as setup.py does, then writes the modules of ABI mode."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    project.add_argument(parser)
    parser.add_argument("-v", "--verbose", action="store_true", help="show the commands")


def run(options: argparse.Namespace) -> None:
    """Run setuptools' ``build_ext --inplace`` for the project; its plug-in of ours does the work."""
    load_project(options.project)
    require_setuptools()
    verbosity = "--verbose" if options.verbose else "--quiet"
    done = subprocess.run([sys.executable, "-c", _PROGRAM, verbosity, "build_ext", "--inplace"], cwd=options.project)
    if done.returncode:
        raise SystemExit(done.returncode)
