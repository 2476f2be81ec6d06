"""ffi.new() and ffi.new_allocator(): memory, zeroed, initialized, given back."""

from __future__ import annotations

import gc
import struct
import sys
import tracemalloc
from typing import Any

import pytest

from cffi import FFI


def address(ffi: Any, cdata: Any) -> int:
    return int(ffi.cast("uintptr_t", cdata))


@pytest.mark.parametrize("size", [0, 1, 7, 16, 17, 400, 431, 432, 433, 512, 5000, 1 << 20])
def test_new_memory_is_zeroed_whatever_lay_there(ffi: Any, size: int) -> None:
    for _ in range(3):
        a = ffi.new("unsigned char[]", size)
        assert bytes(ffi.buffer(a)) == bytes(size)
        ffi.buffer(a)[:] = b"\xa5" * size
        del a


@pytest.mark.parametrize("align", [16, 32, 64, 4096])
@pytest.mark.parametrize("count", [1, 100])
def test_over_aligned_types_are_aligned(align: int, count: int) -> None:
    made = FFI()
    made.cdef(f"struct aligned {{ char c; }} __attribute__((aligned({align})));")
    if made.alignof("struct aligned") != align:
        pytest.skip("the declaration parser does not read aligned() yet")
    kept = [made.new("struct aligned[]", count) for _ in range(20)]
    assert {address(made, a) % align for a in kept} == {0}


def test_a_pointer_to_a_character_is_followed_by_a_null(ffi: Any) -> None:
    for name, value in (("char", b"x"), ("wchar_t", "x"), ("char16_t", "x"), ("char32_t", "x")):
        assert ffi.string(ffi.new(f"{name} *", value)) == value


def test_owning_pointers_have_one_item(ffi: Any) -> None:
    for p in (ffi.new("int *"), ffi.new("struct point *"), ffi.new_allocator(lambda size: ffi.new("char[]", size))("int *")):
        assert p[0] is not None
        for index in (1, -1, 1 << 40):
            with pytest.raises(IndexError, match="can only be indexed by 0"):
                p[index]
        with pytest.raises(IndexError):
            p[1] = p[0]


def test_a_flexible_record_is_as_large_as_its_initializer_needs(ffi: Any) -> None:
    for initializer, length in [([7, [1, 2, 3]], 3), ([7, 5], 5), ({"items": (4,)}, 1), ([7], 0), (None, 0), ({"items": []}, 0)]:
        p = ffi.new("struct flexible *", initializer)
        assert len(p.items) == length
        assert ffi.sizeof(p[0]) == len(ffi.buffer(p)) == 4 + 4 * length
        with pytest.raises(IndexError):
            p.items[length]
    p = ffi.new("struct tail *", [b"x", [1, [10, 20]]])
    assert list(p.rest.items) == [10, 20]


def test_more_than_a_flexible_record_holds_is_refused(ffi: Any) -> None:
    p = ffi.new("struct flexible *", [0, 3])
    p.items = [1, 2, 3]
    for attempt in (lambda: setattr(p, "items", [1, 2, 3, 4]), lambda: p.__setitem__(0, [0, [1, 2, 3, 4]])):
        with pytest.raises(IndexError, match="too many initializers"):
            attempt()
    p[0] = [9, [5, 6]]
    assert (p.count, list(p.items)) == (9, [5, 6, 3])


