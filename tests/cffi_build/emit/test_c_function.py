"""Calls of generated functions in the reference runtime: every primitive, structs, pointers, errors."""

import subprocess
import sysconfig

import pytest

from cffi_build import cdef, emit
from cffi_build.primitives import PRIMITIVES, PUBLISHED_COUNT

INTEGERS = [row for row in PRIMITIVES[:PUBLISHED_COUNT] if row.kind in ("signed", "unsigned")]
IDENTITY = [row for row in PRIMITIVES[:PUBLISHED_COUNT] if row.kind != "void"]


def identifier(name):
    return name.replace(" ", "_")


def identity(spelling, name):
    return f"static inline {spelling} id_{name}({spelling} x) {{ return x; }}\n"


TEXT = """
    struct point { int x; double y; };
    union number { int i; float f; };
    enum color { RED, GREEN = 5, BLUE = -7 };
    enum wide { HUGE = 0x123456789AB };
    typedef int... some_int;
    typedef float... some_float;
    typedef struct { short s[3]; } triple;
    void nothing(void);
    int seventeen(void);
    struct point make_point(int x, double y);
    double point_sum(struct point p, struct point q);
    union number make_number(float f);
    triple reversed(triple t);
    enum color after(enum color c);
    enum wide wider(enum wide w);
    some_int add_some(some_int a, some_int b);
    some_float half(some_float a);
    int sum(const int *items, int count);
    size_t length(const char *text);
    void fill(char *out, int count);
    char *same(char *p);
    struct point *same_point(struct point *p);
    int call(int (*function)(int), int argument);
    int (*get_seventeen(void))(void);
    long long many(char a, short b, int c, long d, long long e, float f, double g, const char *h, unsigned char i, _Bool j);
    int macro(int);
    int get_errno(void);
    void set_errno(int);
    int fp_file(FILE *f);
    long double twice(long double x);
    int held(int);
"""

SOURCE = """
#include <uchar.h>
struct point { int x; double y; };
union number { int i; float f; };
enum color { RED, GREEN = 5, BLUE = -7 };
enum wide { HUGE = 0x123456789AB };
typedef unsigned short some_int;
typedef float some_float;
typedef struct { short s[3]; } triple;
static void nothing(void) {}
static int seventeen(void) { return 17; }
static struct point make_point(int x, double y) { struct point p; p.x = x; p.y = y; return p; }
static double point_sum(struct point p, struct point q) { return p.x + p.y + q.x + q.y; }
static union number make_number(float f) { union number n; n.f = f; return n; }
static triple reversed(triple t) { short s = t.s[0]; t.s[0] = t.s[2]; t.s[2] = s; return t; }
static enum color after(enum color c) { return c == RED ? GREEN : BLUE; }
static enum wide wider(enum wide w) { return w; }
static some_int add_some(some_int a, some_int b) { return (some_int)(a + b); }
static some_float half(some_float a) { return a / 2; }
static int sum(const int *items, int count) { int s = 0; while (count--) s += *items++; return s; }
static size_t length(const char *text) { return text == NULL ? 999 : strlen(text); }
static void fill(char *out, int count) { memset(out, 'z', (size_t)count); }
static char *same(char *p) { return p; }
static struct point *same_point(struct point *p) { return p; }
static int call(int (*function)(int), int argument) { return function == NULL ? -1 : function(argument); }
static int (*get_seventeen(void))(void) { return seventeen; }
static long long many(char a, short b, int c, long d, long long e, float f, double g, const char *h, unsigned char i, _cffi_bool_t j)
{ return a + b + c + d + e + (long long)f + (long long)g + (long long)strlen(h) + i + j; }
#define macro(x) ((x) * 3)
static int get_errno(void) { return errno; }
static void set_errno(int value) { errno = value; }
static int fp_file(FILE *f) { return f != NULL; }
static long double twice(long double x) { return 2 * x; }
static int held(int x) { return x + 1; }
"""


