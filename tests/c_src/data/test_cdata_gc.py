"""ffi.gc(): destructors run once, in order, with the original cdata."""

from __future__ import annotations

import gc
import sys
import weakref
from typing import Any

import pytest


def test_the_destructor_gets_the_original_once(ffi: Any) -> None:
    p, seen = ffi.new("int *", 5), []
    q = ffi.gc(p, seen.append)
    assert q is not p
    assert q[0] == 5
    assert seen == []
    del q
    gc.collect()
    assert len(seen) == 1
    assert seen[0] is p


def test_nested_destructors_run_from_the_outside_in(ffi: Any) -> None:
    seen: list[int] = []
    q = ffi.new("int *")
    for number in range(5):
        q = ffi.gc(q, lambda _, number=number: seen.append(number))
    del q
    gc.collect()
    assert seen == [4, 3, 2, 1, 0]


class Recorder:
    """A destructor in a cycle with its cdata; once the collector has cleared it, calling it fails."""

    def __init__(self, ffi: Any, seen: list[str], name: str) -> None:
        self.seen, self.name = seen, name
        self.cdata = ffi.gc(ffi.new("int *"), self)

    def __call__(self, _: Any) -> None:
        self.seen.append(self.name)


def test_the_collector_runs_a_destructor_in_memory_where_it_ran_another(ffi: Any) -> None:
    """It marks what it has finalized, and never does so again."""
    seen: list[str] = []
    for name in ("first", "second"):
        Recorder(ffi, seen, name)
        gc.collect()
        assert seen[-1] == name


def test_a_weak_reference_is_dead_when_the_destructor_runs(ffi: Any) -> None:
    seen: list[Any] = []
    q = ffi.gc(ffi.new("int *"), lambda _: seen.append(reference()))
    reference = weakref.ref(q)
    del q
    gc.collect()
    assert seen == [None]


def test_none_cancels(ffi: Any) -> None:
    seen: list[Any] = []
    q = ffi.gc(ffi.new("int *", 5), seen.append)
    assert ffi.gc(q, None) is None
    assert q[0] == 5
    del q
    gc.collect()
    assert seen == []
    with pytest.raises(TypeError, match=r"only on a object previously returned by ffi\.gc"):
        ffi.gc(ffi.new("int *"), None)


def test_what_is_no_destructor_is_refused_at_once(ffi: Any) -> None:
    with pytest.raises(TypeError, match="must be callable or None, not int"):
        ffi.gc(ffi.new("int *"), 5)


@pytest.mark.parametrize("name", ["int *", "int[3]", "struct point *", "struct flexible *"])
def test_the_new_cdata_is_used_as_the_original(ffi: Any, name: str) -> None:
    p = ffi.new(name)
    q = ffi.gc(p, lambda _: None, size=10)
    assert q == p
    assert hash(q) == hash(p)
    assert ffi.typeof(q) is ffi.typeof(p)
    assert ffi.sizeof(q) == ffi.sizeof(p)
    assert ffi.memmove(q, p, 4) is None


def test_numbers_and_functions_may_have_destructors_too(ffi: Any) -> None:
    seen: list[Any] = []
    number = ffi.gc(ffi.cast("int", 42), seen.append)
    function = ffi.gc(ffi.cast("int(*)(int)", 64), seen.append)
    assert (int(number), int(ffi.cast("intptr_t", function))) == (42, 64)
    ffi.release(number)
    assert int(number) == 42
    del number, function
    gc.collect()
    assert len(seen) == 2


def test_a_cycle_is_collected_and_the_destructor_runs(ffi: Any) -> None:
    seen: list[int] = []

    class Node:
        handle: Any = None

        def free(self, _: object) -> None:
            seen.append(1)

    node = Node()
    node.handle = ffi.gc(ffi.new("int *"), node.free)
    reference = weakref.ref(node)
    del node
    gc.collect()
    assert (reference(), seen) == (None, [1])


def test_a_destructor_may_keep_what_it_gets(ffi: Any) -> None:
    kept: list[Any] = []
    q = ffi.gc(ffi.new("struct point *", [1, 2, 3.0]), kept.append)
    del q
    gc.collect()
    assert kept[0].x == 1


def test_an_exception_in_a_destructor_is_shown_and_goes_nowhere(ffi: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda args: shown.append((args.exc_type, args.object)))

    def fail(_: object) -> None:
        raise ValueError

    q = ffi.gc(ffi.new("int *"), fail)
    del q
    gc.collect()
    assert shown == [(ValueError, fail)]


def test_a_pending_exception_survives_a_destructor(ffi: Any) -> None:
    def use() -> None:
        q = ffi.gc(ffi.new("int *"), lambda _: int("1"))
        raise KeyError(int(q[0]))

    with pytest.raises(KeyError):
        use()
