"""Fresh Python processes that run what was built."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


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
