"""Items, slices and fields, and where they lie."""

from __future__ import annotations

import ctypes
from typing import Any

import pytest


class Point(ctypes.Structure):
    _fields_ = (("x", ctypes.c_int), ("y", ctypes.c_int), ("w", ctypes.c_double))


class Arrays(ctypes.Structure):
    _fields_ = (("name", ctypes.c_char * 8), ("numbers", ctypes.c_int * 3), ("points", Point * 2))


# ---- items ----


def test_items_of_an_array_are_those_of_ctypes_in_the_same_memory(ffi: Any) -> None:
    a = ffi.new("int[10]")
    same = (ctypes.c_int * 10).from_address(int(ffi.cast("uintptr_t", a)))
    for i in range(10):
        a[i] = i * i - 50
    assert [a[i] for i in range(10)] == list(same)
    same[3] = 12345
    assert a[3] == 12345


@pytest.mark.parametrize("index", [3, 4, 1 << 40, -1, -(1 << 40), 1 << 80, -(1 << 80)])
def test_an_index_outside_of_an_array_is_an_error(ffi: Any, index: int) -> None:
    a = ffi.new("int[3]", [1, 2, 3])
    with pytest.raises(IndexError):
        a[index]
    with pytest.raises(IndexError):
        a[index] = 0
    assert list(a) == [1, 2, 3]


def test_a_pointer_that_owns_nothing_takes_any_index(ffi: Any) -> None:
    p = ffi.new("int[5]", [1, 2, 3, 4, 5]) + 0
    kept = ffi.new("int[5]", [1, 2, 3, 4, 5])
    p = kept + 2
    assert [p[i] for i in (-2, -1, 0, 1, 2)] == [1, 2, 3, 4, 5]
    p[-1] = 9
    assert kept[1] == 9


@pytest.mark.parametrize("key", ["0", 1.0, None, (0, 1)])
def test_an_index_is_an_int(ffi: Any, key: object) -> None:
    with pytest.raises(TypeError):
        ffi.new("int[3]")[key]


def test_anything_with_an_index_is_one(ffi: Any) -> None:
    class Two:
        def __index__(self) -> int:
            return 2

    a = ffi.new("int[3]", [1, 2, 3])
    assert (a[Two()], a[True]) == (3, 2)


def test_what_has_no_items_says_so(ffi: Any) -> None:
    for name, value, message in [
        ("int", 5, "cannot be indexed"),
        ("int(*)(int)", 64, "cannot be indexed"),
        ("void *", 64, "opaque"),
    ]:
        with pytest.raises(TypeError, match=message):
            ffi.cast(name, value)[0]
    with pytest.raises(TypeError, match="cannot be indexed"):
        ffi.new("struct point *")[0][0]
    assert ffi.typeof(ffi.cast("struct opaque *", 64)[0]) is ffi.typeof("struct opaque")
    with pytest.raises(TypeError, match="opaque"):
        ffi.cast("struct opaque *", 64)[1]


@pytest.mark.parametrize("name", ["int *", "struct point *", "char *", "int[3]"])
def test_null_cannot_be_followed(ffi: Any, name: str) -> None:
    null = ffi.cast(name, 0)
    for attempt in (lambda: null[0], lambda: null.__setitem__(0, 0), lambda: null[0:1]):
        with pytest.raises(RuntimeError, match="null pointer"):
            attempt()
    if "struct" in name:
        with pytest.raises(RuntimeError, match="null pointer"):
            _ = null.x
        with pytest.raises(RuntimeError, match="null pointer"):
            null.x = 1


def test_items_and_fields_cannot_be_deleted(ffi: Any) -> None:
    with pytest.raises(TypeError, match="del"):
        del ffi.new("int[3]")[0]
    with pytest.raises(AttributeError, match="cannot delete struct field 'x'"):
        del ffi.new("struct point *").x


# ---- slices ----


def test_a_slice_shows_the_same_memory(ffi: Any) -> None:
    a = ffi.new("int[5]", [0, 1, 2, 3, 4])
    part = a[1:4]
    assert ffi.typeof(part) is ffi.typeof("int[]")
    assert (len(part), list(part), list(part[1:3])) == (3, [1, 2, 3], [2, 3])
    part[0] = 10
    assert a[1] == 10
    with pytest.raises(IndexError):
        part[3]
    assert list((a + 3)[-2:1]) == [10, 2, 3]


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        (slice(None, 2), "slice start must be specified"),
        (slice(1, None), "slice stop must be specified"),
        (slice(0, 2, 1), "slice with step not supported"),
        (slice(3, 2), "slice start > stop"),
        (slice(0, 6), r"index too large \(expected 6 <= 5\)"),
        (slice(-1, 2), "negative index"),
    ],
)
def test_a_slice_has_two_bounds_within_the_array(ffi: Any, bounds: slice, message: str) -> None:
    a = ffi.new("int[5]")
    with pytest.raises(IndexError, match=message):
        a[bounds]
    with pytest.raises(IndexError, match=message):
        a[bounds] = [0]


