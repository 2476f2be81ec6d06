"""A Python file where C takes a FILE *."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest

from cffi import FFI


@pytest.fixture(scope="module")
def libc() -> Any:
    ffi = FFI()
    ffi.cdef("int fputs(const char *, FILE *); int fgetc(FILE *); int fileno(FILE *); struct other; int fclose(struct other *);")
    return ffi, ffi.dlopen(None)


def test_c_and_python_write_in_turn(libc: Any, tmp_path: Path) -> None:
    _, lib = libc
    with (tmp_path / "f").open("wb") as file:
        for number in range(3):
            file.write(b"python %d\n" % number)
            assert lib.fputs(b"c %d\n" % number, file) >= 0
    assert (tmp_path / "f").read_bytes() == b"".join(b"python %d\nc %d\n" % (n, n) for n in range(3))


def test_text_files_and_new_files_will_do(libc: Any, tmp_path: Path) -> None:
    _, lib = libc
    for mode in ("w", "a", "r+", "ab", "xb"):
        path = tmp_path / mode
        if "x" not in mode:
            path.touch()
        with path.open(mode) as file:
            assert lib.fputs(b"text", file) >= 0
        assert path.read_bytes() == b"text"


def test_c_reads_what_python_has_opened(libc: Any, tmp_path: Path) -> None:
    _, lib = libc
    (tmp_path / "f").write_bytes(b"AB")
    with (tmp_path / "f").open("rb") as file:
        assert [lib.fgetc(file) for _ in range(3)] == [65, 66, -1]


def test_the_c_file_has_a_descriptor_of_its_own_closed_with_the_python_file(libc: Any, tmp_path: Path) -> None:
    _, lib = libc
    file = (tmp_path / "f").open("wb")
    descriptor = lib.fileno(file)
    assert lib.fileno(file) == descriptor != file.fileno()
    os.fstat(descriptor)
    file.close()
    del file
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)


def test_what_is_no_open_file_is_refused(libc: Any, tmp_path: Path) -> None:
    ffi, lib = libc
    closed = (tmp_path / "f").open("wb")
    closed.close()
    with pytest.raises(ValueError, match="closed"):
        lib.fputs(b"x", closed)
    with pytest.raises(io.UnsupportedOperation):
        lib.fputs(b"x", io.BytesIO())
    with pytest.raises(TypeError, match=r"'FILE \*' must be a cdata pointer, not str|FILE"):
        lib.fputs(b"x", "name")
    with (tmp_path / "g").open("wb") as file:
        assert lib.fputs(b"x", ffi.cast("FILE *", file)) >= 0


def test_only_a_file_pointer_takes_a_file(libc: Any, tmp_path: Path) -> None:
    _, lib = libc
    with (tmp_path / "f").open("wb") as file, pytest.raises(TypeError, match=r"'struct other \*' must be a cdata pointer"):
        lib.fclose(file)