CALLS = [
    ("lib.id__Bool(1), lib.id__Bool(False)", [True, False]),
    ("type(lib.id__Bool(1)).__name__", "bool"),
    ("list(lib.id_char(b'\\xff') + lib.id_char(b'\\x00'))", [255, 0]),
    ("lib.id_wchar_t('\\u20ac'), lib.id_wchar_t('\\U0001f600')", ["\u20ac", "\U0001f600"]),
    ("lib.id_char16_t('\\uffff')", "\uffff"),
    ("lib.id_char32_t('\\U0001f600')", "\U0001f600"),
    ("lib.id_float(0.1), lib.id_double(0.1), lib.id_double(-1.0)", [0.10000000149011612, 0.1, -1.0]),
    ("float(lib.id_long_double(0.1)), float(lib.twice(-0.5))", [0.1, -1.0]),
    ("str(lib.id_float__Complex(1.5 + 2j)), str(lib.id_double__Complex(0.1 - 1j))", ["(1.5+2j)", "(0.1-1j)"]),
    ("lib.nothing()", None),
    ("lib.seventeen()", 17),
    ("(lambda p: (p.x, p.y))(lib.make_point(3, 4.5))", [3, 4.5]),
    ("lib.point_sum(lib.make_point(1, 2), [10, 20])", 33),
    ("lib.make_number(1.5).f", 1.5),
    ("list(lib.reversed([[1, 2, 3]]).s)", [3, 2, 1]),
    ("lib.after(lib.RED), lib.after(5)", [5, -7]),
    ("lib.wider(lib.HUGE)", 0x123456789AB),
    ("lib.add_some(65535, 2)", 1),
    ("lib.half(3)", 1.5),
    ("lib.macro(5)", 15),
    ("lib.held(5)", 6),
    ("lib.many(b'a', 2, 3, 4, 5, 6.0, 7.0, b'eight', 9, True)", 97 + 2 + 3 + 4 + 5 + 6 + 7 + 5 + 9 + 1),
    ("lib.sum([1, 2, 3], 3), lib.sum((4, 5), 2), lib.sum(ffi.new('int[]', list(range(100))), 100)", [6, 9, 4950]),
    ("lib.sum(list(range(5000)), 5000)", 12497500),
    ("lib.sum([], 0)", 0),
    ("lib.length(b'hello'), lib.length(ffi.NULL), lib.length(ffi.new('char[]', b'abc'))", [5, 999, 3]),
    ("(lambda b: (lib.fill(b, 3), bytes(ffi.buffer(b)).hex()))(ffi.new('char[5]'))", [None, "7a7a7a0000"]),
    ("(lambda p: lib.same(p) == p)(ffi.new('char[1]'))", True),
    ("lib.same(ffi.NULL) == ffi.NULL", True),
    ("(lambda p: lib.same_point(p) == p)(ffi.new('struct point *'))", True),
    ("lib.call(ffi.addressof(lib, 'id_int'), 7), lib.call(ffi.NULL, 7), lib.call(lib.id_int, 9)", [7, -1, 9]),
    ("lib.get_seventeen()()", 17),
    ("ffi.addressof(lib, 'macro')(7)", 21),
    ("lib.fp_file(ffi.NULL), lib.fp_file(sys.stderr)", [0, 1]),
]

WRONG = [
    ("lib.seventeen, 1", "TypeError", "seventeen() takes no arguments (1 given)"),
    ("lib.id_int", "TypeError", "id_int() takes exactly one argument (0 given)"),
    ("lib.make_point, 1", "TypeError", "make_point() takes exactly 2 arguments (1 given)"),
    ("lib.make_point, 1, 2, 3", "TypeError", "make_point() takes exactly 2 arguments (3 given)"),
    ("lib.make_point, 'x', 2", "TypeError", ""),
    ("lib.make_point, 1 << 40, 2", "OverflowError", ""),
    ("lib.sum, ['x'], 1", "TypeError", ""),
    ("lib.sum, 5, 1", "TypeError", ""),
    ("lib.same_point, ffi.new('int *')", "TypeError", ""),
    ("lib.call, 5, 1", "TypeError", ""),
    ("lib.point_sum, [1, 2], 'x'", "TypeError", ""),
    ("lib.id_char, 'x'", "TypeError", ""),
    ("lib.id_char, b'xy'", "TypeError", ""),
    ("lib.id__Bool, 2", "OverflowError", ""),
    ("lib.id_double, 'x'", "TypeError", ""),
    ("lib.id_long_double, 'x'", "TypeError", ""),
    ("lib.id_wchar_t, 'xy'", "TypeError", ""),
    ("lib.id_char16_t, '\\U0001f600'", "TypeError", ""),
    ("lib.id_double__Complex, 'x'", "TypeError", ""),
    ("lib.after, 'x'", "TypeError", ""),
    ("lib.twice", "TypeError", "takes exactly one argument"),
]


@pytest.fixture(scope="module", params=["gcc", "clang", "g++"])
def built(request, shared_workshop):
    """The workshop, with a module `calls` made by one compiler."""
    text, source = TEXT, SOURCE
    for row in IDENTITY:
        spelling = "bool" if row.name == "_Bool" and request.param == "g++" else row.name
        text += f"{row.name} id_{identifier(row.name)}({row.name});\n"
        source += identity(spelling, identifier(row.name))
    if request.param == "g++":
        source = source.replace("#include <uchar.h>", "")
    shared_workshop.build("calls", text, source, request.param, hold_gil={"held", "noone"})
    return shared_workshop


@pytest.fixture(scope="module")
def results(built):
    """The value of every expression below, and the exception of every wrong call, in the reference runtime."""
    expressions = [expression for expression, _ in CALLS] + [f"error({call})" for call, _, _ in WRONG]
    head = "from calls import ffi, lib\ndef error(f, *args):\n try: f(*args)\n except Exception as e: return type(e).__name__, str(e)\n"
    return built.run(head + f"answer({{text: eval(text) for text in {expressions!r}}})")


