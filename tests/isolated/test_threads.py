"""The runtime in several threads at once; without a GIL where the interpreter has none."""

from __future__ import annotations

import re
import subprocess
import sysconfig
from pathlib import Path
from typing import Callable

import pytest

FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))


def test_everything_works_in_threads_at_once(run_script: Callable[..., str]) -> None:
    scenarios = re.search(r"^SCENARIOS = \[(.*?)\]", Path(__file__).with_name("threads.py").read_text(), re.S | re.M)
    assert scenarios is not None
    assert run_script("threads.py", 20 if FREE_THREADED else 8).split() == re.findall(r"\w+", scenarios[1])


@pytest.mark.skipif(not FREE_THREADED, reason="needs a free-threaded interpreter")
def test_nothing_of_ours_switches_the_gil_on(run_script: Callable[..., str]) -> None:
    text = """
import sys
import _cffi_backend, cffi, _isolated
before = sys._is_gil_enabled()
ffi = cffi.FFI()
ffi.cdef("int abs(int);")
assert ffi.dlopen(None).abs(-3) == 3 and _isolated.lib.add(1, 2) == 3
print(before, sys._is_gil_enabled())
"""
    assert run_script(text).split() == ["False", "False"]


@pytest.mark.skipif(not FREE_THREADED, reason="needs a free-threaded interpreter")
def test_a_module_may_ask_for_the_gil(run_script: Callable[..., str], folder: Path, tmp_path: Path) -> None:
    source, library = tmp_path / "_asking.c", tmp_path / ("_asking" + sysconfig.get_config_var("EXT_SUFFIX"))
    source.write_text((folder / "_isolated.c").read_text().replace("#define _CFFI_FREE_THREADED", "").replace("_isolated", "_asking"))
    subprocess.run(["cc", "-shared", "-fPIC", "-w", f"-I{sysconfig.get_path('include')}", source, "-o", library], check=True)
    text = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import _asking; print(sys._is_gil_enabled(), _asking.lib.add(1, 2))"
    assert run_script("import warnings; warnings.simplefilter('ignore')\n" + text).split() == ["True", "3"]