@pytest.mark.parametrize(
    "value", [[1, 2], (1, 2), iter([1, 2]), range(1, 3), {1: 0, 2: 0}, b"\1\2", bytearray(b"\1\2"), memoryview(b"\1\2")]
)
def test_a_slice_takes_as_many_values_from_anything_iterable(ffi: Any, value: Any) -> None:
    a = ffi.new("unsigned char[4]")
    a[1:3] = value
    assert list(a) == [0, 1, 2, 0]


def test_a_slice_takes_the_items_of_another_array(ffi: Any) -> None:
    a = ffi.new("int[4]", [1, 2, 3, 4])
    a[0:3] = a[1:4]  # overlapping
    assert list(a) == [2, 3, 4, 4]
    a[1:3] = ffi.new("short[]", [7, 8])
    assert list(a) == [2, 7, 8, 4]


@pytest.mark.parametrize(
    ("value", "message"), [([1], "need 2 values to unpack, got 1"), ([1, 2, 3], "got more than 2 values"), (5, "iter")]
)
def test_a_slice_takes_no_other_number_of_values(ffi: Any, value: Any, message: str) -> None:
    a = ffi.new("int[4]")
    with pytest.raises((ValueError, TypeError), match=message):
        a[0:2] = value
    with pytest.raises((ValueError, TypeError)):
        a[0:2] = iter(value)
    assert list(a)[2:] == [0, 0]


# ---- fields ----


def test_fields_are_those_of_ctypes_in_the_same_memory(ffi: Any) -> None:
    p = ffi.new("struct arrays *", [b"name", [1, 2, 3], [[4, 5, 0.5], [6, 7, 1.5]]])
    same = Arrays.from_address(int(ffi.cast("uintptr_t", p)))
    assert (same.name, list(same.numbers), same.points[1].w) == (b"name", [1, 2, 3], 1.5)
    same.points[0].y = -9
    p.points[1].x = 99
    assert (p.points[0].y, same.points[1].x) == (-9, 99)
    assert ffi.typeof(p.numbers) is ffi.typeof("int[3]")


def test_fields_of_anonymous_members_are_reached_directly(ffi: Any) -> None:
    p = ffi.new("struct nested *", {"tag": b"t", "p": {"x": 1}, "inner": 2, "f": 1.0})
    assert (p.tag, p.p.x, p.inner, p.f, p.i) == (b"t", 1, 2, 1.0, 0x3F800000)


def test_names_that_are_not_interned_are_found(ffi: Any) -> None:
    p = ffi.new("struct point *", [1, 2, 3.0])
    assert [getattr(p, "".join(letters)) for letters in (["x"], ["", "y"], ["w", ""])] == [1, 2, 3.0]
    name = "num" + chr(98) + "ers"
    assert list(getattr(ffi.new("struct arrays *"), name)) == [0, 0, 0]


def test_a_pointer_to_a_pointer_to_a_record_has_no_fields(ffi: Any) -> None:
    with pytest.raises(AttributeError, match="has no attribute 'x'"):
        _ = ffi.new("struct point **").x


def test_pointers_in_records_lead_on(ffi: Any) -> None:
    first, second, number = ffi.new("struct pointers *"), ffi.new("struct pointers *"), ffi.new("int *", 7)
    first.next, second.ints = second, number
    assert first.next.ints[0] == 7
    assert first.next.next == ffi.NULL


# ---- addresses ----


def test_addresses_and_offsets_of_parts(ffi: Any) -> None:
    p = ffi.new("struct arrays *")
    base = ctypes.addressof(Arrays.from_address(int(ffi.cast("uintptr_t", p))))
    for steps, expected in [(("numbers", 2), Arrays.numbers.offset + 8), (("points", 1, "w"), Arrays.points.offset + 16 + Point.w.offset)]:
        assert ffi.offsetof("struct arrays", *steps) == expected
        assert int(ffi.cast("uintptr_t", ffi.addressof(p, *steps))) == base + expected
        assert ffi.addressof(p, *steps) == ffi.addressof(p[0], *steps)
    assert ffi.typeof(ffi.addressof(p[0])) is ffi.typeof("struct arrays *")
    assert ffi.typeof(ffi.addressof(p.points)) is ffi.typeof("struct point(*)[2]")
    assert ffi.offsetof("int[]", -3) == -12


@pytest.mark.parametrize(
    ("ctype", "steps", "error"),
    [
        ("struct point", ("z",), KeyError),
        ("struct point", (0,), TypeError),
        ("struct point **", ("x",), TypeError),
        ("struct opaque", ("x",), TypeError),
        ("int", ("x",), TypeError),
        ("int[3]", (1.5,), TypeError),
        ("struct bits", ("a",), TypeError),
        ("struct arrays", ("numbers", 1, 0), TypeError),
        ("int[]", (1 << 62,), OverflowError),
        ("int[]", (-(1 << 62),), OverflowError),
        ("int[][4]", (1 << 58, 1 << 60), OverflowError),
    ],
)
def test_what_is_no_part_has_no_offset(ffi: Any, ctype: str, steps: tuple[Any, ...], error: type[Exception]) -> None:
    with pytest.raises(error):
        ffi.offsetof(ctype, *steps)


def test_numbers_and_pointers_themselves_have_no_address(ffi: Any) -> None:
    for cdata in (ffi.cast("int", 5), ffi.new("int *")):
        with pytest.raises(TypeError, match="expected a cdata struct/union/array"):
            ffi.addressof(cdata)
