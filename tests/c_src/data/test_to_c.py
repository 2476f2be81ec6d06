"""What objects are taken for a C type, and what is said of those that are not."""

from __future__ import annotations

import ctypes
import random
import struct
from typing import Any

import pytest

from cffi import FFI

CODES = {
    "signed char": "b",
    "unsigned char": "B",
    "short": "h",
    "unsigned short": "H",
    "int": "i",
    "unsigned int": "I",
    "long": "l",
    "unsigned long": "L",
    "long long": "q",
    "unsigned long long": "Q",
    "float": "f",
    "double": "d",
    "_Bool": "?",
}


@pytest.mark.parametrize("name", CODES)
def test_numbers_lie_in_memory_as_the_module_struct_packs_them(ffi: Any, name: str) -> None:
    chooser, code = random.Random(name), CODES[name]
    for _ in range(100):
        raw = chooser.randbytes(struct.calcsize(code)) if name != "_Bool" else bytes([chooser.randrange(2)])
        (value,) = struct.unpack(code, raw)
        if value != value:
            continue
        p, a = ffi.new(f"{name} *", value), ffi.new(f"{name}[]", [value, value])
        assert bytes(ffi.buffer(p)) == raw
        assert bytes(ffi.buffer(a)) == raw + raw
        assert p[0] == a[1] == value
        assert type(p[0]) is type(value)


@pytest.mark.parametrize("name", [n for n in CODES if CODES[n] not in "fd"])
def test_integers_out_of_range_are_refused_at_the_very_edge(ffi: Any, name: str) -> None:
    bits = 8 * ffi.sizeof(name) if name != "_Bool" else 1
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if CODES[name].islower() else (0, (1 << bits) - 1)
    for value in (low, high):
        assert ffi.new(f"{name} *", value)[0] == value
        assert list(ffi.new(f"{name}[]", [value])) == [value]
    for value in (low - 1, high + 1, low - (1 << 64), high + (1 << 64), 1 << 5000, -1 << 50000):
        for attempt in (lambda v=value: ffi.new(f"{name} *", v), lambda v=value: ffi.new(f"{name}[]", [v])):
            with pytest.raises(OverflowError, match=f"does not fit '{name}'"):
                attempt()


