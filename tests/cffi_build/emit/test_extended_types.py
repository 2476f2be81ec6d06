"""What is beyond C99 in modules of API mode: __int128, _Float16, long double _Complex, enums with a Python class."""

import sys

import pytest

from cffi_build import cdef, emit
from cffi_build.emit.extended import uses_extended_types
from cffi_build.errors import CDefError

TYPES = """
    typedef struct { char tag; __int128 wide; _Float16 halves[3]; long double _Complex z; float _Complex narrow[2]; } mixed;
"""
TEXT = TYPES + """
    __int128 add(__int128 a, int b, __int128 c);
    unsigned __int128 square(unsigned __int128 x);
    _Float16 halve(_Float16 x);
    long double _Complex turn(long double _Complex z);
    float _Complex turn_f(float _Complex z);
    double _Complex turn_d(double _Complex z);
    mixed fill(__int128 wide, _Float16 half);
    __int128 sum(const __int128 *items, int count);
    extern __int128 counter;
    extern _Float16 ratio;
    static const __int128 LARGEST;
    static const unsigned __int128 SEVEN = 7;
    __int128_t call_wide(__int128 a, __int128 b);
    _Float16 call_half(_Float16 x);
    double call_long(double re, double im);
    enum color { RED, GREEN = 5 };
    enum color next(enum color c);
    extern "Python" __int128 on_wide(__int128 a, char between, __int128 b);
    extern "Python" _Float16 on_half(_Float16 x);
    extern "Python" long double _Complex on_long(int before, long double _Complex z, int after);
"""
SOURCE = TYPES + """
static __int128 add(__int128 a, int b, __int128 c) { return a + b - c; }
static unsigned __int128 square(unsigned __int128 x) { return x * x; }
static _Float16 halve(_Float16 x) { return x / 2; }
static long double _Complex turn(long double _Complex z) { return z * 1.0iL; }
static float _Complex turn_f(float _Complex z) { return z * 1.0if; }
static double _Complex turn_d(double _Complex z) { return z * 1.0i; }
static mixed fill(__int128 wide, _Float16 half)
{
    mixed m = { 't', wide, { half, half * 2, half * 4 }, 1.0L + 2.0iL, { 1.0f, 2.0if } };
    return m;
}
static __int128 sum(const __int128 *items, int count) { __int128 s = 0; while (count--) s += items[count]; return s; }
enum color { RED, GREEN = 5 };
static enum color next(enum color c) { return c == RED ? GREEN : 9; }
static __int128 counter = (__int128)1 << 100;
static _Float16 ratio = 0.1;
static const __int128 LARGEST = (__int128)(~(unsigned __int128)0 >> 1);
static const unsigned __int128 SEVEN = 7;
static __int128 on_wide(__int128, char, __int128);
static __int128 call_wide(__int128 a, __int128 b) { return on_wide(a, 5, b); }
static _Float16 on_half(_Float16);
static _Float16 call_half(_Float16 x) { return on_half(x); }
static long double _Complex on_long(int, long double _Complex, int);
static double call_long(double re, double im) { return (double)__real__ on_long(1, re + im * 1.0iL, 2); }
"""


@pytest.fixture(scope="module")
def built(shared_workshop):
    """Run code with `lib` and `ffi` of a module in our own runtime."""
    shared_workshop.build("_extended", TEXT, SOURCE)
    return lambda code: shared_workshop.run(f"from _extended import lib, ffi\n{code}", sys.executable)


def test_integers_of_128_bits_are_arguments_and_results(built):
    assert built("answer(lib.add(2**126, -1, -2**125), lib.square(2**63 + 1))") == [2**126 - 1 + 2**125, (2**63 + 1) ** 2]


def test_what_does_not_fit_128_bits_is_an_error_that_says_so(built):
    code = "try: lib.add(2**127, 0, 0)\nexcept OverflowError as error: answer(str(error))"
    assert built(code).endswith(f"integer {2**127} does not fit '__int128'")


def test_half_precision_numbers_are_rounded_by_the_compiler_as_by_us(built):
    values = built("answer(lib.halve(0.2), lib.halve(1e9), ffi.new('_Float16 *', 0.1)[0] == lib.ratio)")
    assert values == [0.0999755859375, float("inf"), True]


