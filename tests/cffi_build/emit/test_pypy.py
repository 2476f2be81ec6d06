"""Generated modules on PyPy, whose runtime is built in."""

import json
import shutil
import subprocess

import pytest

from cffi_build import cdef, emit

PYPY = shutil.which("pypy3")
pytestmark = pytest.mark.skipif(PYPY is None, reason="no pypy3 on this machine")

TEXT = """
    struct point { int x; double y; };
    enum color { RED, GREEN = 5 };
    typedef int... some_int;
    typedef int row[...];
    #define TEN 10
    #define OPEN ...
    static const double HALF;
    extern int counter;
    extern int items[...];
    int add(int a, int b);
    struct point mirrored(struct point p);
    double sum(struct point *points, int count);
    const char *name(void);
    enum color after(enum color c, some_int n);
    int printf(const char *format, ...);
    int call(int x);
    extern "Python" int twice(int x);
"""
SOURCE = """
    struct point { int x; double y; };
    enum color { RED, GREEN = 5 };
    typedef short some_int;
    typedef int row[3];
    #define TEN 10
    #define OPEN 11
    static const double HALF = 0.5;
    static int counter = 3;
    static int items[4] = {1, 2, 3, 4};
    static int twice(int);
    static int add(int a, int b) { return a + b; }
    static struct point mirrored(struct point p) { p.x = -p.x; return p; }
    static double sum(struct point *points, int count) { double s = 0; while (count--) s += points++->y; return s; }
    static const char *name(void) { return "pypy"; }
    static enum color after(enum color c, some_int n) { return c == RED && n ? GREEN : RED; }
    static int call(int x) { return twice(x); }
"""
CODE = """
import json
from on_pypy import ffi, lib
@ffi.def_extern()
def twice(x): return 2 * x
p = lib.mirrored([3, 4.5])
lib.counter = 7
print(json.dumps([
    lib.add(3, 4), p.x, p.y, lib.sum([(1, 2.5), (3, 4.0)], 2), ffi.string(lib.name()).decode(), lib.after(lib.RED, 1),
    lib.TEN, lib.OPEN, lib.HALF, lib.counter, list(lib.items), lib.call(21), ffi.sizeof("row"), ffi.sizeof("some_int"),
    ffi.typeof(lib.printf).cname, sorted(ffi.typeof("enum color").elements.values()), ffi.typeof("int[TEN]").length,
]))
"""
EXPECTED = [7, -3, 4.5, 6.5, "pypy", 5, 10, 11, 0.5, 7, [1, 2, 3, 4], 42, 12, 2, "int(*)(char *, ...)", ["GREEN", "RED"], 10]


def ask(code, folder):
    """Run `code` with PyPy; return the JSON that it prints last."""
    done = subprocess.run([PYPY, "-c", code], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("compiler", [["gcc"], ["g++", "-x", "c++"]], ids=["gcc", "g++"])
def test_a_compiled_module(compiler, tmp_path):
    include, suffix = ask(
        "import sysconfig, json; print(json.dumps([sysconfig.get_path('include'), sysconfig.get_config_var('EXT_SUFFIX')]))", tmp_path
    )
    (tmp_path / "on_pypy.c").write_text(emit.c_source("on_pypy", cdef.parse(TEXT), SOURCE))
    flags = ["-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", f"-I{include}"]
    subprocess.run([*compiler, "on_pypy.c", *flags, "-o", f"on_pypy{suffix}"], cwd=tmp_path, check=True)
    assert ask(CODE, tmp_path) == EXPECTED


def test_an_abi_module(tmp_path):
    text = "struct point { int x; double y; };\nenum { A = 5 };\n#define B -3\nsize_t strlen(const char *);"
    (tmp_path / "abi_on_pypy.py").write_text(emit.py_source("abi_on_pypy", cdef.parse(text)))
    code = "import json\nfrom abi_on_pypy import ffi\nlib = ffi.dlopen(None)\n"
    code += "print(json.dumps([lib.strlen(b'four'), lib.A, lib.B, ffi.sizeof('struct point')]))"
    assert ask(code, tmp_path) == [4, 5, -3, 16]
