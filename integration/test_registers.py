"""Calls through registers on AArch64, under qemu, and on this machine: C functions of random signatures get what they were given."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from registers_harness import program  # noqa: E402

MACHINES = {"x86_64": (["x86_64-linux-gnu-gcc"], []), "aarch64": (["aarch64-linux-gnu-gcc", "-static"], ["qemu-aarch64"])}


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("optimization", ["-O0", "-O2"])
def test_functions_of_random_signatures_get_what_they_were_given(machine: str, optimization: str, tmp_path: Path) -> None:
    compiler, runner = MACHINES[machine]
    for tool in (compiler[0], *runner):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    (tmp_path / "h.c").write_text(program(seed=len(machine) + len(optimization), count=250))
    subprocess.run([*compiler, optimization, "-w", f"-I{HERE.parent / 'c_src'}", "h.c", "-o", "h"], check=True, cwd=tmp_path)
    done = subprocess.run([*runner, "./h"], cwd=tmp_path, capture_output=True, text=True)
    found = re.fullmatch(r"passed (\d+), left to libffi (\d+), wrong (\d+)\n", done.stdout)
    assert found is not None, done.stdout + done.stderr
    assert int(found[3]) == 0
    assert int(found[1]) > 600
