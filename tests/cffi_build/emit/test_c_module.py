"""Whole C modules: handshake, tables, limited API, inclusion, reproducibility."""

import os
import re
import subprocess
import sys
import sysconfig

import pytest

from cffi_build import cdef, emit
from cffi_build.emit.c_module import floor
from cffi_build.errors import FFIError

TEXT = (
    "int add(int a, int b);\nstruct point { int x; double y; };\nenum color { RED, BLUE };\n"
    "#define TEN 10\ntypedef struct point point_t;\n"
)
SOURCE = (
    "static int add(int a, int b) { return a + b; }\nstruct point { int x; double y; };\nenum color { RED, BLUE };\n"
    "#define TEN 10\ntypedef struct point point_t;\n"
)
STANDARDS = [("gcc", "-std=c99"), ("gcc", "-std=c17"), ("gcc", "-O0"), ("clang", "-std=c11"), ("g++", "-std=c++11"), ("g++", "-std=c++20")]


@pytest.mark.parametrize("compiler, flag", STANDARDS)
def test_standards_and_optimisation_levels(compiler, flag, workshop):
    workshop.build("standard", TEXT, SOURCE, compiler, [flag])
    assert workshop.run("from standard import lib\nanswer(lib.add(3, 4))") == 7


@pytest.mark.parametrize("text", ["", "#define ONE 1\n", "typedef int t;\n", "struct s;\n", "enum e { A };\n", "int f(void);\n"])
def test_a_module_with_empty_tables(text, workshop):
    source = {"#def": "#define ONE 1", "enum": "enum e { A };", "int ": "static int f(void) { return 1; }"}.get(text[:4], "")
    workshop.build("little", text, source, "gcc")
    assert workshop.run("from little import ffi, lib\nanswer(len(dir(lib)))") == (text[:4] in ("#def", "enum", "int "))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks for a function of the GNU C library")
def test_the_headers_offer_as_much_as_below_python_h(workshop):
    source = '#include <dlfcn.h>\nstatic int in_a_library(void) { Dl_info info; return dladdr((void *)(size_t)&dladdr, &info); }'
    workshop.build("extended", "int in_a_library(void);", source)
    assert workshop.run("from extended import lib\nanswer(lib.in_a_library() != 0)") is True


def test_a_module_inside_a_package(workshop):
    (workshop.folder / "pack").mkdir()
    (workshop.folder / "pack" / "__init__.py").touch()
    path = workshop.folder / "inner.c"
    path.write_text(emit.c_source("pack.inner", cdef.parse(TEXT), SOURCE))
    assert workshop.try_compile(path) == (0, "")
    os.rename(workshop.folder / "inner.abi3.so", workshop.folder / "pack" / "inner.abi3.so")
    assert workshop.run("from pack.inner.lib import add\nimport pack.inner\nanswer([add(1, 2), pack.inner.__name__])") == [3, "pack.inner"]


@pytest.mark.parametrize(
    "option, expected",
    [(True, "3.9"), ("auto", "3.9"), ("3.12", "3.12"), (False, None), (None, None)],
)
def test_the_option_limited_api(option, expected):
    assert floor(option) == expected


def test_the_limited_api_can_be_switched_off_when_compiling(workshop):
    path = workshop.generate("limited", TEXT, SOURCE + "\n#ifdef Py_LIMITED_API\n#error limited\n#endif\n")
    assert workshop.try_compile(path, "gcc")[0] != 0
    assert workshop.try_compile(path, "gcc", "-D_CFFI_NO_LIMITED_API") == (0, "")


def test_the_floor_of_the_limited_api_is_the_one_asked_for(workshop):
    check = "\n#if Py_LIMITED_API != 0x030B0000\n#error floor\n#endif\n"
    path = workshop.generate("floor", TEXT, SOURCE + check, limited_api="3.11")
    assert workshop.try_compile(path, "gcc") == (0, "")


@pytest.mark.parametrize(
    "text, version",
    [("char16_t f(void);", "CHAR16"), ("void f(char32_t);", "CHAR16"), ("void f(char16_t *);", "BASIC")],
)
def test_the_handshake_asks_for_a_newer_runtime_only_where_it_must(text, version):
    assert f"#define _CFFI_VERSION _CFFI_VERSION_{version}\n" in emit.c_source("m", cdef.parse(text), "")


def test_the_same_declarations_give_the_same_bytes_in_any_process():
    program = (
        "import sys; from cffi_build import cdef, emit\n"
        "d = cdef.parse('struct a; union b; struct c { int x; }; typedef struct { int a; } t; enum e { A };'"
        " 'int f(struct a *, union b *, t);',"
        " included=[cdef.parse('struct i; union j { int a; }; typedef int k; enum l { L };')])\n"
        "sys.stdout.write(emit.c_source('m', d, '')); sys.stdout.write(emit.py_source('m', d))"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in range(4)
    }
    assert len(texts) == 1


def test_user_code_with_line_directives_does_not_shift_our_positions(workshop):
    path = workshop.generate("shift", "int f(void);\nint nowhere(void);\n", '#line 500 "user.c"\nstatic int f(void) { return 1; }')
    _, said = workshop.try_compile(path)
    assert re.search(r"^shift\.cdef\.h:2:\d+: error", said, re.MULTILINE)


