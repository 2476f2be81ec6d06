"""Headers of the test's own, scanned with the real compiler; the result is compared with what the compiler says and does."""

import re
import subprocess
import sysconfig

import pytest

from cffi_build import cdef, emit
from cffi_build.compile.c_compiler import CCompiler, find_compiler
from cffi_build.compile.pkgconfig import Flags
from cffi_build.compile.scan import Request, scan
from cffi_build.declarations import ConstantDeclaration, FunctionDeclaration, VariableDeclaration
from cffi_build.errors import ConfigError, VerificationError

HEADER = """
#ifndef THING_H
#define THING_H
#include <stddef.h>
#include <stdio.h>
#include <stdarg.h>
#include <time.h>
#include "thing_types.h"

/* The version. */
#define THING_VERSION 12
#define THING_NAME "thing"
#define THING_RATIO 1.5
#define THING_MASK (1u << 31)
#define THING_DEFAULT ((thing_handler)0)
#define THING_LENGTH (sizeof(struct thing))
#define THING_MAX(a, b) ((a) > (b) ? (a) : (b))
#define THING_API __attribute__((visibility("default")))
#define thing_old_open thing_open
#define thing_number_t thing_size

typedef void (*thing_handler)(void *data, int code);
enum { THING_A, THING_B = 5, THING_C = THING_B * 2 };
struct thing {
    thing_size size;   /* in bytes */
    unsigned ready : 1, mode : 3;
    char name[THING_VERSION + 4];
    thing_handler handlers[2];
    union { int i; double d; };
    struct { short x, y; } at;
};
typedef struct { _Atomic int busy; int id; } thing_lock;
#pragma pack(push, 1)
struct thing_packed { char c; int i; };
#pragma pack(pop)
struct thing_aligned { char c; } __attribute__((aligned(8)));

#if THING_VERSION > 10
extern THING_API struct thing *thing_open (const char *__restrict name, time_t when) __attribute__((nonnull(1)));
#else
int thing_ancient(void);
#endif
int thing_log(const char *format, ...) __attribute__((format(printf, 1, 2)));
int thing_vlog(const char *format, va_list arguments);
int thing_print(FILE *file, const struct tm *when);
static inline int thing_twice(int x) { return x * 2; }
void (*thing_on_exit(void (*handler)(int)))(int);
__extension__ int thing_wide(unsigned __int128 *);
int thing_absent(void);
THING_API extern int thing_count;
extern const char *const thing_names[2];
static const int thing_limit = 7;
#endif
"""
TYPES = "typedef unsigned long thing_size;\ntypedef double hidden_real;\nint types_function(void);\n"
CODE = """
#include "thing.h"
#include <string.h>
int thing_count = 3;
const char *const thing_names[2] = { "one", "two" };
struct thing *thing_open(const char *name, time_t when) {
    static struct thing it;
    strcpy(it.name, name); it.size = (thing_size)when; it.mode = 5; return &it;
}
int thing_log(const char *format, ...) { return (int)strlen(format); }
int thing_vlog(const char *format, va_list arguments) { return 0; }
int thing_print(FILE *file, const struct tm *when) { return when->tm_year; }
void (*thing_on_exit(void (*handler)(int)))(int) { return handler; }
int types_function(void) { return 1; }
int thing_wide(unsigned __int128 *wide) { return 1; }
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("thing")
    (folder / "include").mkdir()
    (folder / "include" / "thing.h").write_text(HEADER)
    (folder / "include" / "thing_types.h").write_text(TYPES)
    (folder / "thing.c").write_text(CODE)
    command = ["cc", "-w", "-shared", "-fPIC", "-Iinclude", "thing.c", "-o", "libthing.so"]
    subprocess.run(command, cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def compiler(folder):
    flags = Flags((str(folder / "include"),), library_dirs=(str(folder),), libraries=("thing",))
    return find_compiler(flags)


@pytest.fixture(scope="module")
def found(compiler):
    return scan(Request(("thing.h",), check_symbols=True), compiler)


def names(found, kind):
    return {name for name, one in found.declared.globals.items() if isinstance(one, kind)}


def reasons(found):
    return {one.name: one.reason for one in found.skipped}


def test_all_functions_are_there_that_can_be_called(found):
    assert names(found, FunctionDeclaration) - {"thing_wide"} == {
        "thing_open", "thing_old_open", "thing_log", "thing_print", "thing_twice", "thing_on_exit", "types_function",
    }  # fmt: skip


def test_all_variables_and_constants_are_there(found):
    assert names(found, VariableDeclaration) == {"thing_count", "thing_names"}
    assert names(found, ConstantDeclaration) == {
        "THING_VERSION", "THING_NAME", "THING_RATIO", "THING_MASK", "THING_DEFAULT", "THING_LENGTH", "thing_limit",
    }  # fmt: skip


def test_everything_that_is_left_out_is_listed_with_its_reason(found):
    expected = {
        "THING_H": "it has no value",
        "THING_MAX": "a macro with parameters; declare it as a function if it is one",
        "THING_API": "not an expression",
        "thing_vlog": "takes a va_list, which Python cannot make",
        "thing_absent": "the libraries do not contain it",
        "thing_lock.busy": "'_Atomic' cannot be declared (atomic types are not supported; declare functions that access the value)",
    }
    assert {name: reason for name, reason in reasons(found).items() if name != "thing_wide"} == expected


def test_the_list_tells_the_header_and_the_line(found):
    (absent,) = [one for one in found.skipped if one.name == "thing_absent"]
    line = HEADER.split("\n").index("int thing_absent(void);") + 1
    assert str(absent) == f"thing.h:{line}: function thing_absent: the libraries do not contain it"


def test_the_text_reads_like_a_header(found):
    assert "/* ---- thing.h ---- */" in found.text
    assert "/* The version. */\n#define THING_VERSION ...\n" in found.text
    assert "    thing_size size;  /* in bytes */\n" in found.text
    assert "struct thing *thing_open(const char *restrict name, time_t when);" in found.text
    assert "typedef int... time_t;" in found.text
    assert found.declared.globals["thing_open"].type.names == ("name", "when")


def test_the_text_is_an_ordinary_cdef(found):
    assert cdef.parse(found.text).globals == found.declared.globals


def test_the_compiled_module_does_what_the_headers_say(found, folder, run_python):
    text = emit.c_source("_thing", found.declared, found.prelude)
    (folder / "_thing.c").write_text(text, encoding="utf-8")
    code = f"""
