"""Modules that are installed, of either cffi, are included: their types and constants are those of the including one."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cffi_build import cdef
from cffi_build.cdef.installed import describe
from cffi_build.errors import FFIError
from cffi_build.model import Array, Enum, Pointer, Primitive, Record
from cffi_runtime import FFI

ROOT = Path(__file__).resolve().parents[3]
TEXT = """
    struct point { int x; ...; };
    typedef struct point point_t;
    typedef struct { int *numbers; struct point at; } nameless_t;
    struct node { struct node *next; unsigned low : 3; };
    typedef enum { ZERO, SEVEN = 7 } number_t;
    typedef int (*visit_t)(point_t *, number_t);
    #define SIZE 4
    int plus(int);
"""
SOURCE = """
    struct point { int hidden, x; };
    typedef struct point point_t;
    typedef struct { int *numbers; struct point at; } nameless_t;
    struct node { struct node *next; unsigned low : 3; };
    typedef enum { ZERO, SEVEN = 7 } number_t;
    typedef int (*visit_t)(point_t *, number_t);
    #define SIZE 4
"""
BUILD = """
import sys
from cffi import FFI
name, text, source, folder = sys.argv[1:]
ffi = FFI()
ffi.cdef(text)
ffi.set_source(name, source or None)
ffi.compile(tmpdir=folder)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("installed")
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))


def build(python, path, name, text, source, folder):
    env = {**os.environ, "PYTHONPATH": path}
    subprocess.run([python, "-c", BUILD, name, text, source, folder], cwd=folder, env=env, check=True, capture_output=True)
    importlib.invalidate_caches()
    return importlib.import_module(name)


@pytest.fixture(scope="module", params=["ours", "reference"])
def installed(request, folder, reference):
    """A compiled module, made in another process by one of both cffis."""
    code = SOURCE + "static int plus(int x) { return x + 1; }"
    python, path = (sys.executable, f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}") if request.param == "ours" else (reference, "")
    return build(python, path, f"shapes_by_{request.param}", TEXT, code, folder)


def test_types_and_constants_are_read_from_the_module(installed):
    found = describe(installed)
    assert found.typedefs["point_t"].type == Record("struct", "point")
    assert found.typedefs["nameless_t"].type == Record("struct", "$nameless_t")
    assert found.typedefs["number_t"].type == Enum("$number_t")
    assert found.globals["SIZE"].value == 4
    assert "plus" not in found.globals
    node = found.records[Record("struct", "node")]
    assert [(field.name, field.type, field.bits) for field in node.fields] == [
        ("next", Pointer(Record("struct", "node")), None),
        ("low", Primitive("unsigned int"), 3),
    ]
    assert cdef.parse_type("point_t[SIZE]", found) == Array(Record("struct", "point"), 4)


def test_a_compiled_module_includes_it(installed, folder):
    ffi = FFI()
    ffi.include(installed)
    ffi.cdef("""
        int visit(visit_t, point_t *, number_t);
        struct more { nameless_t first; point_t many[SIZE]; number_t number; };
        int third(struct more *);
    """)
    name = f"user_of_{installed.__name__}"
    ffi.set_source(name, f"""{SOURCE}
        struct more {{ nameless_t first; point_t many[SIZE]; number_t number; }};
        static int visit(visit_t function, point_t *p, number_t number) {{ return function(p, number); }}
        static int third(struct more *more) {{ return more->many[2].x; }}
    """)
    ffi.compile(tmpdir=folder)
    importlib.invalidate_caches()
    user = importlib.import_module(name)
    point = installed.ffi.new("point_t *", {"x": 5})
    assert user.lib.visit(user.ffi.callback("visit_t", lambda p, number: 10 * p.x + number), point, user.lib.SEVEN) == 57
    more = user.ffi.new("struct more *")
    more.many[2].x = 77
    assert user.lib.third(more) == 77
    assert user.lib.plus(user.lib.SIZE) == 5


def test_an_in_line_ffi_includes_it(installed):
    ffi = FFI()
    ffi.include(installed)
    ffi.cdef("struct local { point_t points[SIZE]; }; size_t strlen(const char *);")
    assert ffi.sizeof("struct local") == 4 * installed.ffi.sizeof("struct point")
    assert ffi.typeof("nameless_t") is installed.ffi.typeof("nameless_t")
    assert ffi.dlopen(None).SEVEN == 7


def test_a_module_of_the_abi_mode_is_included_by_one_of_that_mode(folder):
    path = f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    base = build(sys.executable, path, "abi_base", "struct pair { int a, b; };", "", folder)
    ffi = FFI()
    ffi.include(base)
    ffi.cdef("void swap(struct pair *);")
    ffi.set_source("abi_user", None)
    ffi.compile(tmpdir=folder)
    importlib.invalidate_caches()
    assert importlib.import_module("abi_user").ffi.typeof("struct pair") is base.ffi.typeof("struct pair")


def test_what_is_no_module_of_cffi_says_so():
    with pytest.raises(FFIError, match="the module 'os' has no 'ffi'"):
        FFI().include(os)
