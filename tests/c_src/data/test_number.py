"""bool(), int(), float() and complex() of a cdata."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("int", -5, -5),
        ("unsigned long long", -1, 2**64 - 1),
        ("_Bool", 7, 1),
        ("char", b"\xff", 255),
        ("char16_t", "€", 0x20AC),
        ("double", -2.7, -2),
        ("long double", 2.7, 2),
        ("enum level", -1, -1),
    ],
)
def test_int_takes_integers_characters_and_floats(ffi: Any, name: str, value: object, expected: int) -> None:
    assert int(ffi.cast(name, value)) == expected
    assert type(int(ffi.cast(name, value))) is int


def test_float_takes_floating_point_types_only(ffi: Any) -> None:
    for name in ("float", "double", "long double"):
        assert float(ffi.cast(name, 0.5)) == 0.5
    for cdata in (ffi.cast("int", 1), ffi.cast("_Bool", 1), ffi.cast("double _Complex", 1), ffi.new("int *")):
        with pytest.raises(TypeError, match=r"float\(\) not supported on cdata"):
            float(cdata)


def test_complex_takes_complex_types_only(ffi: Any) -> None:
    assert complex(ffi.cast("float _Complex", 1 - 2j)) == 1 - 2j
    for cdata in (ffi.cast("int", 1), ffi.cast("double", 1), ffi.new("int *")):
        with pytest.raises(TypeError, match=r"complex\(\) not supported on cdata"):
            complex(cdata)


def test_pointers_and_records_are_no_numbers(ffi: Any) -> None:
    for cdata in (ffi.new("int *"), ffi.new("int[2]"), ffi.new("struct point *")[0], ffi.cast("double _Complex", 1)):
        with pytest.raises(TypeError, match=r"int\(\) not supported on cdata"):
            int(cdata)
    with pytest.raises(TypeError):
        range(10)[ffi.cast("int", 1)]


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        ("ffi.cast('int', 0)", False),
        ("ffi.cast('int', -1)", True),
        ("ffi.cast('char', 0)", False),
        ("ffi.cast('double', -0.0)", False),
        ("ffi.cast('double', float('nan'))", True),
        ("ffi.cast('long double', 1e-300)", True),
        ("ffi.cast('float _Complex', 0)", False),
        ("ffi.cast('double _Complex', 1j)", True),
        ("ffi.NULL", False),
        ("ffi.cast('int *', 1)", True),
        ("ffi.cast('int[3]', 0)", False),
        ("ffi.new('int[3]')", True),
        ("ffi.new('struct point *')[0]", True),
        ("ffi.cast('int(*)(int)', 0)", False),
    ],
)
def test_truth_is_that_of_c(ffi: Any, make: str, expected: bool) -> None:
    assert bool(eval(make, {"ffi": ffi})) is expected
