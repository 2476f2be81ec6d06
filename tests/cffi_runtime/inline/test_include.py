import pytest

from cffi_build.errors import CDefError, FFIError
from cffi_runtime import FFI


@pytest.fixture
def base():
    base = FFI()
    base.cdef("""
        typedef signed char schar_t; struct foo { int x; }; union both { int i; char c; }; enum level { LOW, HIGH = 5 };
        typedef struct { int n; } *hidden_p; #define SIZE 3
        int abs(int);
    """.replace("#define", "\n#define"))
    return base


@pytest.fixture
def ffi(base):
    ffi = FFI()
    ffi.include(base)
    return ffi


def test_included_types_are_the_same_objects(base, ffi):
    for name in ("schar_t", "struct foo", "union both", "enum level", "hidden_p"):
        assert ffi.typeof(name) is base.typeof(name)
    assert ffi.new("struct foo *", base.new("struct foo *", [4])[0]).x == 4


def test_included_names_are_used_in_declarations(ffi):
    ffi.cdef("struct more { struct foo a[SIZE]; char b[HIGH]; schar_t c; };")
    assert ffi.sizeof("struct more") == 3 * 4 + 5 + 1 + 2


def test_included_functions_and_constants_are_in_libraries(ffi):
    lib = ffi.dlopen(None)
    assert lib.abs(-5) == 5
    assert (lib.SIZE, lib.HIGH, ffi.integer_const("LOW")) == (3, 5, 0)
    assert {"abs", "SIZE", "HIGH"} <= set(dir(lib))


def test_what_the_included_ffi_declares_later_is_included_too(base, ffi):
    ffi.typeof("struct foo")
    base.cdef("struct later { long n; }; #define AFTER 9".replace("#define", "\n#define"))
    assert ffi.typeof("struct later") is base.typeof("struct later")
    assert ffi.dlopen(None).AFTER == 9


def test_inclusion_reaches_through(base, ffi):
    top = FFI()
    top.include(ffi)
    assert top.typeof("struct foo") is base.typeof("struct foo")
    assert top.list_types() == base.list_types() == (["hidden_p", "schar_t"], ["foo"], ["both"])


def test_an_opaque_struct_becomes_the_included_one(base):
    ffi = FFI()
    ffi.cdef("struct foo; struct foo *make(void);")
    ffi.include(base)
    assert ffi.typeof("struct foo") is base.typeof("struct foo")


def test_declaring_an_included_name_differently_is_an_error(base, ffi):
    with pytest.raises(CDefError):
        ffi.cdef("typedef long schar_t;")
    other = FFI()
    other.cdef("struct foo { long y; };")
    with pytest.raises(FFIError, match=r"multiple declarations of 'foo'"):
        other.include(base)


def test_an_ffi_cannot_include_itself_even_through_another(base, ffi):
    with pytest.raises(ValueError, match="cannot include itself"):
        base.include(base)
    with pytest.raises(ValueError, match="cannot include itself"):
        base.include(ffi)


def test_only_ffis_are_included():
    with pytest.raises(TypeError, match=r"of type cffi\.FFI"):
        FFI().include("struct foo;")


def test_names_that_are_not_included_are_unknown():
    with pytest.raises(CDefError):
        FFI().cast("schar_t", 1)
