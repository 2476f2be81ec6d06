"""lib.f of compiled modules: who holds the GIL meanwhile, callbacks out of such calls, errno, life."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import sysconfig
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from cffi_build import cdef
from cffi_build.emit import c_source

CDEF = """
    int gil(void); int gil_held(void);
    int call(int (*f)(int), int x); int call_held(int (*f)(int), int x);
    int call_inside(int (*f)(int), int x);
    int swap_errno(int); int swap_errno_held(int);
    struct big { long a[5]; }; struct big grow(struct big b, long by);
    long sum9(long, long, long, long, long, long, long, long, long);
    long double longest(long double);
    extern "Python" int answer(int);
"""
C_CODE = """
static int gil(void) { return PyGILState_Check(); }
static int gil_held(void) { return PyGILState_Check(); }
static int call(int (*f)(int), int x) { return f(x) + 1; }
static int call_held(int (*f)(int), int x) { return f(x) + 1; }
/* as C code of another extension does, which enters Python on its own */
static int call_inside(int (*f)(int), int x)
{ PyGILState_STATE state = PyGILState_Ensure(); x = f(x) + 1; PyGILState_Release(state); return x; }
static int swap_errno(int n) { int old = errno; errno = n; return old; }
static int swap_errno_held(int n) { int old = errno; errno = n; return old; }
struct big { long a[5]; };
static struct big grow(struct big b, long by) { for (int i = 0; i < 5; i++) b.a[i] += by; return b; }
static long sum9(long a, long b, long c, long d, long e, long f, long g, long h, long i) { return a+b+c+d+e+f+g+h+i; }
static long double longest(long double x) { return x + 1; }
"""
HELD = {"gil_held", "call_held", "swap_errno_held"}


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder: Path = tmp_path_factory.mktemp("lib_func")
    (folder / "m.c").write_text(c_source("_lib_func", cdef.parse(CDEF), C_CODE, limited_api=False, hold_gil=HELD))
    library = folder / ("_lib_func" + sysconfig.get_config_var("EXT_SUFFIX"))
    subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-O1", "m.c", f"-I{sysconfig.get_path('include')}", "-o", str(library)],
                   check=True, cwd=folder)
    sys.path.insert(0, str(folder))
    yield importlib.import_module("_lib_func")
    sys.path.remove(str(folder))


def test_the_gil_is_given_up_unless_the_module_says_to_hold_it(compiled: Any) -> None:
    assert (compiled.lib.gil(), compiled.lib.gil_held()) == (0, 1)


@pytest.mark.parametrize("name", ["call", "call_held", "call_inside"])
@pytest.mark.parametrize("kind", ["callback", "extern"])
def test_a_function_of_python_can_be_called_back_whoever_holds_the_gil(compiled: Any, name: str, kind: str) -> None:
    ffi, lib = compiled.ffi, compiled.lib
    function = getattr(lib, name)
    depths = [lib.call, lib.call_held, lib.call_inside, lib.call]

    def python(x: int) -> int:
        assert lib.gil() == 0
        return depths[x](target, x + 1) if x < len(depths) else 100

    target = ffi.callback("int(int)", python) if kind == "callback" else ffi.def_extern("answer")(python) and lib.answer
    assert function(target, 0) == 105
    assert lib.gil() == 0


def test_threads_run_while_a_callback_waits(compiled: Any) -> None:
    """Each thread gives up the GIL inside of its callback, and gets its own state back."""
    ffi, lib = compiled.ffi, compiled.lib
    callback = ffi.callback("int(int)", lambda x: time.sleep(0.001) or threading.get_ident() % 1000 + x)
    failures: list[int] = []

    def work() -> None:
        failures.extend(i for i in range(30) if lib.call(callback, i) != threading.get_ident() % 1000 + i + 1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_errno_is_kept_between_calls_and_survives_callbacks(compiled: Any) -> None:
    ffi, lib = compiled.ffi, compiled.lib
    ffi.errno = 5
    assert [lib.swap_errno(6), lib.swap_errno_held(7), lib.swap_errno(8), ffi.errno] == [5, 6, 7, 8]
    seen = []
    callback = ffi.callback("int(int)", lambda x: seen.append(ffi.errno) or lib.swap_errno(33))
    assert lib.call(callback, 0) == 9
    assert (seen, ffi.errno) == ([8], 33)


def test_records_many_arguments_and_what_registers_cannot_hold(compiled: Any) -> None:
    lib = compiled.lib
    assert list(lib.grow([[1, 2, 3, 4, 5]], 10).a) == [11, 12, 13, 14, 15]
    assert lib.sum9(*(10**k for k in range(9))) == 111111111
    assert float(lib.longest(1.5)) == 2.5
    with pytest.raises(TypeError, match=r"sum9\(\) takes exactly 9 arguments \(2 given\)"):
        lib.sum9(1, 2)
