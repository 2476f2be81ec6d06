"""Every kind of operation many times, with flat memory and balanced reference counts.

In a debug build of Python all references are counted too. CFFI_TEST_LONG=1: 100,000 times each.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Callable

import pytest

pytestmark = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads the size of the process from /proc")


def test_no_operation_leaves_memory_or_references_behind(run_script: Callable[..., str]) -> None:
    printed = run_script("leaks.py", 100_000 if os.environ.get("CFFI_TEST_LONG") else 20_000)
    assert printed.count("references") > 110


def test_a_leak_is_found(run_script: Callable[..., str]) -> None:
    text = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
import leaks
kept = []
operations = {{
    "number": lambda: kept.append(leaks.ffi.new("int *")),
    "memory": lambda: kept.append(leaks.ffi.new("char[]", 1000)),
    "nothing": lambda: leaks.ffi.new("int *"),
}}
leaking = leaks.check(operations, 5000)
assert leaking == ["number", "memory"], leaking
"""
    assert run_script(text)
