"""Pointer arithmetic and comparison."""

from __future__ import annotations

import operator
from typing import Any

import pytest

COMPARISONS = [operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge]


def number(ffi: Any, pointer: Any) -> int:
    return int(ffi.cast("uintptr_t", pointer))


@pytest.mark.parametrize(
    ("name", "stride"), [("char *", 1), ("int *", 4), ("struct point *", 16), ("void *", 1), ("int(*)[3]", 12), ("void **", 8)]
)
@pytest.mark.parametrize("count", [0, 1, -1, 1000, -1000, 1 << 40])
def test_adding_moves_by_items(ffi: Any, name: str, stride: int, count: int) -> None:
    p = ffi.cast(name, 1 << 50)
    assert number(ffi, p + count) == number(ffi, count + p) == (1 << 50) + count * stride
    assert number(ffi, p - count) == (1 << 50) - count * stride
    assert (p + count) - p == count
    assert ffi.typeof(p + count) is ffi.typeof(name)


def test_an_array_decays_to_a_pointer(ffi: Any) -> None:
    a = ffi.new("int[2][3]")
    assert ffi.typeof(a + 1) is ffi.typeof("int(*)[3]")
    assert number(ffi, a + 1) - number(ffi, a) == 12
    assert ffi.typeof(a[0] + 1) is ffi.typeof("int *")
    assert (a[0] + 2) - a[0] == 2


def test_huge_counts_wrap_around_or_are_refused(ffi: Any) -> None:
    p = ffi.cast("int *", 4096)
    assert number(ffi, p + (1 << 62)) == 4096  # as C computes it
    with pytest.raises(OverflowError):
        p + (1 << 70)


@pytest.mark.parametrize("bad", ["1", 1.0, None, []])
def test_only_ints_are_added(ffi: Any, bad: object) -> None:
    p = ffi.new("int[3]")
    for attempt in (lambda: p + bad, lambda: bad + p, lambda: p - bad, lambda: bad - p):
        with pytest.raises(TypeError):
            attempt()


def test_what_does_not_point_to_items_of_known_size_is_no_operand(ffi: Any) -> None:
    for cdata in (
        ffi.cast("int", 5),
        ffi.cast("double", 5),
        ffi.cast("int(*)(int)", 5),
        ffi.new("struct point *")[0],
        ffi.cast("struct opaque *", 5),
    ):
        for attempt in (lambda cd=cdata: cd + 1, lambda cd=cdata: cd - 1, lambda cd=cdata: cd - cd):
            with pytest.raises(TypeError):
                attempt()
    with pytest.raises(TypeError):
        ffi.new("int *") + ffi.cast("int", 1)


def test_only_pointers_to_the_same_type_have_a_difference(ffi: Any) -> None:
    with pytest.raises(TypeError, match=r"cannot subtract cdata 'short \*' and cdata 'int \*'"):
        ffi.new("short *") - ffi.new("int[3]")
    with pytest.raises(ValueError, match="not a multiple"):
        ffi.cast("int *", 5) - ffi.cast("int *", 0)
    with pytest.raises(TypeError):
        5 - ffi.new("int *")


@pytest.mark.parametrize("compare", COMPARISONS)
def test_pointers_compare_by_address_whatever_their_types(ffi: Any, compare: Any) -> None:
    values = [0, 8, 16, (1 << 63) + 8, (1 << 64) - 8]
    names = ["int *", "void *", "struct point *", "int(*)(int)", "int[2]"]
    for a in values:
        for b in values:
            for left in names:
                for right in names:
                    assert compare(ffi.cast(left, a), ffi.cast(right, b)) is compare(a, b)


@pytest.mark.parametrize("compare", COMPARISONS)
def test_numbers_compare_as_python_numbers(ffi: Any, compare: Any) -> None:
    kinds = [("int", [-1, 0, 3]), ("unsigned char", [0, 3, 255]), ("double", [-0.5, 3.0]), ("long double", [3.0, 0.1]), ("_Bool", [0, 1])]
    pairs = [(ffi.cast(name, value), value) for name, values in kinds for value in values]
    for a, x in pairs:
        for b, y in pairs:
            assert compare(a, b) is compare(x, y)
            assert compare(a, y) is compare(x, y)


def test_different_sorts_are_unequal_and_not_ordered(ffi: Any) -> None:
    p, n = ffi.new("int *"), ffi.cast("int", 0)
    for a, b in [(p, n), (n, p), (p, 0), (0, p), (p, None), (n, "0"), (ffi.cast("char", 65), 65)]:
        assert a != b
        assert a != b
        with pytest.raises(TypeError):
            _ = a < b
