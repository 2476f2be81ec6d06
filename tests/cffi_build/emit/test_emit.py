"""The public functions that deal with files and requirements."""

import contextlib
import gc
import os
import stat

import pytest

from cffi_build import cdef, emit
from cffi_build.errors import FFIError


def test_a_new_file_is_written(tmp_path):
    assert emit.write_if_changed(tmp_path / "x.c", "text ☃\n")
    assert (tmp_path / "x.c").read_bytes() == "text ☃\n".encode()


def test_a_file_that_stays_the_same_is_not_touched(tmp_path):
    path = tmp_path / "x.c"
    emit.write_if_changed(path, "text")
    os.utime(path, (1, 1))
    assert not emit.write_if_changed(str(path), "text")
    assert path.stat().st_mtime == 1


def test_a_file_that_changes_is_written_with_ordinary_permissions(tmp_path):
    path = tmp_path / "x.c"
    path.write_text("before")
    assert emit.write_if_changed(path, "after")
    ordinary = tmp_path / "ordinary"
    ordinary.touch()
    assert path.read_text() == "after"
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(ordinary.stat().st_mode)


def test_nothing_else_is_left_in_the_folder(tmp_path):
    emit.write_if_changed(tmp_path / "x.c", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["x.c"]


def test_generated_modules_run_on_any_runtime_since_1_17():
    assert emit.required_runtime(cdef.parse("char16_t f(void);")) == "cffi>=1.17"


@pytest.mark.parametrize("is_enabled", [True, False])
@pytest.mark.parametrize("source", [lambda parsed: emit.c_source("m", parsed, ""), lambda parsed: emit.py_source("m", parsed)])
@pytest.mark.parametrize("text", ["int f(int);", "struct s; struct s f(void); int n[...];"])
def test_the_garbage_collector_is_afterwards_as_it_was(is_enabled, source, text):
    was_enabled = gc.isenabled()
    try:
        (gc.enable if is_enabled else gc.disable)()
        with contextlib.suppress(FFIError):
            source(cdef.parse(text))
        assert gc.isenabled() is is_enabled
    finally:
        (gc.enable if was_enabled else gc.disable)()