@pytest.mark.parametrize(
    ("ctype", "initializer", "error", "message"),
    [
        ("int", None, TypeError, "expected a pointer or array ctype, got 'int'"),
        ("int(*)(int)", None, TypeError, "expected a pointer or array ctype"),
        ("void *", None, TypeError, "cannot instantiate ctype 'void' of unknown size"),
        ("struct opaque *", None, TypeError, "cannot instantiate ctype 'struct opaque' of unknown size"),
        ("int[]", None, TypeError, "expected new array length or list/tuple/str, not NoneType"),
        ("int[]", -1, ValueError, "negative array length"),
        ("int[]", 1 << 62, OverflowError, "overflow"),
        ("int[]", 1 << 80, OverflowError, "int"),
        ("char[]", sys.maxsize, MemoryError, "^$"),
        ("int[2]", [1, 2, 3], IndexError, r"too many initializers for 'int\[2\]' \(got 3\)"),
        ("char[2]", b"abc", IndexError, r"'char\[2\]' \(got 3 characters\)"),
        ("char[]", "text", TypeError, "encode it"),
        ("struct point *", [1, 2, 3, 4], ValueError, r"too many initializers for 'struct point' \(got 4\)"),
        ("struct point *", {"z": 1}, KeyError, "z"),
        ("union number *", [1, 2], ValueError, "too many initializers"),
        ("struct flexible *", [0, -1], ValueError, "negative array length"),
        ("struct flexible *", [0, sys.maxsize], OverflowError, "overflow"),
        ("struct flexible *", 5, TypeError, "must be a list or tuple or dict"),
    ],
)
def test_what_cannot_be_made_says_why(ffi: Any, ctype: str, initializer: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        ffi.new(ctype, initializer)


def test_a_failed_initializer_gives_the_memory_back(ffi: Any, debug: bool) -> None:
    kept = 17 << 20 if debug else 0  # debug mode fills memory given back and keeps some of it
    tracemalloc.start()
    try:
        for round_ in range(100):
            with pytest.raises(TypeError):
                ffi.new("int[100000]", [1, "x"])
            if round_ == 5:
                before = tracemalloc.get_traced_memory()[0]
        assert tracemalloc.get_traced_memory()[0] < before + kept + 100_000
    finally:
        tracemalloc.stop()


def test_an_initializer_that_changes_its_list_cannot_write_beyond_the_end(ffi: Any) -> None:
    class Grows:
        def __index__(self) -> int:
            values.extend([1] * 1000)
            return 1

    class Shrinks:
        def __index__(self) -> int:
            values.clear()
            return 1

    values: list[Any] = [Grows(), 2]
    assert list(ffi.new("int[]", values)) == [1, 2]
    values = [Shrinks(), 2, 3]
    with pytest.raises(IndexError):
        ffi.new("int[]", values)


def test_the_bytes_in_memory_are_those_of_the_module_struct(ffi: Any) -> None:
    p = ffi.new("struct point *", [-5, 6, 0.25])
    assert bytes(ffi.buffer(p)) == struct.pack("iid", -5, 6, 0.25)


# ---- allocators ----


def test_an_allocator_is_asked_for_the_exact_size_and_gets_its_memory_back(ffi: Any) -> None:
    sizes, freed = [], []

    def alloc(size: int) -> Any:
        sizes.append(size)
        return ffi.new("char[]", b"X" * size)

    new = ffi.new_allocator(alloc, freed.append)
    a, p = new("int[10]"), new("struct point *", [1, 2, 3.0])
    assert sizes == [40, 16]
    assert list(a) == [0] * 10
    assert (p.x, p.y, p.w) == (1, 2, 3.0)
    memory = ffi.cast("char *", a)
    del a
    gc.collect()
    assert freed == [memory]


def test_without_clearing_the_memory_stays_as_it_was(ffi: Any) -> None:
    new = ffi.new_allocator(lambda size: ffi.new("char[]", b"X" * size), should_clear_after_alloc=False)
    assert bytes(ffi.buffer(new("char[3]"))) == b"XXX"
    assert bytes(ffi.buffer(new("char[3]", b"a"))) == b"a\0X"


def test_a_failed_initializer_frees_what_was_allocated(ffi: Any) -> None:
    freed: list[Any] = []
    new = ffi.new_allocator(lambda size: ffi.new("char[]", size), freed.append)
    with pytest.raises(TypeError):
        new("int *", "x")
    gc.collect()
    assert len(freed) == 1


@pytest.mark.parametrize(
    ("returned", "error", "message"),
    [
        ("None", TypeError, r"alloc\(\) must return a cdata object \(got NoneType\)"),
        ("ffi.cast('int', 5)", TypeError, r"alloc\(\) must return a cdata pointer, not 'int'"),
        ("ffi.NULL", MemoryError, r"alloc\(\) returned NULL"),
        ("ffi.new('char[3]')", ValueError, r"alloc\(\) must return 4 bytes, not 'char\[3\]' of 3 bytes"),
    ],
)
def test_memory_that_cannot_be_used_is_refused(ffi: Any, returned: str, error: type[Exception], message: str) -> None:
    new = ffi.new_allocator(lambda size: eval(returned, {"ffi": ffi}))
    with pytest.raises(error, match=message):
        new("int *")
