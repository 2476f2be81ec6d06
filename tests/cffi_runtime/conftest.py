"""Shared libraries made by the C compiler, and fresh Python processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def make_library(tmp_path_factory):
    """A function: C code (and linker options) in, the path of a shared library out."""

    def make(code, *options, name="libmade.so"):
        folder = tmp_path_factory.mktemp("library")
        source, target = folder / "made.c", folder / name
        source.write_text(code)
        subprocess.run(["cc", "-shared", "-fPIC", "-o", target, source, *options], check=True)
        return target

    return make


@pytest.fixture(scope="session")
def run_python():
    """A function: Python code in, what a fresh process prints out; the process must succeed."""

    def run(code, *arguments, **environment):
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        command = [sys.executable, "-W", "error", "-c", code, *map(str, arguments)]
        env = {**os.environ, "PYTHONPATH": path, **environment}
        done = subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
        assert done.returncode == 0, done.stdout
        return done.stdout

    return run
