"""Fresh Python processes that run what was built; projects written by a test; hooks of the backend called as frontends do."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "import json, sys, cffi_build; print(json.dumps(getattr(cffi_build, sys.argv[1])(*json.loads(sys.argv[2]))))"
HEAD = """
[build-system]
requires = ["cffi"]
build-backend = "cffi_build"
[project]
name = "sample"
version = "1.0"
"""


@pytest.fixture(scope="session")
def run_python():
    """A function: Python code in, what a fresh process prints out; the process must succeed."""

    def run(code, *arguments):
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        command = [sys.executable, "-c", code, *map(str, arguments)]
        done = subprocess.run(
            command, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    return run


@pytest.fixture
def call_hook():
    """Call a hook in a folder; return its result, or what it wrote when `code` says that it must fail."""

    def call(hook, project, *arguments, code=0, **environment):
        command = [sys.executable, "-c", PROGRAM, hook, json.dumps(arguments, default=str)]
        env = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000", **environment}
        done = subprocess.run(command, cwd=project, env=env, capture_output=True, encoding="utf-8")
        assert done.returncode == code, done.stdout + done.stderr
        return done.stderr if code else json.loads(done.stdout.splitlines()[-1])

    return call


@pytest.fixture
def write_project(tmp_path, write_files):
    """Write a project of the given files; the text of pyproject.toml comes after a head with the name and the backend."""

    def write(tables, files=None, name="project", project=""):
        return write_files(tmp_path / name, {"pyproject.toml": HEAD + project + tables, **(files or {})})

    return write
