"""Each allocation of each kind of operation is refused in turn: MemoryError, never a crash, and it works again afterwards."""

from __future__ import annotations

import os
import platform
import subprocess
import sysconfig
from pathlib import Path
from typing import Callable

import pytest

pytestmark = pytest.mark.skipif(
    not (platform.system() == "Linux" and platform.machine() in ("x86_64", "aarch64")),
    reason="leads calls of the runtime elsewhere through the tables of 64-bit ELF libraries")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("no_memory") / "no_memory.so"
    source = Path(__file__).with_name("no_memory.c")
    subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-Wall", "-Werror", f"-I{sysconfig.get_path('include')}", source,
                    "-o", made], check=True)
    return made


def test_every_operation_survives_that_any_of_its_allocations_is_refused(run_script: Callable[..., str], library: Path) -> None:
    addresses, _, refusals, *_ = run_script("no_memory.py", library).split()
    assert int(addresses) > 50
    assert int(refusals) > 500
