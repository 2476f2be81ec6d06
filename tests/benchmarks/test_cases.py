"""The benchmarks run: every case of ours and of ctypes does its work once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
RUN = """
import json, sys
from itertools import repeat
sys.path.insert(0, sys.argv[1])
from cases import CASES
from worker import measured, names_of
names = names_of(sys.argv[2])
done = []
for case in CASES.values():
    if case.code_for(sys.argv[2]):
        measured(case, sys.argv[2], names)(repeat(None, 1), int)
        done.append(case.name)
json.dump(done, sys.stdout)
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    if shutil.which("gcc") is None:
        pytest.skip("the benchmarks are built with gcc")
    folder = str(tmp_path_factory.mktemp("benchmarks"))
    environment = {**os.environ, "CFFI_BENCHMARKS": folder, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, BENCHMARKS / "peers.py", "library", "limit", "cffi", "hold"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return environment


LEAST = {"cffi-api": 85, "cffi-ooabi": 80, "cffi-abi": 80, "cffi-hold": 80, "ctypes": 55, "limit-gil": 20}


@pytest.mark.parametrize(("implementation", "least"), LEAST.items())
def test_every_case_runs(environment: dict[str, str], implementation: str, least: int) -> None:
    command = [sys.executable, "-c", RUN, str(BENCHMARKS), implementation]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)) >= least
