"""The buffer protocol of cdata: memoryview() sees the items, with their format and shape."""

from __future__ import annotations

import ctypes
import hashlib
import struct
from typing import Any

import pytest

FORMATS = {
    "signed char": "b",
    "unsigned char": "B",
    "short": "h",
    "unsigned short": "H",
    "int": "i",
    "unsigned int": "I",
    "long long": "q",
    "unsigned long long": "Q",
    "float": "f",
    "double": "d",
    "_Bool": "?",
    "char": "c",
    "enum color": "I",
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_memoryview_reads_and_writes_the_items(ffi: Any, name: str) -> None:
    a = ffi.new(f"{name}[3]", b"abc" if name == "char" else [1, 0, 1])
    view = memoryview(a)
    assert (view.format, view.itemsize, view.shape, view.ndim, view.readonly) == (FORMATS[name], ffi.sizeof(name), (3,), 1, False)
    assert view.tolist() == list(a)
    assert struct.unpack(f"3{view.format}", bytes(view)) == tuple(a)
    view[1] = a[0]
    assert a[1] == a[0]
    assert view.c_contiguous


def test_arrays_of_arrays_are_one_with_several_dimensions(ffi: Any) -> None:
    a = ffi.new("int[2][3][4]")
    for i in range(24):
        a[i // 12][i // 4 % 3][i % 4] = i
    view = memoryview(a)
    assert (view.shape, view.strides, view.format, view.nbytes) == ((2, 3, 4), (48, 16, 4), "i", 96)
    assert view.tolist() == [[list(row) for row in plane] for plane in a]
    assert view[1, 2, 3] == 23
    assert memoryview(ffi.new("short[][2]", 5)).shape == (5, 2)


def test_a_slice_is_shown_as_what_it_is(ffi: Any) -> None:
    a = ffi.new("int[5]", [0, 1, 2, 3, 4])
    assert memoryview(a[1:3]).tolist() == [1, 2]


def test_structs_have_a_format_with_names_and_padding(ffi: Any) -> None:
    view = memoryview(ffi.new("struct point[2]"))
    assert (view.format, view.itemsize, view.shape) == ("T{^i:x:^i:y:^d:w:}", 16, (2,))
    record = ffi.new("struct arrays *")
    assert memoryview(record[0]).format == "T{(8)^c:name:(3)^i:numbers:4x(2)^T{^i:x:^i:y:^d:w:}:points:}"
    assert memoryview(record[0]).ndim == 0
    nested = memoryview(ffi.new("struct nested[1]")).format
    assert nested.startswith("T{^c:tag:7x^T{^i:x:^i:y:^d:w:}:p:^h:inner:2x^i:i:")
    assert memoryview(ffi.new("union number[2]")).format == "(8)B"
    assert memoryview(ffi.new("struct bits[1]")).format == f"T{{{ffi.sizeof('struct bits')}x}}"


def test_a_flexible_record_is_shown_as_its_bytes(ffi: Any) -> None:
    view = memoryview(ffi.new("struct flexible *", [7, [1, 2]])[0])
    assert (view.format, view.shape, bytes(view)) == ("B", (12,), struct.pack("3i", 7, 1, 2))


def test_pointers_are_shown_as_addresses(ffi: Any) -> None:
    kept = ffi.new("int *")
    view = memoryview(ffi.new("int *[2]", [ffi.NULL, kept]))
    assert view.tolist() == [0, int(ffi.cast("uintptr_t", kept))]


def test_numpy_sees_the_same_types_and_memory(ffi: Any) -> None:
    numpy = pytest.importorskip("numpy")
    a = ffi.new("struct point[3]", [[1, 2, 0.5], [3, 4, 1.5]])
    array = numpy.asarray(a)
    assert array.dtype.names == ("x", "y", "w")
    assert array["w"].tolist() == [0.5, 1.5, 0.0]
    array["x"][2] = 77
    assert a[2].x == 77
    assert numpy.asarray(ffi.new("float[2][3]")).shape == (2, 3)
    assert numpy.asarray(ffi.new("double _Complex[2]", [1j, 2])).tolist() == [1j, 2]
    assert numpy.asarray(ffi.new("struct arrays[2]")).dtype["points"].shape == (2,)


def test_those_who_want_bytes_get_bytes(ffi: Any) -> None:
    a = ffi.new("int[3]", [1, 2, 3])
    raw = struct.pack("3i", 1, 2, 3)
    assert bytes(a) == bytearray(a) == raw
    assert hashlib.sha256(a).digest() == hashlib.sha256(raw).digest()
    assert b"".join([a]) == raw
    assert (ctypes.c_int * 3).from_buffer(a)[1] == 2
    assert int.from_bytes(ffi.new("unsigned char[2]", [1, 1]), "big") == 257


def test_what_is_no_array_and_no_record_has_no_buffer(ffi: Any) -> None:
    for cdata in (ffi.new("int *"), ffi.cast("int", 5), ffi.NULL, ffi.cast("int(*)(int)", 64)):
        with pytest.raises(TypeError, match=r"a bytes-like object is required, not cdata .*ffi\.buffer"):
            memoryview(cdata)


def test_a_view_keeps_the_memory(ffi: Any) -> None:
    views = [memoryview(ffi.new("int[]", [n] * 200)) for n in range(50)]
    assert [view.tolist()[199] for view in views] == list(range(50))
    records = [memoryview(ffi.new("struct point *", [n])[0]) for n in range(50)]
    assert [struct.unpack("iid", bytes(r))[0] for r in records] == list(range(50))


def test_an_array_at_null_exports_no_memory(ffi: Any) -> None:
    with pytest.raises(BufferError, match=r"cdata 'int\[3\]' is at address NULL"):
        memoryview(ffi.cast("int[3]", 0))
    assert bytes(ffi.cast("int[0]", 0)) == b""


class View(ctypes.Structure):
    """Py_buffer."""

    _fields_ = [("buf", ctypes.c_void_p), ("obj", ctypes.py_object), ("len", ctypes.c_ssize_t), ("itemsize", ctypes.c_ssize_t),
                ("readonly", ctypes.c_int), ("ndim", ctypes.c_int), ("format", ctypes.c_char_p),
                ("shape", ctypes.POINTER(ctypes.c_ssize_t)), ("strides", ctypes.POINTER(ctypes.c_ssize_t)),
                ("suboffsets", ctypes.POINTER(ctypes.c_ssize_t)), ("internal", ctypes.c_void_p)]


FORMAT, ND, STRIDES, C_CONTIGUOUS, ANY_CONTIGUOUS, INDIRECT = 0x4, 0x8, 0x18, 0x38, 0x98, 0x118
REQUESTS = [flags | form for flags in (0, ND, STRIDES, C_CONTIGUOUS, ANY_CONTIGUOUS, INDIRECT) for form in (0, FORMAT)]


@pytest.mark.parametrize("request_flags", REQUESTS)
@pytest.mark.parametrize("name", ["int[4]", "int[2][3]", "int[0]", "struct point *", "struct point[2]", "char[3]"])
def test_consumers_in_c_get_exactly_the_parts_they_ask_for(ffi: Any, name: str, request_flags: int) -> None:
    a = ffi.new(name)
    shown = memoryview(a[0] if name.endswith("*") else a)
    view = View()
    ctypes.pythonapi.PyObject_GetBuffer(ctypes.py_object(shown.obj), ctypes.byref(view), request_flags)
    try:
        assert (view.len, view.buf) == (shown.nbytes, int(ffi.cast("intptr_t", ffi.addressof(a[0]) if name.endswith("*") else a)))
        assert bool(view.format) == bool(request_flags & FORMAT)
        assert bool(view.shape) == bool(request_flags & ND and view.ndim)  # without dimensions both are NULL, say Python's documents
        assert bool(view.strides) == bool(request_flags & STRIDES == STRIDES and view.ndim)
        assert not view.suboffsets
        if request_flags & ND:
            assert (view.ndim, view.itemsize) == (shown.ndim, shown.itemsize)
            assert tuple(view.shape[:view.ndim] if view.shape else ()) == shown.shape
    finally:
        ctypes.pythonapi.PyBuffer_Release(ctypes.byref(view))