import sys
sys.path.insert(0, {str(folder)!r})
from cffi_build.compile import build_extension
build_extension("_thing", {str(folder / "_thing.c")!r}, directory={str(folder)!r}, keywords=dict(
    include_dirs=[{str(folder / "include")!r}], library_dirs=[{str(folder)!r}], runtime_library_dirs=[{str(folder)!r}],
    libraries=["thing"], py_limited_api=True, extra_compile_args=["-O0"]))
from _thing import ffi, lib
thing = lib.thing_open(b"abc", 77)
assert (ffi.string(thing.name), thing.size, thing.mode) == (b"abc", 77, 5)
assert (lib.THING_VERSION, ffi.string(lib.THING_NAME), lib.THING_RATIO, lib.THING_MASK) == (12, b"thing", 1.5, 1 << 31)
assert lib.THING_DEFAULT == ffi.NULL and lib.THING_LENGTH == ffi.sizeof("struct thing") and (lib.THING_C, lib.thing_limit) == (10, 7)
assert lib.thing_twice(21) == 42 and lib.thing_log(b"four", ffi.cast("int", 1)) == 4 and lib.thing_old_open(b"x", 1) == thing
assert ffi.sizeof("struct thing_packed") == 5 and ffi.alignof("struct thing_aligned") == 8
assert lib.thing_print(ffi.NULL, ffi.new("struct tm *", {{"tm_year": 126}})) == 126
assert [ffi.string(name) for name in lib.thing_names] == [b"one", b"two"] and lib.thing_count == 3
assert ffi.new("thing_lock *", {{"id": 4}}).id == 4
"""
    run_python(code)


def test_abi_mode_has_numbers_and_only_what_a_library_exports(folder, compiler, run_python):
    found = scan(Request(("thing.h",), abi=True, check_symbols=True), compiler)
    assert re.findall(r".*\.\.\..*", found.text) == ["typedef ... thing_lock;", "int thing_log(const char *format, ...);"]
    assert "#define THING_VERSION 12\n" in found.text and "#define THING_MASK 2147483648\n" in found.text
    assert reasons(found)["thing_twice"] == "it is static: no library exports it"
    assert reasons(found)["THING_NAME"] == "a string; only a compiled module can tell it"
    assert "'_Atomic' cannot be declared" in reasons(found)["thing_lock.busy"]
    code = f"""
