"""p[0] of a ffi.new("struct s *"): one object, which keeps p alive and is released with it."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest


def test_it_is_the_same_object_as_long_as_it_lives(ffi: Any) -> None:
    p = ffi.new("struct point *")
    record = p[0]
    assert p[0] is record
    record.x = 5
    del record
    again = p[0]
    assert p[0] is again
    assert again.x == 5
    again.x = 6
    assert p.x == 6


def test_it_keeps_the_memory_when_the_pointer_goes(ffi: Any) -> None:
    records = []
    for number in range(300):
        p = ffi.new("struct point *", [number, -number, 0.5])
        assert p[0].x == number  # a first one that has died
        records.append(p[0])
    del p
    gc.collect()
    ffi.new("struct point *", [9, 9, 9.0])
    assert [(r.x, r.y) for r in records] == [(n, -n) for n in range(300)]


def test_pointer_and_record_end_together(ffi: Any) -> None:
    p = ffi.new("struct arrays *")
    reference, record = weakref.ref(p), p[0]
    del p
    assert reference() is not None
    del record
    gc.collect()
    assert reference() is None


def test_a_weak_reference_to_it_ends_though_the_memory_is_used_again(ffi: Any) -> None:
    p = ffi.new("struct point *")
    for _ in range(5):
        record = p[0]
        reference = weakref.ref(record)
        assert reference() is record
        del record
        assert reference() is None


def test_releasing_the_pointer_releases_it(ffi: Any) -> None:
    p = ffi.new("struct arrays *")
    record = p[0]
    ffi.release(p)
    with pytest.raises(RuntimeError, match="released"):
        _ = record.name
    with pytest.raises(RuntimeError, match="released"):
        p[0]
    assert repr(record) == "<cdata 'struct arrays' RELEASED>"
    with pytest.raises(ValueError, match="owns nothing"):
        ffi.release(record)


def test_an_allocator_pointer_is_kept_alive_too_and_freed_afterwards(ffi: Any) -> None:
    freed: list[Any] = []
    new = ffi.new_allocator(lambda size: ffi.new("char[]", size), freed.append)
    record = new("struct point *", [1, 2, 3.0])[0]
    gc.collect()
    assert (freed, record.x) == ([], 1)
    del record
    gc.collect()
    assert len(freed) == 1


def test_a_cycle_through_it_is_collected(ffi: Any) -> None:
    freed: list[int] = []

    class Free:
        record: Any = None

        def __call__(self, memory: object) -> None:
            freed.append(1)

    free = Free()
    free.record = ffi.new_allocator(lambda size: ffi.new("char[]", size), free)("struct point *")[0]
    reference = weakref.ref(free)
    del free
    gc.collect()
    assert (reference(), freed) == (None, [1])


def test_other_pointers_to_the_record_do_not_keep_it(ffi: Any) -> None:
    p = ffi.new("struct point *")
    view = ffi.cast("struct point *", p)[0]
    reference = weakref.ref(p)
    del p
    gc.collect()
    assert reference() is None
    assert repr(view).startswith("<cdata 'struct point &'")