def test_complex_numbers_of_every_precision_are_arguments_and_results(built):
    assert built("""
values = [complex(turn(3 + 4j)) for turn in (lib.turn, lib.turn_f, lib.turn_d)]
answer([[value.real, value.imag] for value in values])""") == [[-4, 3]] * 3


def test_a_long_double_complex_keeps_the_bits_that_python_has_no_place_for(built):
    assert built("""
exact = ffi.new("long double _Complex *"); raw = ffi.cast("unsigned char *", exact)
raw[0:10] = [3, 0, 0, 0, 0, 0, 0, 0x80, 0xFF, 0x3F]   # 1 + 3 * 2**-63
once = lib.turn(lib.turn(lib.turn(lib.turn(exact[0]))))
answer(bytes(ffi.buffer(ffi.new("long double _Complex *", once)))[:10].hex(), repr(once)[:19], complex(once).real)""") == [
        "0300000000000080ff3f", "<cdata 'long double", 1.0]


def test_members_and_arrays_of_these_types(built):
    assert built("""
m = lib.fill(-2**100, 1.5)
m.wide += 1
items = ffi.new("__int128[]", [2**100, -1, 5])
answer(m.wide, list(m.halves), complex(m.z) == 1+2j, list(m.narrow) == [1, 2j], lib.sum(items, 3), lib.sum([1, 2], 2),
       ffi.sizeof("mixed"), ffi.offsetof("mixed", "halves"), memoryview(m.halves).format)""") == [
        -(2**100) + 1, [1.5, 3, 6], True, True, 2**100 + 4, 3, 96, 32, "e"]


def test_variables_and_constants_of_these_types(built):
    assert built("lib.counter += 1\nlib.ratio = 0.25\nanswer(lib.counter, lib.ratio, lib.LARGEST, lib.SEVEN)") == [
        2**100 + 1, 0.25, 2**127 - 1, 7]


def test_functions_in_python_get_and_return_them(built):
    assert built("""
@ffi.def_extern()
def on_wide(a, between, b): return a - int.from_bytes(between, "big") * b
@ffi.def_extern()
def on_half(x): return x / 3
@ffi.def_extern()
def on_long(before, z, after): return complex(z) * (before + after)
answer(lib.call_wide(2**120, -2**60), lib.call_half(1), lib.call_long(2, 1))""") == [2**120 + 5 * 2**60, 0.333251953125, 6.0]


def test_an_enum_that_has_a_class_is_read_as_its_members(built):
    assert built("""
before = type(lib.next(lib.RED)).__name__
color = ffi.enum_class("enum color")
answer(before, repr(lib.next(color.RED)), type(lib.next(5)).__name__, lib.GREEN == color.GREEN)""") == [
        "int", "<color.GREEN: 5>", "int", True]


def test_the_types_are_known_as_texts(built):
    assert built("answer([ffi.typeof(text).cname for text in ('__int128', 'unsigned __int128*', '__uint128_t', 'signed __int128[3]',"
                 "'_Float16(*)(_Float16)', '_Complex double long')])") == [
        "__int128", "unsigned __int128 *", "unsigned __int128", "__int128[3]", "_Float16(*)(_Float16)", "long double _Complex"]


@pytest.mark.parametrize("text, message", [
    ("struct s { __int128 b : 100; };", "a bit-field cannot have the type '__int128'"),
    ("short __int128 x;", "'short __int128' is not a type"),
    ("typedef __int128... t;", "'__int128...' is not a type"),
    ("_Complex _Float16 x;", "'_Complex _Float16' is not a type"),
])
def test_what_does_not_exist_of_them_is_refused(text, message):
    with pytest.raises(CDefError, match="error: .*") as caught:
        cdef.parse(text)
    assert message in str(caught.value)


@pytest.mark.parametrize("text, extended", [
    ("long double f(char16_t);", False), ("struct s { int *x; };", False),
    ("void f(__int128 *);", True), ("struct s { _Float16 x[3]; };", True), ("typedef long double _Complex t;", True),
])
def test_only_modules_that_use_them_require_our_runtime(text, extended):
    declarations = cdef.parse(text)
    assert uses_extended_types(declarations) is extended
    assert emit.required_runtime(declarations) == ("cffi>=3.0.0.dev0" if extended else "cffi>=1.17")
