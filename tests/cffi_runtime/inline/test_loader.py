import ctypes.util
import math
import os
import pathlib

import pytest

from cffi_runtime import FFI
from cffi_runtime.inline.diagnosis import explain


@pytest.fixture
def ffi():
    ffi = FFI()
    ffi.cdef("double cos(double); size_t strlen(const char *); int added(int);")
    return ffi


@pytest.fixture(scope="module")
def library(make_library):
    return make_library("int added(int x) { return x + 1; }")


@pytest.mark.parametrize("how", [str, pathlib.Path, lambda path: type("P", (), {"__fspath__": lambda self: str(path)})()])
def test_a_path_in_any_form_is_opened(ffi, library, how):
    assert ffi.dlopen(how(library)).added(1) == 2


def test_none_is_the_c_library_and_all_else_that_is_loaded(ffi):
    assert ffi.dlopen(None).strlen(b"hello") == 5


def test_a_short_name_is_looked_up_as_the_system_does(ffi):
    assert ffi.dlopen("m").cos(1.0) == math.cos(1.0)
    assert ffi.dlopen(ctypes.util.find_library("m"), ffi.RTLD_NOW | ffi.RTLD_GLOBAL).cos(0.0) == 1.0


def test_an_open_handle_is_taken_over(ffi, library):
    other = FFI()
    other.cdef("void *dlopen(const char *, int);")
    handle = other.dlopen(None).dlopen(os.fsencode(library), other.RTLD_NOW)
    assert ffi.dlopen(handle).added(41) == 42


def test_a_missing_file_is_named_with_the_reason_and_the_folder(ffi):
    with pytest.raises(OSError, match=r"cannot load library '\./gone\.so'") as found:
        ffi.dlopen("./gone.so")
    text = str(found.value)
    assert "No such file or directory" in text
    assert f"start from '{os.getcwd()}'" in text
    assert "find_library" not in text


def test_a_missing_short_name_lists_everything_that_was_tried(ffi):
    with pytest.raises(OSError, match="cannot load library 'not_to_be_found'") as found:
        ffi.dlopen("not_to_be_found")
    lines = str(found.value).splitlines()
    assert lines[1].startswith("  not_to_be_found: ")
    assert lines[2] == "  ctypes.util.find_library('not_to_be_found'): no such library"
    assert "standard folders" in lines[3]
    assert "install the library" in lines[4]


def test_the_folders_that_the_environment_adds_are_named(ffi, monkeypatch):
    monkeypatch.setenv("LD_LIBRARY_PATH", "/first:/second")
    with pytest.raises(OSError, match=r"searches LD_LIBRARY_PATH \(/first:/second\), its cache"):
        ffi.dlopen("not_to_be_found")


@pytest.mark.parametrize("name", ["libm", "libm.so"])
def test_a_name_with_the_prefix_of_the_file_suggests_the_true_one(ffi, name):
    with pytest.raises(OSError, match=r"did you mean 'libm\.so\.\d'\?"):
        ffi.dlopen(name)


def test_a_file_in_the_current_folder_is_not_searched_and_that_is_said(ffi, library, monkeypatch):
    monkeypatch.chdir(library.parent)
    with pytest.raises(OSError, match=rf"is not searched: write '\./{library.name}'"):
        ffi.dlopen(library.name)
    assert ffi.dlopen(f"./{library.name}").added(1) == 2


def test_a_script_for_the_linker_is_told_from_a_library(ffi, tmp_path):
    path = tmp_path / "libscript.so"
    path.write_text("/* GNU ld script */\nGROUP ( /lib/libscript.so.1 )\n")
    with pytest.raises(OSError, match="is a text that tells the linker where the library is"):
        ffi.dlopen(path)


def test_a_symbol_that_another_library_has_is_named_with_the_remedy(ffi, make_library):
    lacking = make_library("int elsewhere(void); int here(void) { return elsewhere(); }", name="liblacking_of_test.so")
    with pytest.raises(OSError, match="not linked with the library that has 'elsewhere'"):
        ffi.dlopen(lacking)
    having = make_library("int elsewhere(void) { return 5; }", name="libhaving_of_test.so")
    other = FFI()
    other.cdef("int here(void);")
    kept = other.dlopen(having, other.RTLD_GLOBAL)
    assert other.dlopen(lacking).here() == 5
    assert kept is not None


def test_a_file_that_is_no_library_gives_the_reason_of_the_system(ffi, tmp_path):
    path = tmp_path / "text.so"
    path.write_text("not a library")
    with pytest.raises(OSError, match=r"text\.so: .*(file too short|invalid ELF header)"):
        ffi.dlopen(path)


def test_a_missing_dependency_is_named(ffi, make_library):
    needed = make_library("int inner(void) { return 1; }", name="libinner_of_test.so")
    outer = make_library("int inner(void); int outer(void) { return inner(); }", f"-L{needed.parent}", "-linner_of_test")
    needed.unlink()
    with pytest.raises(OSError, match=r"is there, but needs 'libinner_of_test\.so'"):
        ffi.dlopen(outer)


@pytest.mark.parametrize(
    "said",
    [
        "libz.so.9: cannot open shared object file: No such file or directory",
        "Error loading shared library libz.so.9: No such file or directory (needed by /opt/liby.so)",
        "dlopen(/opt/liby.so, 0x0002): Library not loaded: libz.so.9\n  Referenced from: /opt/liby.so",
    ],
)
def test_the_words_of_every_system_for_a_missing_dependency_are_known(said):
    assert "'/opt/liby.so' is there, but needs 'libz.so.9'" in explain("/opt/liby.so", [("/opt/liby.so", said)])


@pytest.mark.parametrize("name", [5, b"libm.so.6", ["libm.so.6"]])
def test_what_is_no_name_is_refused(ffi, name):
    with pytest.raises(TypeError, match=r"dlopen\(name\): name must be a file name, None, or an already-opened"):
        ffi.dlopen(name)
