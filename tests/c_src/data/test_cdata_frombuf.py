"""ffi.from_buffer(): the memory of bytes-like objects as arrays and pointers, held until released."""

from __future__ import annotations

import array
import gc
import mmap
from typing import Any

import pytest


def test_memory_is_shared_both_ways(ffi: Any) -> None:
    data = bytearray(b"hello")
    c = ffi.from_buffer(data)
    c[0] = b"J"
    data[4] = ord("y")
    assert bytes(data) == ffi.string(c) == b"Jelly"
    assert repr(c) == "<cdata 'char[]' buffer len 5 from 'bytearray' object>"


@pytest.mark.parametrize("code", "bBhHiIlLqQfd")
def test_a_typed_array_sees_the_items(ffi: Any, code: str) -> None:
    names = {"b": "signed char", "h": "short", "i": "int", "l": "long", "q": "long long", "f": "float", "d": "double"}
    name = names[code.lower()]
    name = name if code.islower() else "unsigned char" if code == "B" else "unsigned " + name
    values = array.array(code, [1, 2, 3])
    c = ffi.from_buffer(f"{name}[]", values)
    assert list(c) == [1, 2, 3]
    c[1] = 7
    assert values[1] == 7


def test_several_dimensions_are_taken_as_their_bytes(ffi: Any) -> None:
    view = memoryview(bytearray(range(12))).cast("B", (3, 4))
    c = ffi.from_buffer("unsigned char[][4]", view)
    assert len(c) == 3
    assert list(c[2]) == [8, 9, 10, 11]
    assert list(ffi.from_buffer("unsigned char[]", view)) == list(range(12))


def test_what_does_not_fit_the_buffer_is_cut_or_refused(ffi: Any) -> None:
    assert len(ffi.from_buffer("int[]", bytearray(11))) == 2
    assert len(ffi.from_buffer("int[2]", bytearray(11))) == 2
    with pytest.raises(ValueError, match=r"buffer is too small \(11 bytes\) for 'int\[3\]' \(12 bytes\)"):
        ffi.from_buffer("int[3]", bytearray(11))
    with pytest.raises(TypeError, match="expected a pointer or array ctype, got 'int'"):
        ffi.from_buffer("int", bytearray(11))


@pytest.mark.parametrize("value", ["text", 5, None, [1]])
def test_objects_without_a_buffer_are_refused(ffi: Any, value: object) -> None:
    with pytest.raises(TypeError):
        ffi.from_buffer(value)


def test_memory_with_gaps_is_refused(ffi: Any) -> None:
    with pytest.raises(BufferError):
        ffi.from_buffer(memoryview(bytearray(10))[::2])


def test_read_only_memory_is_refused_when_it_must_be_writable(ffi: Any) -> None:
    assert bytes(ffi.buffer(ffi.from_buffer(b"abc"))) == b"abc"
    with pytest.raises(BufferError):
        ffi.from_buffer("char[]", b"abc", require_writable=True)
    ffi.from_buffer("char[]", bytearray(b"abc"), require_writable=True)[0] = b"x"


def test_read_only_memory_stays_read_only_for_python(ffi: Any) -> None:
    c = ffi.from_buffer(b"abc")
    assert memoryview(c).readonly
    with pytest.raises(TypeError):
        memoryview(c)[0] = b"x"
    assert not memoryview(ffi.from_buffer(bytearray(b"abc"))).readonly


def test_the_buffer_is_held_until_the_release(ffi: Any, release_again: Any) -> None:
    data = bytearray(b"abc")
    c = ffi.from_buffer(data)
    with pytest.raises(BufferError):
        data.append(1)
    ffi.release(c)
    data.append(1)
    for use in (lambda: c[0], lambda: len(c), lambda: list(c), lambda: ffi.string(c), lambda: c + 1, lambda: bool(c)):
        with pytest.raises(RuntimeError, match="released"):
            use()
    assert repr(c) == "<cdata 'char[]' buffer RELEASED>"
    release_again(c)


def test_the_buffer_is_held_no_longer_than_the_cdata(ffi: Any) -> None:
    data = bytearray(b"abc")
    with ffi.from_buffer("char *", data) as p:
        assert repr(p) == "<cdata 'char *' buffer from 'bytearray' object>"
    data.append(1)
    c = ffi.from_buffer(data)
    del c
    gc.collect()
    data.append(2)


def test_a_mapped_file_is_memory(ffi: Any, tmp_path: Any) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"\x01\x00\x00\x00\x02\x00\x00\x00")
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as mapped:
        with ffi.from_buffer("unsigned char[]", mapped) as c:
            c[0] = 0xFE
        mapped.flush()
    assert path.read_bytes()[0] == 0xFE


def test_an_empty_buffer_is_an_empty_array(ffi: Any) -> None:
    for data in (b"", bytearray(), array.array("i")):
        c = ffi.from_buffer(data)
        assert (len(c), list(c), bytes(ffi.buffer(c)), bytes(memoryview(c))) == (0, [], b"", b"")
