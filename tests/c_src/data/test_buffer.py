"""ffi.buffer(): the bytes of a cdata; ffi.memmove()."""

from __future__ import annotations

import array
import contextlib
import gc
import weakref
from typing import Any

import pytest


def test_it_reads_and_writes_like_a_bytearray(ffi: Any) -> None:
    c = ffi.new("char[]", b"hi there")
    buffer, same = ffi.buffer(c), bytearray(b"hi there\0")
    for i in range(-9, 9):
        assert buffer[i] == same[i : i + 1 or None]
        buffer[i] = bytes([i & 255])
        same[i] = i & 255
    for i in range(-12, 12):
        for j in range(-12, 12):
            assert buffer[i:j] == same[i:j]
            buffer[i:j] = same[i:j] = bytes([(i * j) & 255]) * len(same[i:j])
    assert bytes(buffer) == bytes(same) == bytes(ffi.buffer(c))
    assert list(buffer) == [bytes([b]) for b in same]
    assert len(buffer) == 9


@pytest.mark.parametrize("key", [9, -10, 1 << 70])
def test_an_index_is_within(ffi: Any, key: int) -> None:
    buffer = ffi.buffer(ffi.new("char[9]"))
    with pytest.raises(IndexError):
        buffer[key]
    with pytest.raises(IndexError):
        buffer[key] = b"x"


@pytest.mark.parametrize(
    ("key", "value", "error"),
    [
        (0, 5, TypeError),
        (0, b"ab", TypeError),
        (slice(0, 2), b"abc", ValueError),
        (slice(0, 2), [1], TypeError),
        (slice(0, 4, 2), b"ab", TypeError),
        ("x", b"a", TypeError),
    ],
)
def test_only_as_many_bytes_are_assigned(ffi: Any, key: Any, value: Any, error: type[Exception]) -> None:
    buffer = ffi.buffer(ffi.new("char[4]"))
    with pytest.raises(error):
        buffer[key] = value
    with pytest.raises(TypeError):
        del buffer[key]
    assert bytes(buffer) == bytes(4)


def test_it_compares_as_bytes(ffi: Any) -> None:
    kept = ffi.new("char[]", b"abc")
    buffer = ffi.buffer(kept, 3)
    assert buffer == b"abc" == bytearray(b"abc") == memoryview(buffer)
    assert b"ab" < buffer < b"abd"
    assert buffer != b"ab"
    assert buffer != "abc"
    with pytest.raises(TypeError):
        hash(buffer)


def test_its_size_is_that_of_the_item_or_the_array_or_what_is_asked_for(ffi: Any) -> None:
    assert len(ffi.buffer(ffi.new("int *"))) == 4
    assert len(ffi.buffer(ffi.new("struct point *"))) == 16
    assert len(ffi.buffer(ffi.new("int[]", 5))) == 20
    assert len(ffi.buffer(ffi.new("int[5]"), 7)) == 7
    assert len(ffi.buffer(cdata=ffi.new("int[5]"), size=3)) == 3
    assert len(ffi.buffer(ffi.cast("void *", 64), 0)) == 0


def test_more_than_is_owned_is_warned_of(ffi: Any, debug: bool) -> None:
    warned = pytest.warns(UserWarning, match="10 bytes over a cdata that owns only 4 bytes")
    with warned, pytest.raises(IndexError) if debug else contextlib.nullcontext():
        ffi.buffer(ffi.new("int *"), 10)


@pytest.mark.parametrize(
    ("make", "error"),
    [
        ("ffi.cast('int', 5)", TypeError),
        ("ffi.cast('void *', 64)", TypeError),
        ("ffi.cast('struct opaque *', 64)", TypeError),
        ("ffi.new('struct point *')[0]", TypeError),
        ("ffi.cast('int(*)(int)', 64)", TypeError),
        ("ffi.cast('int *', 0)", RuntimeError),
        ("b'bytes'", TypeError),
    ],
)
def test_what_has_no_bytes(ffi: Any, make: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        ffi.buffer(eval(make, {"ffi": ffi}))


def test_it_keeps_the_memory_alive(ffi: Any) -> None:
    c = ffi.new("char[]", b"x" * 1000)
    reference, buffer = weakref.ref(c), ffi.buffer(c)
    del c
    gc.collect()
    assert reference() is not None
    assert buffer[:] == b"x" * 1000 + b"\0"
    view = memoryview(buffer)
    del buffer
    gc.collect()
    assert bytes(view[:3]) == b"xxx"


def test_a_memoryview_of_it_is_plain_bytes(ffi: Any) -> None:
    view = memoryview(ffi.buffer(ffi.new("int[3]")))
    assert (view.format, view.shape, view.readonly) == ("B", (12,), False)


def test_a_released_cdata_has_no_bytes(ffi: Any) -> None:
    c = ffi.new("char[4]")
    buffer = ffi.buffer(c)
    ffi.release(c)
    for attempt in (lambda: buffer[0], lambda: buffer[:], lambda: buffer.__setitem__(0, b"x")):
        with pytest.raises(RuntimeError, match="released"):
            attempt()
    with pytest.raises(BufferError, match="released"):
        memoryview(buffer)


# ---- memmove ----


def test_memmove_moves_between_cdata_and_buffers_overlapping_too(ffi: Any) -> None:
    a = ffi.new("short[5]", [1, 2, 3, 4, 5])
    ffi.memmove(a, a + 1, 8)
    assert list(a) == [2, 3, 4, 5, 5]
    ffi.memmove(a + 2, a, 6)
    assert list(a) == [2, 3, 2, 3, 4]
    numbers = array.array("h", [10, 20, 30])
    ffi.memmove(a, numbers, 4)
    assert list(a) == [10, 20, 2, 3, 4]
    ffi.memmove(dest=numbers, src=a + 3, n=2)
    assert numbers.tolist() == [3, 20, 30]
    ffi.memmove(a, b"\0\0", 2)
    assert a[0] == 0


@pytest.mark.parametrize(
    ("dest", "src", "n", "error"),
    [
        ("b'abc'", "a", 1, BufferError),
        ("a", "'abc'", 1, TypeError),
        ("a", "a", -1, ValueError),
        ("ffi.cast('int', 1)", "a", 1, TypeError),
        ("a", "s", 1, TypeError),
        ("ffi.NULL", "a", 1, RuntimeError),
        ("a", "ffi.NULL", 1, RuntimeError),
        ("bytearray(2)", "a", 3, ValueError),
        ("a", "b'ab'", 3, ValueError),
    ],
)
def test_memmove_refuses_what_is_no_memory_or_too_little(ffi: Any, dest: str, src: str, n: int, error: type[Exception]) -> None:
    names = {"ffi": ffi, "a": ffi.new("char[10]"), "s": ffi.new("struct point *")[0]}
    with pytest.raises(error):
        ffi.memmove(eval(dest, names), eval(src, names), n)


def test_moving_nothing_is_always_possible(ffi: Any) -> None:
    ffi.memmove(ffi.NULL, ffi.NULL, 0)
    ffi.memmove(bytearray(), b"", 0)