def test_an_error_in_user_code_is_reported_as_the_user_says(workshop):
    path = workshop.generate("shift", "int f(void);\n", '#line 500 "user.c"\nstatic int f(void) { return one; }')
    assert "user.c:500:" in workshop.try_compile(path)[1]


@pytest.mark.parametrize(
    "text, name",
    [
        ("\nvoid f(struct { int a; } *p);", "f"),
        ("\nstatic struct { int a; } *const c;", "c"),
        ('\nextern "Python" void g(struct { int a; } *);', "g"),
    ],
)
def test_a_type_without_a_name_in_c_is_refused_with_its_place(text, name):
    with pytest.raises(FFIError, match=rf"x\.h:2: '{name}': no C name for the type 'struct \$1', .* give it a tag or a typedef"):
        emit.c_source("m", cdef.parse(text, filename="x.h"), "")


BASE_TEXT = """
    typedef struct { int a; } anonymous;
    struct shared { int x; };
    struct hidden;
    enum shade { LIGHT, DARK = 7 };
    typedef enum { ONLY = 3 } only;
    typedef int number;
    typedef int... size;
    typedef union { int a; } *behind;
    int base_function(int);
    #define BASE_CONSTANT 77
    struct hidden *make(void);
    enum left_open { OPEN_ONE = ... };
"""
BASE_SOURCE = """
    typedef struct { int a; } anonymous;
    struct shared { int x; };
    struct hidden { int secret; };
    enum shade { LIGHT, DARK = 7 };
    typedef enum { ONLY = 3 } only;
    typedef short size;
    typedef union { int a; } *behind;
    static int base_function(int x) { return x + 1; }
    #define BASE_CONSTANT 77
    static struct hidden *make(void) { static struct hidden h; return &h; }
    enum left_open { OPEN_ONE = 11 };
"""
DERIVED_TEXT = """
    struct larger { struct shared inside; number n[BASE_CONSTANT]; };
    size use(struct shared *s, only o, size u, struct hidden *h);
"""
DERIVED_SOURCE = """
    struct shared { int x; };
    struct hidden { int secret; };
    typedef enum { ONLY = 3 } only;
    typedef short size;
    struct larger { struct shared inside; int n[77]; };
    static size use(struct shared *s, only o, size u, struct hidden *h) { return (size)(s->x + (int)o + u + (h != NULL)); }
"""


@pytest.fixture(scope="module")
def derived(shared_workshop):
    """The workshop with a module `base` and a module `derived` that includes it."""
    shared_workshop.build("base", BASE_TEXT, BASE_SOURCE)
    base = cdef.parse(BASE_TEXT)
    shared_workshop.build("derived", DERIVED_TEXT, DERIVED_SOURCE, included=[base], included_modules=["base"])
    return shared_workshop


@pytest.mark.parametrize(
    "expression, expected",
    [
        ("lib.use([[1]], lib.ONLY, 5, lib.make())", 10),
        ("ffi.sizeof('struct larger')", 4 + 4 * 77),
        ("ffi.typeof('struct shared') is base.ffi.typeof('struct shared')", True),
        ("ffi.typeof('anonymous *') is base.ffi.typeof('anonymous *')", True),
        ("ffi.typeof('behind') is base.ffi.typeof('behind')", True),
        ("lib.base_function(1), lib.BASE_CONSTANT, lib.DARK, lib.OPEN_ONE", [2, 77, 7, 11]),
        ("ffi.typeof('number').cname, ffi.sizeof('size'), ffi.sizeof('enum shade')", ["int", 2, 4]),
    ],
)
def test_an_included_module_is_part_of_the_one_that_includes_it(expression, expected, derived):
    assert derived.run(f"import base\nfrom derived import ffi, lib\nanswer({expression})") == expected


def test_a_missing_included_module_is_an_import_error(workshop):
    workshop.build("lonely", "int f(int);", "static int f(int x) { return x; }", included_modules=["absent_module"])
    assert workshop.run("try: import lonely\nexcept ImportError as e: answer('absent_module' in str(e))")


def test_free_threading_is_announced_only_where_it_is_allowed():
    declarations = cdef.parse(TEXT)
    assert "#define _CFFI_FREE_THREADED\n" in emit.c_source("m", declarations, SOURCE)
    assert "#define _CFFI_FREE_THREADED\n" not in emit.c_source("m", declarations, SOURCE, free_threading=False)


def test_without_the_limited_api_the_module_is_for_this_interpreter_only(workshop):
    assert sysconfig.get_config_var("Py_DEBUG") in (0, None)
    path = workshop.generate("exact", TEXT, SOURCE + "\n#ifdef Py_LIMITED_API\n#error limited\n#endif\n", limited_api=False)
    assert workshop.try_compile(path) == (0, "")


def test_what_is_ours_is_plain_ascii():
    # one wider character and the whole text takes twice the memory while it is put together, and longer to encode
    assert emit.c_source("m", cdef.parse(TEXT), SOURCE, embedding="pass\n").isascii()