def test_integers_keep_their_extreme_values_and_refuse_what_is_beyond(built):
    code = "from calls import ffi, lib\nfound = {}\n"
    code += "def refused(f, x):\n try: f(x)\n except OverflowError: return True\n return False\n"
    for row in INTEGERS:
        name, signed = identifier(row.name), row.kind == "signed"
        code += f"bits = 8 * ffi.sizeof({row.name!r})\n"
        code += f"low, high = {'-(1 << bits - 1), (1 << bits - 1) - 1' if signed else '0, (1 << bits) - 1'}\n"
        code += f"f = lib.id_{name}\nfound[{row.name!r}] = f(low) == low and f(high) == high and f(high - 1) == high - 1\n"
        code += f"found[{row.name!r} + ' refuses'] = refused(f, high + 1) and refused(f, low - 1)\n"
    found = built.run(code + "answer(found)")
    assert len(found) == 2 * len(INTEGERS)
    assert [name for name, right in found.items() if not right] == []


@pytest.mark.parametrize("expression, expected", CALLS)
def test_values(expression, expected, results):
    assert results[expression] == expected


@pytest.mark.parametrize("call, kind, words", WRONG)
def test_wrong_arguments_raise(call, kind, words, results):
    raised, message = results[f"error({call})"]
    assert (raised, words in message) == (kind, True), message


def test_errno_is_kept_between_calls(built):
    code = "from calls import ffi, lib\nlib.set_errno(42)\nopen('/dev/null').close()\nffi_errno = ffi.errno\nffi.errno = 5\n"
    assert built.run(code + "answer([ffi_errno, lib.get_errno()])") == [42, 5]


def test_nothing_leaks_when_arguments_are_converted(built):
    code = """
import gc
from calls import ffi, lib
def go():
    for _ in range(20000):
        lib.sum([1] * 100, 100); lib.make_point(1, 2.0); lib.reversed([[1, 2, 3]])
        try: lib.sum([1, 2, 'x'], 3)
        except TypeError: pass
def size():
    return next(int(line.split()[1]) for line in open('/proc/self/status') if line.startswith('VmRSS'))
go(); before = size(); go(); go()
answer(size() - before)
"""
    assert built.run(code) < 2000


def test_the_limited_api_is_what_the_module_uses(built):
    """abi3: no symbol of the interpreter's that is outside the stable ABI."""
    symbols = subprocess.run(["nm", "-D", "--undefined-only", built.folder / "calls.abi3.so"], capture_output=True, text=True).stdout
    private = [line.split()[-1] for line in symbols.splitlines() if line.split()[-1].startswith("_Py")]
    assert set(private) <= {"_Py_NoneStruct", "_Py_Dealloc"}
    assert "PyUnstable" not in symbols and sysconfig.get_config_var("Py_DEBUG") in (0, None)


@pytest.mark.parametrize("compiler", ["gcc", "clang", "g++"])
@pytest.mark.parametrize("real, words", [("unsigned long", "not a float type at all"), ("long double", "long double")])
def test_a_typedef_that_is_no_float_is_noticed_when_a_function_is_used(real, words, compiler, shared_workshop):
    shared_workshop.build("floats", "typedef float... t; t neg(t);", f"typedef {real} t; static t neg(t x) {{ return -x; }}", compiler)
    code = "from floats import ffi, lib\ntry: lib.neg\nexcept ffi.error as e: answer(str(e))"
    assert words in shared_workshop.run(code)


def test_a_function_whose_result_is_opaque_is_refused():
    with pytest.raises(TypeError, match="function foo: 'struct a' is used as result type, but is opaque"):
        emit.c_source("m", cdef.parse("struct a foo(int);"), "")


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_the_address_of_a_function_is_the_users_where_the_type_is_exactly_that_of_the_cdef(compiler, shared_workshop):
    text = "int same(int); int other(int); int in_macro(int); int (*get_same(void))(int); long (*get_other(void))(long);"
    source = """
        static int same(int x) { return x + 1; }
        static long other(long x) { return x + 2; }
        #define in_macro(x) ((x) + 3)
        static int (*get_same(void))(int) { return same; }
        static long (*get_other(void))(long) { return other; }
    """
    shared_workshop.build("addresses", text, source, compiler)
    code = """
from addresses import ffi, lib
same, other, in_macro = (ffi.addressof(lib, name) for name in ("same", "other", "in_macro"))
answer(same == lib.get_same(), ffi.cast("void *", other) == ffi.cast("void *", lib.get_other()), same(1), other(1), in_macro(1))
"""
    assert shared_workshop.run(code) == [True, False, 2, 3, 4]
