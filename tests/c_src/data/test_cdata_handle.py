"""ffi.new_handle() and ffi.from_handle(): only live handles are taken for objects."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest


class Thing:
    handle: Any = None


def test_a_handle_gives_its_object_back_through_any_void_pointer(ffi: Any) -> None:
    thing = Thing()
    handle = ffi.new_handle(thing)
    assert ffi.from_handle(handle) is thing
    assert ffi.from_handle(ffi.cast("void *", int(ffi.cast("uintptr_t", handle)))) is thing
    assert ffi.from_handle(ffi.cast("char *", handle)) is thing
    assert repr(ffi.new_handle([1])) == "<cdata 'void *' handle to [1]>"


def test_each_handle_is_a_value_of_its_own(ffi: Any) -> None:
    handles = [ffi.new_handle(None) for _ in range(1000)]
    assert len(set(handles)) == 1000
    assert all(ffi.from_handle(handle) is None for handle in handles)


def test_of_many_handles_each_gives_its_own_object(ffi: Any) -> None:
    objects = [object() for _ in range(1000)]
    handles = [ffi.new_handle(each) for each in objects]
    for type_name in ("void *", "char *"):
        assert [ffi.from_handle(ffi.cast(type_name, handle)) for handle in handles] == objects
    assert [ffi.from_handle(handle) for handle in handles] == objects


def test_a_stale_handle_is_an_error(ffi: Any) -> None:
    handle = ffi.new_handle(Thing())
    stale = ffi.cast("void *", handle)
    del handle
    gc.collect()
    with pytest.raises(SystemError, match="no live handle"):
        ffi.from_handle(stale)


@pytest.mark.parametrize("value", [1, 8, 0x7FFF0000, -1])
def test_any_other_pointer_is_an_error(ffi: Any, value: int) -> None:
    with pytest.raises(SystemError, match="no live handle"):
        ffi.from_handle(ffi.cast("void *", value))
    with pytest.raises(SystemError):
        ffi.from_handle(ffi.cast("void *", ffi.new("int *")))


def test_what_is_no_handle_at_all_is_refused(ffi: Any) -> None:
    with pytest.raises(RuntimeError, match="NULL"):
        ffi.from_handle(ffi.NULL)
    with pytest.raises(TypeError, match=r"'void \*' out of new_handle\(\), got 'int \*'"):
        ffi.from_handle(ffi.new("int *"))


def test_a_handle_keeps_its_object_until_it_goes(ffi: Any) -> None:
    thing = Thing()
    reference, handle = weakref.ref(thing), ffi.new_handle(thing)
    del thing
    gc.collect()
    assert reference() is not None
    del handle
    gc.collect()
    assert reference() is None


def test_a_cycle_through_a_handle_is_collected(ffi: Any) -> None:
    thing = Thing()
    thing.handle = ffi.new_handle(thing)
    reference, value = weakref.ref(thing), ffi.cast("void *", thing.handle)
    del thing
    gc.collect()
    assert reference() is None
    with pytest.raises(SystemError):
        ffi.from_handle(value)
