"""C functions as text: signatures, doc strings, and the names of function and parameter in errors."""

from __future__ import annotations

import importlib
import inspect
import os
import pydoc
import subprocess
import sys
from typing import Any

import pytest

from cffi import FFI

DECLARATIONS = """
    enum e { A };
    struct p { int x; };
    int add(int a, int b);
    char *name(int, const char *from);
    void none(void);
    int (*pick(int which))(int);
    double mixed(double v[3], struct p s, struct p *q, enum e in, int (*call)(int));
    int bare(int, long);
    int one(unsigned char c);
    long double wide(long double *w, long double x, _Bool b, wchar_t c);
"""
C_CODE = """
    enum e { A };
    struct p { int x; };
    static int add(int a, int b) { return a + b; }
    static char *name(int n, const char *from) { (void)n; return (char *)from; }
    static void none(void) {}
    static int called(int x) { return x; }
    static int (*pick(int which))(int) { (void)which; return called; }
    static double mixed(double v[3], struct p s, struct p *q, enum e in, int (*call)(int))
    { return v[0] + s.x + (q != 0) + (int)in + call(1); }
    static int bare(int a, long b) { return a + (int)b; }
    static int one(unsigned char c) { return c; }
    static long double wide(long double *w, long double x, _Bool b, wchar_t c) { return *w + x + b + c; }
"""
MANY = 150  # more than share a string of names


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("declaration")
    ffi = FFI()
    ffi.cdef(DECLARATIONS + "".join(f"int many{n}(int first{n}, int second{n});\nextern int between{n};" for n in range(MANY)))
    many = "".join(f"static int many{n}(int a, int b) {{ return a * b; }} static int between{n};" for n in range(MANY))
    ffi.set_source("_declaration", C_CODE + many)
    ffi.compile(tmpdir=str(folder))
    sys.path.insert(0, str(folder))
    yield importlib.import_module("_declaration")
    sys.path.remove(str(folder))


@pytest.mark.parametrize("name, signature, declaration", [
    ("add", "(a, b, /)", "int add(int, int);"),
    ("name", "(arg1, from_, /)", "char *name(int, char *);"),
    ("none", "()", "void none();"),
    ("pick", "(which, /)", "int(*pick(int))(int);"),
    ("mixed", "(v, s, q, in_, call, /)", "double mixed(double *, struct p, struct p *, enum e, int(*)(int));"),
    ("bare", "(arg1, arg2, /)", "int bare(int, long);"),
])
def test_functions_show_their_parameters(compiled: Any, name: str, signature: str, declaration: str) -> None:
    function = getattr(compiled.lib, name)
    assert str(inspect.signature(function)) == signature
    assert function.__doc__ == f"{declaration}\n\nCFFI C function from _declaration.lib"
    assert (function.__name__, function.__module__) == (name, "_declaration")


def test_every_function_of_many_has_its_own_names(compiled: Any) -> None:
    for n in range(MANY):
        assert str(inspect.signature(getattr(compiled.lib, f"many{n}"))) == f"(first{n}, second{n}, /)"


def test_help_shows_the_whole_lib(compiled: Any) -> None:
    text = pydoc.render_doc(compiled.lib, renderer=pydoc.plaintext)
    assert "add(a, b, /)\n        int add(int, int);" in text
    assert "DATA\n    A = 0" in text
    assert set(dir(compiled.lib)) >= {"add", "name", "none", "A", "between7"}


@pytest.mark.parametrize("call, message", [
    ("lib.add('x', 1)", "add(): argument 1 ('a'): an integer is required for 'int', got str"),
    ("lib.add(1, 1 << 40)", "add(): argument 2 ('b'): integer 1099511627776 does not fit 'int'"),
    ("lib.bare(1, b'x')", "bare(): argument 2: an integer is required for 'long', got bytes"),
    ("lib.one(300)", "one(): argument 1 ('c'): integer 300 does not fit 'unsigned char'"),
    ("lib.many149(1, None)", "many149(): argument 2 ('second149'): an integer is required for 'int', got NoneType"),
    ("lib.name(1, 'text')",
     "name(): argument 2 ('from'): initializer for ctype 'char *' must be a cdata pointer, not str (encode it: C takes bytes)"),
    ("lib.mixed([1, 'x'], [1], ffi.NULL, 0, ffi.NULL)",
     "mixed(): argument 1 ('v'): must be real number for 'double', not str"),
    ("lib.mixed([1], 2, ffi.NULL, 0, ffi.NULL)",
     "mixed(): argument 2 ('s'): initializer for ctype 'struct p' must be a list or tuple or dict or struct-cdata, not int"),
    ("lib.mixed([1], [2], 3, 0, ffi.NULL)",
     "mixed(): argument 3 ('q'): initializer for ctype 'struct p *' must be a cdata pointer, not int"),
    ("lib.mixed([1], [2], ffi.NULL, 'A', ffi.NULL)", "mixed(): argument 4 ('in'): an integer is required for 'enum e', got str"),
    ("lib.mixed([1], [2], ffi.NULL, 0, len)",
     "mixed(): argument 5 ('call'): initializer for ctype 'int(*)(int)' must be a cdata pointer, not builtin_function_or_method"),
    ("lib.wide([1], 'x', True, 'c')", "wide(): argument 2 ('x'): "),
    ("lib.wide([1], 1.0, 2, 'c')", "wide(): argument 3 ('b'): integer 2 does not fit '_Bool'"),
    ("lib.wide([1], 1.0, True, 'no')", "wide(): argument 4 ('c'): "),
])
def test_errors_name_function_and_parameter(compiled: Any, call: str, message: str) -> None:
    with pytest.raises((TypeError, OverflowError)) as error:
        eval(call, {"lib": compiled.lib, "ffi": compiled.ffi})
    # the converters that wrappers call do not know how the declaration spells a type: debug mode, platforms without calls by registers
    found = str(error.value)
    for exact, spelled in (("'int32_t'", "'int'"), ("'int64_t'", "'long'"), ("'uint8_t'", "'unsigned char'")):
        found = found.replace(exact, spelled)
    assert found.startswith(message)


def test_the_wrapper_names_them_too(compiled: Any) -> None:
    text = """
import _declaration
for call in ("add(1, 'x')", "one(300)", "mixed([1], 2, _declaration.ffi.NULL, 0, _declaration.ffi.NULL)", "many149(1, None)"):
    try:
        eval("_declaration.lib." + call)
    except (TypeError, OverflowError) as error:
        print(str(error).split(": ")[1])
"""
    environment = dict(os.environ, CFFI_DEBUG="1", PYTHONPATH=os.pathsep.join(sys.path))  # in debug mode the wrapper is what is called
    done = subprocess.run([sys.executable, "-c", text], env=environment, capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["argument 2 ('b')", "argument 1 ('c')", "argument 2 ('s')", "argument 2 ('second149')"]


def test_errors_of_the_users_own_code_stay_as_they_are(compiled: Any) -> None:
    class Strange:
        def __index__(self) -> int:
            raise TypeError("mine")

    with pytest.raises(TypeError, match="^mine$") as error:
        compiled.lib.add(1, Strange())
    assert error.value.__cause__ is None
