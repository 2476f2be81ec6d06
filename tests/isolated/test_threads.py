"""The runtime in several threads at once; without a GIL where the interpreter has none."""

from __future__ import annotations

import os
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


def test_eight_threads_do_everything_at_random(run_script: Callable[..., str]) -> None:
    """CFFI_TEST_LONG=1: for a minute."""
    printed = run_script("storm.py", 60 if os.environ.get("CFFI_TEST_LONG") else 2.5)
    counts = dict(re.findall(r"(\w+) (\d+)", printed))
    assert len(counts) == 13 and min(map(int, counts.values())) > 10, printed


@pytest.mark.skipif(not FREE_THREADED, reason="needs a free-threaded interpreter")
def test_only_types_that_other_threads_use_much_are_kept_for_ever(run_script: Callable[..., str]) -> None:
    text = """
import gc, threading, weakref
import _cffi_backend as backend
pointer = backend.new_pointer_type(backend.new_primitive_type("int"))
def use(ctype, times):
    for _ in range(times):
        backend.newp(ctype)
def used_elsewhere(times):
    ctype = backend.new_array_type(pointer, 1000 + times)
    thread = threading.Thread(target=use, args=(ctype, times))
    thread.start()
    thread.join()
    use(ctype, 1000)
    return weakref.ref(ctype)
rarely, much = used_elsewhere(5), used_elsewhere(500)
gc.collect()
print(rarely(), much())
"""
    assert run_script(text) == "None <ctype 'int[1500]'>\n"


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads the size of the process from /proc")
def test_types_that_several_threads_make_are_reclaimed(run_script: Callable[..., str]) -> None:
    text = """
import threading
import _cffi_backend as backend
pointer = backend.new_pointer_type(backend.new_primitive_type("int"))
def pages():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1])
def make(first):
    for n in range(first, first + 20000):
        backend.cast(backend.new_pointer_type(backend.new_array_type(pointer, n)), 4096)
def round(first):
    threads = [threading.Thread(target=make, args=(first,)) for _ in range(3)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
round(20000)
before = pages()
for number in range(2, 6):
    round(20000 * number)
print(pages() - before)
"""
    assert int(run_script(text)) < 1500  # 80,000 types, if they were kept, are more than 6000 pages


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
