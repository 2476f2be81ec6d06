"""Iterating over an array."""

from __future__ import annotations

import weakref
from typing import Any

import pytest


def test_an_array_is_iterated_item_by_item(ffi: Any) -> None:
    assert list(ffi.new("int[4]", [1, 2, 3, 4])) == [1, 2, 3, 4]
    assert list(ffi.new("char[]", b"ab")) == [b"a", b"b", b"\0"]
    assert [p.x for p in ffi.new("struct point[2]", [[1], [2]])] == [1, 2]
    assert list(ffi.new("int[0]")) == []
    assert list(ffi.cast("int[0]", 0)) == []
    ffi.cdef("struct nothing { };")
    assert len(list(ffi.new("struct nothing[3]"))) == 3


def test_an_iterator_stays_at_its_end_and_keeps_the_array(ffi: Any) -> None:
    a = ffi.new("int[2]", [1, 2])
    reference, iterator = weakref.ref(a), iter(a)
    del a
    assert [next(iterator), next(iterator)] == [1, 2]
    for _ in range(3):
        with pytest.raises(StopIteration):
            next(iterator)
    assert reference() is not None
    del iterator
    assert reference() is None


def test_only_arrays_are_iterated(ffi: Any) -> None:
    for cdata in (ffi.cast("int", 5), ffi.new("int *"), ffi.new("struct point *")[0]):
        with pytest.raises(TypeError, match="does not support iteration"):
            iter(cdata)


def test_a_release_ends_with_an_error_not_with_old_memory(ffi: Any) -> None:
    a = ffi.new("int[1000]")
    iterator = iter(a)
    next(iterator)
    ffi.release(a)
    with pytest.raises(RuntimeError, match="released"):
        next(iterator)
