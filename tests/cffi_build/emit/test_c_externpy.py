"""``extern "Python"`` functions of generated modules in the reference runtime."""

import sys

import pytest

from cffi_build.errors import FFIError

TEXT = """
    struct big { long long a[4]; };
    struct small { short a; };
    enum color { RED, GREEN = 5 };
    typedef float... some_float;
    extern "Python" int add(int a, char b, double c, float d);
    extern "Python" {
        struct big make_big(struct big b, struct small s);
        long double halve(long double x);
        double _Complex turn(float _Complex w, double _Complex z);
        const char *text(const char *s, void *p, int (*f)(int));
        void nothing(void);
        enum color next(enum color c, _Bool b);
        some_float scale(some_float x);
        unsigned char many(int a, int b, int c, int d, int e, int f, int g, int h, int i);
    }
    extern "Python+C" int exported(int);
    int call_add(int a, char b, double c, float d);
    struct big call_make_big(struct big b, struct small s);
    long double call_halve(long double x);
    double _Complex call_turn(float _Complex w, double _Complex z);
    const char *call_text(const char *s, void *p, int (*f)(int));
    void call_nothing(void);
    enum color call_next(enum color c, _Bool b);
    some_float call_scale(some_float x);
    unsigned char call_many(int a, int b, int c, int d, int e, int f, int g, int h, int i);
"""

SOURCE = """
    struct big { long long a[4]; };
    struct small { short a; };
    enum color { RED, GREEN = 5 };
    typedef float some_float;
    typedef double _Complex complex_double;
    static int add(int, char, double, float);
    static struct big make_big(struct big, struct small);
    static long double halve(long double);
    static complex_double turn(float _Complex, complex_double);
    static const char *text(const char *, void *, int (*)(int));
    static void nothing(void);
    static enum color next(enum color, _cffi_bool_t);
    static some_float scale(some_float);
    static unsigned char many(int, int, int, int, int, int, int, int, int);
    static int call_add(int a, char b, double c, float d) { return add(a, b, c, d); }
    static struct big call_make_big(struct big b, struct small s) { return make_big(b, s); }
    static long double call_halve(long double x) { return halve(x); }
    static complex_double call_turn(float _Complex w, complex_double z) { return turn(w, z); }
    static const char *call_text(const char *s, void *p, int (*f)(int)) { return text(s, p, f); }
    static void call_nothing(void) { nothing(); }
    static enum color call_next(enum color c, _cffi_bool_t b) { return next(c, b); }
    static some_float call_scale(some_float x) { return scale(x); }
    static unsigned char call_many(int a, int b, int c, int d, int e, int f, int g, int h, int i)
    { return many(a, b, c, d, e, f, g, h, i); }
"""

CODE = """
from external import ffi, lib
found = {}
@ffi.def_extern()
def add(a, b, c, d): return a + ord(b) + int(c) + int(d)
found['add'] = lib.call_add(1, b'\\x02', 3.0, 4.0)
@ffi.def_extern()
def make_big(b, s): return [[x + s.a for x in b.a]]
found['make_big'] = list(lib.call_make_big([[1, 2, 3, 4]], [100]).a)
@ffi.def_extern()
def halve(x): return float(x) / 2
found['halve'] = float(lib.call_halve(5.0))
@ffi.def_extern()
def turn(w, z): return z * 1j + w
found['turn'] = str(lib.call_turn(3 + 4j, 1 + 2j))
@ffi.def_extern()
def text(s, p, f): return p if f(20) == 20 else ffi.NULL
buffer = ffi.new('char[]', b'text')
@ffi.callback('int(int)')
def same(x): return x
found['text'] = ffi.string(lib.call_text(b'x', buffer, same)).decode()
called = []
@ffi.def_extern()
def nothing(): called.append(1)
lib.call_nothing()
found['nothing'] = called
@ffi.def_extern()
def next(c, b): return lib.GREEN if c == lib.RED and b is True else lib.RED
found['next'] = lib.call_next(lib.RED, True)
@ffi.def_extern()
def scale(x): return x * 2
found['scale'] = lib.call_scale(1.5)
@ffi.def_extern()
def many(*args): return sum(args)
found['many'] = lib.call_many(*range(9))
@ffi.def_extern()
def exported(x): return x + 1
found['exported'] = ffi.addressof(lib, 'exported')(1)
answer(found)
"""

EXPECTED = {
    "add": 10,
    "make_big": [101, 102, 103, 104],
    "halve": 2.5,
    "turn": "(1+5j)",
    "text": "text",
    "nothing": [1],
    "next": 5,
    "scale": 3.0,
    "many": 36,
    "exported": 2,
}


@pytest.fixture(scope="module", params=["gcc", "clang", "g++"])
def built(request, shared_workshop):
    """The workshop with a module `external`."""
    shared_workshop.build("external", TEXT, SOURCE, request.param)
    return shared_workshop


def test_python_functions_are_called_with_the_arguments_and_give_the_result(built):
    assert built.run(CODE) == EXPECTED


def test_they_are_called_alike_in_our_runtime(built):
    assert built.run(CODE, python=sys.executable) == EXPECTED


def test_an_exported_function_is_a_symbol_of_the_module_and_others_are_not(built):
    import ctypes

    library = ctypes.CDLL(str(built.folder / "external.abi3.so"))
    assert library["exported"]
    with pytest.raises(AttributeError):
        library["add"]


def test_a_double_complex_that_would_overlap_the_next_argument_is_refused(shared_workshop):
    with pytest.raises(FFIError, match="refused.cdef.h:1: 'f': .* only the last parameter can be a 'double _Complex'"):
        shared_workshop.generate("refused", 'extern "Python" void f(double _Complex, int);\n')


def test_a_forward_declaration_of_another_type_does_not_compile(shared_workshop):
    path = shared_workshop.generate("forward", 'extern "Python" int f(int);\n', "static long f(int);\n")
    status, said = shared_workshop.try_compile(path, "gcc")
    assert status != 0 and "forward.cdef.h:1:" in said and "conflicting types" in said
