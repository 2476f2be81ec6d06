"""ffi.string() and ffi.unpack()."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("name", ["char", "signed char", "unsigned char", "int8_t", "uint8_t"])
def test_string_ends_at_the_null_or_the_end_of_the_array(ffi: Any, name: str) -> None:
    assert ffi.string(ffi.new(f"{name}[]", b"abc")) == b"abc"
    assert ffi.string(ffi.new(f"{name}[3]", b"abc")) == b"abc"
    assert ffi.string(ffi.new(f"{name}[5]", b"a\0b")) == b"a"
    kept = ffi.new(f"{name}[]", b"abc")
    assert ffi.string(kept + 1) == b"bc"


@pytest.mark.parametrize(("maxlen", "expected"), [(-1, b"abc"), (0, b""), (2, b"ab"), (3, b"abc"), (100, b"abc")])
def test_string_takes_at_most_so_many(ffi: Any, maxlen: int, expected: bytes) -> None:
    for name, wanted in (
        ("char", expected),
        ("wchar_t", expected.decode()),
        ("char16_t", expected.decode()),
        ("char32_t", expected.decode()),
    ):
        a = ffi.new(f"{name}[]", b"abc" if name == "char" else "abc")
        assert ffi.string(a, maxlen) == wanted
        assert ffi.string(a + 0, maxlen) == wanted


def test_string_of_a_character_is_that_character(ffi: Any) -> None:
    assert ffi.string(ffi.cast("char", 0)) == b"\0"
    assert ffi.string(ffi.cast("unsigned char", 255)) == b"\xff"
    assert ffi.string(ffi.cast("wchar_t", 0x20AC)) == "€"
    with pytest.raises(ValueError, match="U.10FFFF"):
        ffi.string(ffi.cast("char32_t", 0x110000))


def test_string_of_an_enum_is_its_name(ffi: Any) -> None:
    assert ffi.string(ffi.cast("enum color", 5)) == "GREEN"
    assert ffi.string(ffi.cast("enum level", -1)) == "LOW"
    assert ffi.string(ffi.cast("enum color", 100)) == "100"


@pytest.mark.parametrize(
    "make",
    [
        "ffi.new('int[3]')",
        "ffi.new('_Bool[3]')",
        "ffi.cast('int', 1)",
        "ffi.cast('_Bool', 1)",
        "ffi.new('enum color[2]')",
        "ffi.NULL",
        "ffi.new('struct point *')",
        "ffi.new('struct point *')[0]",
        "ffi.new('char **')",
    ],
)
def test_nothing_else_is_a_string(ffi: Any, make: str) -> None:
    with pytest.raises(TypeError, match=r"string\(\): unexpected cdata"):
        ffi.string(eval(make, {"ffi": ffi}))


def test_null_is_no_string(ffi: Any) -> None:
    with pytest.raises(RuntimeError, match=r"cannot use string\(\) on <cdata 'char \*' NULL>"):
        ffi.string(ffi.cast("char *", 0))
    with pytest.raises(RuntimeError, match=r"cannot use unpack\(\) on <cdata 'char \*' NULL>"):
        ffi.unpack(ffi.cast("char *", 0), 0)


@pytest.mark.parametrize(
    "name",
    [
        "signed char",
        "short",
        "int",
        "long long",
        "unsigned char",
        "unsigned short",
        "unsigned int",
        "unsigned long long",
        "float",
        "double",
        "_Bool",
        "long",
        "enum color",
        "int8_t",
        "uint64_t",
    ],
)
def test_unpack_gives_what_indexing_gives(ffi: Any, name: str) -> None:
    a = ffi.new(f"{name}[]", [0, 1, 1, 0])
    if name not in ("_Bool", "float", "double"):
        ffi.buffer(a)[:] = bytes(range(100, 100 + ffi.sizeof(a)))
    assert ffi.unpack(a, 4) == [a[i] for i in range(4)]
    assert [type(x) for x in ffi.unpack(a, 4)] == [type(a[i]) for i in range(4)]


def test_unpack_of_characters_is_one_string(ffi: Any) -> None:
    assert ffi.unpack(ffi.new("char[]", b"a\0b"), 4) == b"a\0b\0"
    assert ffi.unpack(ffi.new("wchar_t[]", "a\0b"), 3) == "a\0b"
    assert ffi.unpack(ffi.new("char16_t[]", "\U00012345"), 2) == "\U00012345"
    assert ffi.unpack(ffi.new("char16_t[]", "\U00012345"), 1) == "\ud808"


def test_unpack_of_records_and_pointers_is_a_list_of_views(ffi: Any) -> None:
    a = ffi.new("struct point[2]", [[1, 2, 0.0], [3, 4, 0.0]])
    assert [p.y for p in ffi.unpack(a, 2)] == [2, 4]
    b = ffi.new("int *[2]", [ffi.NULL, ffi.cast("int *", 64)])
    assert ffi.unpack(b, 2) == [ffi.NULL, b[1]]


@pytest.mark.parametrize(
    ("make", "length", "error"),
    [
        ("ffi.new('int[3]')", -1, ValueError),
        ("ffi.cast('int', 5)", 1, TypeError),
        ("ffi.NULL + 64", 1, ValueError),
        ("ffi.cast('struct opaque *', 64)", 1, ValueError),
        ("ffi.cast('int *', 64)", 1 << 62, OverflowError),
        ("ffi.cast('int *', 64)", 1 << 60, MemoryError),
    ],
)
def test_what_cannot_be_unpacked(ffi: Any, make: str, length: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        ffi.unpack(eval(make, {"ffi": ffi}), length)
