"""ffi.cast(): as C casts."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest

INTEGERS = [
    "signed char",
    "unsigned char",
    "short",
    "unsigned short",
    "int",
    "unsigned int",
    "long",
    "unsigned long",
    "long long",
    "unsigned long long",
]
FLOATS = ["float", "double", "long double"]
VALUES = {
    **{name: ["0", "1", "-1", "100", "200", "40000", "3000000000", "0x8000000000000000", "-0x7fffffff"] for name in INTEGERS},
    **{name: ["0.0", "1.0", "-1.5", "100.75", "1e9"] for name in FLOATS},
}


def _defined_in_c(source: str, value: str, target: str) -> bool:
    """C says nothing of a float that does not fit the integer type."""
    return source in INTEGERS or target not in INTEGERS or value in ("0.0", "1.0", "100.75") or target in ("int", "long", "long long")


def test_numbers_are_cast_as_compiled_c_casts_them(ffi: Any, c_program: Any) -> None:
    cases = [
        (source, value, target)
        for source, values in VALUES.items()
        for value in values
        for target in (*INTEGERS, *FLOATS, "_Bool")
        if _defined_in_c(source, value, target)
    ]
    lines = ["#include <stdio.h>", "int main(void) {"]
    for source, value, target in cases:
        suffix = "" if source in FLOATS else "ull" if "0x8" in value else "ll"
        lines.append(f'{{ volatile {source} v = ({source}){value}{suffix}; printf("%.21Lg\\n", (long double)({target})v); }}')
    expected = c_program("\n".join([*lines, "}"])).split()
    for (source, value, target), text in zip(cases, expected):
        result = ffi.cast(target, ffi.cast(source, float(value) if source in FLOATS else int(value, 0)))
        assert (float(result) == float(text)) if target in FLOATS else (int(result) == int(Decimal(text))), (source, value, target)


@pytest.mark.parametrize("bits", [8, 16, 32, 64])
@pytest.mark.parametrize("value", [-1, 1 << 63, (1 << 64) + 5, -(1 << 90) - 3, 10**30])
def test_an_int_too_large_wraps_around(ffi: Any, bits: int, value: int) -> None:
    unsigned = value % (1 << bits)
    signed = unsigned - (1 << bits) if unsigned >> (bits - 1) else unsigned
    assert int(ffi.cast(f"uint{bits}_t", value)) == unsigned
    assert int(ffi.cast(f"int{bits}_t", value)) == signed


@pytest.mark.parametrize(
    ("value", "expected"), [(0, 0), (5, 1), (-1, 1), (0.1, 1), (-0.0, 0), (10**400, 1), (float("nan"), 1), ("\0", 0), (b"\x80", 1)]
)
def test_bool_is_whether_the_value_is_not_zero(ffi: Any, value: object, expected: int) -> None:
    assert int(ffi.cast("_Bool", value)) == expected


def test_characters_are_numbers(ffi: Any) -> None:
    assert int(ffi.cast("int", b"\xfe")) == 254
    assert int(ffi.cast("int", "\U00012345")) == 0x12345
    assert float(ffi.cast("double", "A")) == 65.0
    assert ffi.string(ffi.cast("char", "A")) == b"A"
    for bad in ("", "ab", b"", b"ab"):
        with pytest.raises(TypeError, match="cannot cast"):
            ffi.cast("int", bad)


def test_pointers_become_numbers_and_pointers_again(ffi: Any) -> None:
    a = ffi.new("int[3]", [1, 2, 3])
    address = ffi.cast("intptr_t", a)
    assert ffi.cast("int *", address)[2] == 3
    assert ffi.cast("int *", int(address)) == ffi.cast("void *", a) == ffi.cast("int(*)(int)", a) == a
    assert ffi.cast("int[2]", a)[1] == 2
    assert ffi.cast("char *", 1 << 70) == ffi.NULL


@pytest.mark.parametrize(
    ("ctype", "value"),
    [
        ("int", None),
        ("int", []),
        ("int", 1j),
        ("double", None),
        ("double", "ab"),
        ("int *", "text"),
        ("int *", b"x"),
        ("char *", b"bytes"),
        ("int[]", 5),
        ("struct point", 5),
        ("void", 5),
        ("double", "point"),
        ("int", "record"),
        ("double _Complex", "point"),
        ("int *", "record"),
        ("float", "complex"),
    ],
)
def test_what_cannot_be_cast_is_a_type_error(ffi: Any, ctype: str, value: object) -> None:
    named = {"point": ffi.new("int *"), "record": ffi.new("struct point *")[0], "complex": ffi.cast("double _Complex", 1j)}
    with pytest.raises(TypeError):
        ffi.cast(ctype, named.get(value, value) if isinstance(value, str) else value)


def test_infinities_and_nan_are_no_integers(ffi: Any) -> None:
    with pytest.raises(OverflowError):
        ffi.cast("int", float("inf"))
    with pytest.raises(ValueError, match="NaN"):
        ffi.cast("int", float("nan"))


def test_a_long_double_keeps_every_bit(ffi: Any) -> None:
    a = ffi.new("long double[2]", [1])
    third = ffi.new("long double *")
    ffi.buffer(third)[:] = bytes(ffi.buffer(a, ffi.sizeof("long double")))
    ffi.buffer(third)[0:1] = b"\x01"  # a bit that a double does not have
    copied = ffi.new("long double *", ffi.cast("long double", third[0]))
    assert bytes(ffi.buffer(copied))[:10] == bytes(ffi.buffer(third))[:10]


def test_a_python_file_becomes_a_file_pointer_only(ffi: Any, tmp_path: Any) -> None:
    with (tmp_path / "f").open("wb") as file:
        assert ffi.cast("FILE *", file) != ffi.NULL
        assert ffi.cast("FILE *", file) == ffi.cast("FILE *", file)
        with pytest.raises(TypeError):
            ffi.cast("void *", file)
    with pytest.raises(io.UnsupportedOperation):
        ffi.cast("FILE *", io.BytesIO())
