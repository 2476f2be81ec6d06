"""ffi.release() and `with`: memory is given back, once, and used no more."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

import _cffi_backend as backend


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="asks Linux how much memory is in use")
def test_releasing_large_memory_gives_it_back_to_the_system(ffi: Any) -> None:
    size = 64 << 20
    a = ffi.new("char[]", size)
    ffi.buffer(a)[:] = b"x" * size
    full = _resident_bytes()
    ffi.release(a)
    assert full - _resident_bytes() > size // 2


USES = {
    "read": lambda ffi, p: p[0],
    "write": lambda ffi, p: p.__setitem__(0, 1),
    "slice": lambda ffi, p: p[0:1],
    "add": lambda ffi, p: p + 1,
    "subtract": lambda ffi, p: p - p,
    "truth": lambda ffi, p: bool(p),
    "cast": lambda ffi, p: ffi.cast("char *", p),
    "number": lambda ffi, p: ffi.cast("intptr_t", p),
    "store": lambda ffi, p: ffi.new("void **", p),
    "buffer": lambda ffi, p: ffi.buffer(p),
    "memmove": lambda ffi, p: ffi.memmove(p, b"a", 1),
    "unpack": lambda ffi, p: ffi.unpack(p, 1),
    "gc": lambda ffi, p: ffi.gc(p, print),
    "addressof": lambda ffi, p: ffi.addressof(p, 0),
    "enter": lambda ffi, p: p.__enter__(),
}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("kind", ["small", "large", "array", "gc", "from_buffer", "allocator"])
def test_every_use_after_the_release_raises(ffi: Any, release_again: Any, kind: str, use: str) -> None:
    p = {
        "small": lambda: ffi.new("int *"),
        "large": lambda: ffi.new("int[1000]"),
        "array": lambda: ffi.new("int[]", 3),
        "gc": lambda: ffi.gc(ffi.new("int *"), lambda _: None),
        "from_buffer": lambda: ffi.from_buffer("int[]", bytearray(8)),
        "allocator": lambda: ffi.new_allocator(lambda size: ffi.new("char[]", size))("int[3]"),
    }[kind]()
    ffi.release(p)
    with pytest.raises(RuntimeError, match="released"):
        USES[use](ffi, p)
    assert "RELEASED" in repr(p)
    release_again(p)


def test_fields_of_a_released_record_raise(ffi: Any) -> None:
    p = ffi.new("struct point *")
    ffi.release(p)
    with pytest.raises(RuntimeError, match="released"):
        _ = p.x
    with pytest.raises(RuntimeError, match="released"):
        p.x = 1


def test_a_released_cdata_is_still_equal_to_itself_and_has_its_hash(ffi: Any) -> None:
    p = ffi.new("int *")
    same, known = ffi.cast("int *", p), {p: 1}
    ffi.release(p)
    assert p == same
    assert known[p] == 1


def test_with_releases_at_the_end_also_after_an_exception(ffi: Any) -> None:
    with ffi.new("int[]", 3) as a:
        assert a[2] == 0
    with pytest.raises(RuntimeError):
        a[2]
    seen: list[Any] = []
    with pytest.raises(KeyError), ffi.gc(ffi.new("int *"), seen.append):
        raise KeyError
    assert len(seen) == 1


@pytest.mark.parametrize(
    "make", ["ffi.cast('int', 1)", "a + 1", "a[0:1]", "s[0]", "ffi.new_handle(1)", "ffi.NULL", "ffi.addressof(s, 'x')"]
)
def test_what_owns_nothing_cannot_be_released(ffi: Any, make: str) -> None:
    names = {"ffi": ffi, "a": ffi.new("int[3]"), "s": ffi.new("struct point *")}
    cdata = eval(make, names)
    for attempt in (ffi.release, lambda cd: cd.__enter__()):
        with pytest.raises(ValueError, match="only 'cdata' object from ffi.new"):
            attempt(cdata)


@pytest.mark.parametrize("look", [memoryview, lambda cd: memoryview(backend.buffer(cd))])
def test_memory_that_a_buffer_refers_to_is_not_released(ffi: Any, look: Any) -> None:
    for cdata in (ffi.new("int[1000]"), ffi.gc(ffi.new("int[2]"), lambda _: None), ffi.from_buffer(bytearray(8))):
        view = look(cdata)
        with pytest.raises(BufferError, match="buffer"):
            ffi.release(cdata)
        view.release()
        ffi.release(cdata)


def test_a_record_view_holds_the_memory_of_its_pointer(ffi: Any) -> None:
    p = ffi.new("struct arrays *")
    view = memoryview(p[0])
    with pytest.raises(BufferError):
        ffi.release(p)
    view.release()
    ffi.release(p)