from cffi import FFI
ffi = FFI()
ffi.cdef({found.text!r})
lib = ffi.dlopen({str(folder / "libthing.so")!r})
thing = lib.thing_open(b"abc", 77)
assert (ffi.string(thing.name), thing.mode, lib.THING_LENGTH) == (b"abc", 5, ffi.sizeof("struct thing"))
"""
    run_python(code)


def test_names_can_be_chosen_and_bring_the_types_that_they_need(compiler):
    found = scan(Request(("thing.h",), declarations=("thing_open", "THING_V*")), compiler)
    assert set(found.declared.globals) == {"thing_open", "THING_VERSION"}
    assert {"time_t", "thing_size", "thing_handler"} <= found.declared.typedefs.keys()
    assert "thing_packed" not in found.text


def test_headers_that_belong_to_the_named_one_can_be_left_out(compiler):
    found = scan(Request(("thing.h",), only=True), compiler)
    assert "types_function" not in found.declared.globals
    assert "typedef int... thing_size;" in found.text


def test_without_libraries_nothing_is_linked(compiler):
    assert "thing_absent" in scan(Request(("thing.h",)), compiler).declared.globals


def test_gcc_and_clang_give_the_same(folder, monkeypatch):
    texts = []
    for name in ("gcc", "clang"):
        monkeypatch.setenv("CC", name)
        compiler = find_compiler(Flags((str(folder / "include"),), library_dirs=(str(folder),), libraries=("thing",)))
        texts.append(scan(Request(("thing.h",), check_symbols=True), compiler).text)
    assert texts[0] == texts[1]


def test_members_that_macros_hide_are_left_out_for_modules_that_are_compiled(tmp_path, compiler):
    text = "struct s { int a;\n/* gone */\nint *hidden;\nint b; };\nint *address(struct s *s);\n#define hidden (*address(0))\n#define a a\n"
    (tmp_path / "hide.h").write_text(text)
    found = scan(Request(("hide.h",), folder=tmp_path), compiler)
    assert re.sub(r"\s+", " ", found.text).count("struct s { int a; int b; ...; };") == 1
    assert [(one.name, one.reason) for one in found.skipped if one.kind == "member"] == [("s.hidden", "a macro has the same name")]
    source = emit.c_source("_hide", found.declared, found.prelude)
    (tmp_path / "_hide.c").write_text(source)
    include = sysconfig.get_paths()["include"]
    subprocess.run(["cc", "-w", "-fsyntax-only", f"-I{include}", "_hide.c"], cwd=tmp_path, check=True)
    assert "hidden" in scan(Request(("hide.h",), folder=tmp_path, abi=True), compiler).text


def test_a_path_is_a_header_too(folder, compiler):
    found = scan(Request(("include/thing.h",), folder=folder), compiler)
    assert found.prelude == f'#include "{folder}/include/thing.h"\n'
    assert "thing_open" in found.declared.globals


# ---- what goes wrong


def test_a_header_that_is_not_there_is_told_with_what_to_install(compiler):
    with pytest.raises(VerificationError, match=r"fatal error: .*sodium/nothing\.h") as raised:
        scan(Request(("sodium/nothing.h",)), compiler)
    assert "include-dirs" in str(raised.value)


def test_a_header_that_does_not_compile_is_told(tmp_path, compiler):
    (tmp_path / "bad.h").write_text("#define X 1\nint f(unknown_t x);\n")
    with pytest.raises(VerificationError, match=r"bad\.h:2: unknown type name"):
        scan(Request(("bad.h",), folder=tmp_path), compiler)


def test_a_header_that_needs_another_one_is_read_behind_it(tmp_path, compiler):
    (tmp_path / "needs.h").write_text("int needs_write(FILE *file);\n")
    with pytest.raises(VerificationError, match="unknown type name 'FILE'.*\n.*name that header before it"):
        scan(Request(("needs.h",), folder=tmp_path, check_symbols=True), compiler)
    found = scan(Request(("stdio.h", "needs.h"), folder=tmp_path, declarations=("needs_*",)), compiler)
    assert set(found.declared.globals) == {"needs_write"}


@pytest.mark.parametrize("name", ["gcc", "clang"])
@pytest.mark.parametrize("header", ["linked.h", "linked/real.h"])
def test_a_system_header_can_be_a_link(tmp_path, monkeypatch, name, header):
    (tmp_path / "real-1.0").mkdir()
    (tmp_path / "real-1.0" / "real.h").write_text("int real_function(void);\n")
    (tmp_path / "linked.h").symlink_to("real-1.0/real.h")
    (tmp_path / "linked").symlink_to("real-1.0")
    monkeypatch.setenv("CC", name)
    found = scan(Request((header,)), find_compiler(Flags(compile_args=("-isystem", str(tmp_path)))))
    assert set(found.declared.globals) == {"real_function"}


def test_cplusplus_is_refused(tmp_path, compiler):
    (tmp_path / "plus.h").write_text("class thing { int f(); };\n")
    with pytest.raises(ConfigError, match=r"plus\.h:1: 'class' is C\+\+; scan a header that declares functions in extern"):
        scan(Request(("plus.h",), folder=tmp_path), compiler)


def test_no_header_is_told(compiler):
    with pytest.raises(ConfigError, match="no header to scan"):
        scan(Request(()), compiler)


def test_a_library_that_is_not_there_is_told():
    compiler = find_compiler(Flags(libraries=("no_such_library",)))
    with pytest.raises(VerificationError, match="no_such_library"):
        scan(Request(("time.h",), check_symbols=True), compiler)


def test_a_compiler_that_is_not_there_is_told():
    with pytest.raises(VerificationError, match="no-such-cc: cannot be run: No such file or directory; install a C compiler"):
        scan(Request(("time.h",)), CCompiler(("no-such-cc",)))


def test_the_compiler_of_microsoft_is_refused(monkeypatch):
    monkeypatch.setenv("CC", "cl.exe")
    with pytest.raises(VerificationError, match="set CC=clang"):
        find_compiler(Flags())