@pytest.mark.parametrize(
    ("ctype", "value", "message"),
    [
        ("int *", "x", "an integer is required for 'int', got str"),
        ("int *", 1.0, "an integer is required for 'int', got float"),
        ("unsigned char *", b"x", "an integer is required for 'unsigned char', got bytes"),
        ("enum color *", "RED", "an integer is required for 'enum color', got str"),
        ("double *", "x", "must be real number for 'double', not str"),
        ("char *", 65, "initializer for ctype 'char' must be a bytes of length 1, not int"),
        ("char *", b"ab", "must be a bytes of length 1, not bytes of length 2"),
        ("wchar_t *", b"a", "initializer for ctype 'wchar_t' must be a unicode string of length 1, not bytes"),
        ("char16_t *", "\U00012345", "not larger-than-0xFFFF character"),
        ("char **", "text", r"initializer for ctype 'char \*' must be a cdata pointer, not str \(encode it"),
        ("char **", b"text", r"not bytes \(keep ffi.new"),
        ("int **", 0, r"initializer for ctype 'int \*' must be a cdata pointer, not int"),
        ("void **", bytearray(), r"not bytearray \(use ffi.from_buffer"),
        ("int[2]", 5, r"initializer for ctype 'int\[2\]' must be a list or tuple, not int"),
        ("int[2]", {1, 2}, "must be a list or tuple, not set"),
        ("char[2]", "ab", "must be a bytes or list or tuple, not str"),
        ("wchar_t[2]", b"ab", "must be a unicode or list or tuple, not bytes"),
        ("struct point *", 5, "initializer for ctype 'struct point' must be a list or tuple or dict or struct-cdata, not int"),
    ],
)
def test_a_wrong_type_is_named_with_what_was_expected(ffi: Any, ctype: str, value: object, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        ffi.new(ctype, value)


def test_an_array_of_bools_takes_only_zeros_and_ones(ffi: Any) -> None:
    assert list(ffi.new("_Bool[]", b"\0\1")) == [False, True, False]
    with pytest.raises(ValueError, match=r"_Bool can only contain \\x00 or \\x01"):
        ffi.new("_Bool[]", b"\0\2")


def test_memory_that_is_no_bool_raises_when_read(ffi: Any) -> None:
    p = ffi.cast("_Bool *", ffi.new("unsigned char[1]", [2]))
    kept = ffi.new("unsigned char *", 2)
    p = ffi.cast("_Bool *", kept)
    with pytest.raises(ValueError, match="_Bool of value 2"):
        p[0]


def test_bytes_bring_their_null_where_there_is_room(ffi: Any) -> None:
    for name in ("char", "signed char", "unsigned char", "int8_t", "uint8_t"):
        assert bytes(ffi.buffer(ffi.new(f"{name}[]", b"ab"))) == b"ab\0"
        assert bytes(ffi.buffer(ffi.new(f"{name}[2]", b"ab"))) == b"ab"
        a = ffi.new(f"{name}[4]", b"xxxx")
        a_in = ffi.new("struct arrays *", {"name": b"xxxxxxxx"})
        a_in.name = b"ab"
        assert (bytes(ffi.buffer(a)), bytes(ffi.buffer(a_in.name))) == (b"xxxx", b"ab\0xxxxx")


@pytest.mark.parametrize("text", ["", "abc", "é€", "\U00012345x\U0010ffff", "\ud800", "\udfff\ud800"])
def test_wide_strings_are_units_of_utf_16_and_32(ffi: Any, text: str) -> None:
    for name, codec in (("char16_t", "utf-16"), ("char32_t", "utf-32")):
        a = ffi.new(f"{name}[]", text)
        order = "le" if struct.pack("=h", 1)[0] else "be"
        assert bytes(ffi.buffer(a)) == (text + "\0").encode(f"{codec}-{order}", "surrogatepass")
        assert ffi.unpack(a, len(a) - 1) == text
        assert ffi.string(a) == text


# ---- pointers ----


@pytest.mark.parametrize(
    ("target", "sources"),
    [
        ("void *", ["int *", "char *", "int[2]", "int(*)(int)", "struct point *", "void *"]),
        ("char *", ["char[3]", "signed char *", "unsigned char *", "uint8_t *", "void *"]),
        ("unsigned char *", ["char *", "char[1]", "int8_t *"]),
        ("int *", ["int[2]", "int[7]", "void *"]),
        ("int(*)[2]", ["int[3][2]", "void *"]),
        ("int(*)(int)", ["int(*)(int)", "void *"]),
    ],
)
def test_pointers_that_may_stand_for_each_other(ffi: Any, target: str, sources: list[str]) -> None:
    for source in sources:
        value = ffi.cast(source, 64)
        assert ffi.new(f"{ffi.getctype(target, '*')}", value)[0] == value


@pytest.mark.parametrize(
    ("target", "source"),
    [
        ("int *", "short *"),
        ("int *", "char *"),
        ("char *", "int *"),
        ("struct point *", "struct arrays *"),
        ("int *", "unsigned int *"),
        ("int **", "int *"),
        ("int(*)(int)", "int(*)(short)"),
        ("int *", "int(*)(int)"),
        ("char *", "_Bool *"),
        ("int(*)[2]", "int(*)[3]"),
    ],
)
def test_pointers_to_different_types_are_not_mixed(ffi: Any, target: str, source: str) -> None:
    with pytest.raises(TypeError, match="ffi.cast"):
        ffi.new(ffi.getctype(target, "*"), ffi.cast(source, 64))


def test_types_of_the_same_name_from_two_ffis_are_told_apart(ffi: Any) -> None:
    other = FFI()
    other.cdef("struct point { int x; };")
    with pytest.raises(TypeError, match="the types are different .* different ffi instances"):
        ffi.new("struct point **", other.new("struct point *"))


def test_numbers_are_no_pointers(ffi: Any) -> None:
    with pytest.raises(TypeError, match="must be a pointer or array, not cdata 'int'"):
        ffi.new("int **", ffi.cast("int", 64))
    with pytest.raises(TypeError, match="must be a pointer or array, not cdata 'struct point'"):
        ffi.new("struct point **", ffi.new("struct point *")[0])


# ---- records ----


def test_a_record_is_copied_from_another_of_its_type(ffi: Any) -> None:
    a = ffi.new("struct point[2]", [[1, 2, 3.0], [4, 5, 6.0]])
    a[0] = a[1]
    assert (a[0].x, a[0].y, a[0].w) == (4, 5, 6.0)
    a[1].x = 7
    assert a[0].x == 4
    with pytest.raises(TypeError, match="not cdata 'struct arrays'"):
        a[0] = ffi.new("struct arrays *")[0]


def test_what_is_not_given_stays_zero_or_as_it_was(ffi: Any) -> None:
    p = ffi.new("struct point *", {"y": 2})
    assert (p.x, p.y, p.w) == (0, 2, 0.0)
    p[0] = {"x": 1}
    assert (p.x, p.y) == (1, 2)
    p[0] = [9]
    assert (p.x, p.y) == (9, 2)


def test_a_union_is_initialized_by_its_first_member_or_by_name(ffi: Any) -> None:
    assert ffi.new("union number *", [5]).i == 5
    assert ffi.new("union number *", {"d": 0.5}).d == 0.5
    assert bytes(ffi.new("union number *", {"bytes": b"12345678"}).bytes) == b"12345678"


def test_nested_initializers_go_as_deep_as_the_type(ffi: Any) -> None:
    p = ffi.new("struct arrays *", {"points": [{"x": 1}, (2, 3, 4.0)], "numbers": (5,)})
    assert [(q.x, q.y, q.w) for q in p.points] == [(1, 0, 0.0), (2, 3, 4.0)]
    q = ffi.new("int[2][3]", [[1], (4, 5, 6)])
    assert [list(row) for row in q] == [[1, 0, 0], [4, 5, 6]]


def test_a_dict_changed_by_a_conversion_is_an_error(ffi: Any) -> None:
    class Changes:
        def __index__(self) -> int:
            values.clear()
            return 3

    values: dict[str, Any] = {"x": Changes(), "y": 4}
    with pytest.raises(RuntimeError, match="the dict changed its size meanwhile"):
        ffi.new("struct point *", values)


def test_ctypes_and_other_number_types_are_taken_by_their_methods(ffi: Any) -> None:
    class Index:
        def __index__(self) -> int:
            return 8

    class Float:
        def __float__(self) -> float:
            return 2.5

    assert ffi.new("int *", Index())[0] == 8
    assert ffi.new("double *", Float())[0] == 2.5
    with pytest.raises(TypeError):
        ffi.new("int *", Float())
    with pytest.raises(TypeError):
        ffi.new("int *", ctypes.c_int(5))
