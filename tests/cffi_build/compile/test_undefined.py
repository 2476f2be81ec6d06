"""A module that lacks a library is refused when it is built, not when it is imported; what the process has anyway is not missed."""

import shutil
import subprocess
import sys

import pytest

from cffi_build.compile import system_libraries, undefined
from cffi_build.compile.plan import Command, Step

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ELF systems only")

MISSING = "int nowhere_to_be_found(int); int f(int x) { return nowhere_to_be_found(x); }"


@pytest.fixture
def link(tmp_path):
    """Make a shared library; return the step that did it."""

    def run(code, *options, name="m.so", language="c"):
        compiler = "c++" if language == "c++" else "cc"
        if shutil.which(compiler) is None:
            pytest.skip(f"no {compiler} here")
        (tmp_path / "m.c").write_text(code, encoding="utf-8")
        command = (compiler, "-x", language, "-w", "-shared", "-fPIC", "m.c", "-x", "none", "-o", name, *options)
        subprocess.run(command, cwd=tmp_path, check=True)
        return Step("link", "m", (), str(tmp_path / name), (Command(command),))

    return run


def test_a_symbol_that_no_library_has_is_missed(link):
    assert undefined.complaint(link(MISSING), {}) == "undefined symbol: nowhere_to_be_found\n"


def test_with_the_linkers_own_option_it_is_intended(link):
    assert undefined.complaint(link(MISSING, "-Wl,-z,undefs"), {}) == ""


@pytest.mark.parametrize(
    "code, options",
    [
        ("double cos(double); int puts(const char *); double f(double x) { puts(\"\"); return cos(x); }", ()),
        ("unsigned long compressBound(unsigned long); unsigned long f(void) { return compressBound(1); }", ("-lz",)),
        ("extern int other(void) __attribute__((weak)); int f(void) { return other ? other() : 0; }", ()),
        ("void *PyLong_FromLong(long); void *f(void) { return PyLong_FromLong(1); }", ()),
        ("extern void __asan_init(void); void f(void) { __asan_init(); }", ()),
    ],
    ids=["the C library", "a library", "weak", "Python", "a sanitizer"],
)
def test_what_the_process_or_a_library_has_is_not_missed(link, code, options):
    assert undefined.complaint(link(code, *options), {}) == ""


def test_c_plus_plus_is_not_missed(link):
    code = "#include <string>\n#include <stdexcept>\nint f(std::string s) { if (s.empty()) throw std::runtime_error(s); return 1; }"
    assert undefined.complaint(link(code, language="c++"), {}) == ""


def test_libraries_of_libraries_count_and_one_that_is_not_here_leaves_all_open(link, tmp_path):
    link("int deep(void) { return 1; }", name="libdeep.so")
    link("int other(void) { return 1; }", "-L.", "-Wl,--no-as-needed", "-ldeep", "-Wl,-rpath,$ORIGIN", name="libmiddle.so")
    step = link("int deep(void); int f(void) { return deep(); }", "-L.", "-Wl,--no-as-needed", "-lmiddle", "-Wl,-rpath,$ORIGIN")
    assert undefined.complaint(step, {}) == ""
    (tmp_path / "libdeep.so").unlink()
    system_libraries.read.cache_clear()
    assert undefined.complaint(step, {}) == ""


def test_the_libraries_that_have_a_symbol_are_found_with_their_package():
    if not shutil.which("pkg-config") or subprocess.run(["pkg-config", "--exists", "zlib"]).returncode:
        pytest.skip("no zlib for pkg-config here")
    assert system_libraries.providers("compressBound") == ["z"]
    assert system_libraries.package_of("z") == "zlib"


PROJECT = """
[[tool.cffi.modules]]
name = "_forgotten"
cdef-files = ["zlib.cdef.h"]
source = "#include <zlib.h>"
"""


def test_a_build_tells_the_declaration_and_the_library_and_succeeds_with_that(call_hook, write_project, tmp_path):
    files = {"zlib.cdef.h": "const char *zlibVersion(void);\n\nunsigned long\ncompressBound(unsigned long);\n"}
    project = write_project(PROJECT, files)
    for _ in range(2):  # nothing of the first build makes the second one succeed
        message = call_hook("build_wheel", project, tmp_path / "out", code=1)
        assert "zlib.cdef.h:4: error: undefined symbol: compressBound" in message
        assert "'compressBound' is in libz: add libraries = [\"z\"]" in message
        assert not list((tmp_path / "out").glob("*"))
    assert call_hook("build_wheel", project, tmp_path / "out", {"libraries": "z"}).startswith("sample-1.0-")
