import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cffi_build.errors import VerificationError
from cffi_runtime import FFI
from cffi_runtime.inline.verify import Verifier, cleanup_tmpdir

SQUARE = "static int square(int x) { return x * x; }"


def square_ffi():
    ffi = FFI()
    ffi.cdef("int square(int x);")
    return ffi


@pytest.fixture
def folder(tmp_path):
    return str(tmp_path / "made")


def modules(folder):
    return sorted(path.name for path in Path(folder).iterdir() if path.suffix in (".so", ".pyd"))


def test_the_code_is_compiled_once_and_found_by_its_contents(folder, run_python):
    assert square_ffi().verify(SQUARE, tmpdir=folder).square(-7) == 49
    (made,) = modules(folder)
    before = (Path(folder) / made).stat().st_mtime_ns
    code = f"from cffi import FFI; ffi = FFI(); ffi.cdef('int square(int x);'); print(ffi.verify({SQUARE!r}, tmpdir={folder!r}).square(3))"
    assert run_python(code, PATH="/nowhere").strip() == "9"
    assert (Path(folder) / made).stat().st_mtime_ns == before


def test_other_code_other_options_and_another_cdef_are_other_modules(folder):
    square_ffi().verify(SQUARE, tmpdir=folder)
    square_ffi().verify(SQUARE + "\n", tmpdir=folder)
    square_ffi().verify(SQUARE, tmpdir=folder, define_macros=[("X", "1")])
    more = square_ffi()
    more.cdef("#define MORE 1")
    packed = FFI()
    packed.cdef("int square(int x);", packed=True)
    names = {Verifier(ffi, SQUARE, folder).get_module_name() for ffi in (more, packed, square_ffi())}
    assert len(names) == 3
    assert len(modules(folder)) == 3


def test_a_changed_extra_source_is_another_module(folder, tmp_path):
    extra = tmp_path / "extra.c"
    ffi = FFI()
    ffi.cdef("int extra(void);")
    extra.write_text("int extra(void) { return 1; }")
    assert ffi.verify("int extra(void);", tmpdir=folder, sources=[str(extra)]).extra() == 1
    extra.write_text("int extra(void) { return 2; }")
    assert ffi.verify("int extra(void);", tmpdir=folder, sources=[str(extra)]).extra() == 2


def test_afterwards_the_types_are_those_of_the_compiler(folder):
    ffi = FFI()
    ffi.cdef("""
        struct point { int y; ...; }; typedef int... word; enum e { A, ... }; typedef int list_t[...];
        int y_of(struct point *); extern word some; typedef struct { int n; ...; } nameless;
    """)
    lib = ffi.verify("""
        struct point { double x; int y; }; typedef short word; enum e { B = 3, A }; typedef int list_t[7]; word some = -2;
        typedef struct { char c[16]; int n; } nameless;
        static int y_of(struct point *p) { return p->y; }
    """, tmpdir=folder)
    assert lib.y_of(ffi.new("struct point *", {"y": 5})) == 5
    assert (ffi.offsetof("struct point", "y"), ffi.sizeof("word"), ffi.sizeof("list_t"), ffi.sizeof("nameless")) == (8, 2, 28, 20)
    assert (lib.some, lib.A, ffi.string(ffi.cast("enum e", 4))) == (-2, 4, "A")
    ffi.cdef("struct pair { struct point a, b; };")
    assert ffi.sizeof("struct pair") == 32
    assert ffi.typeof(lib.y_of) is ffi.typeof("int(*)(struct point *)")


def test_libraries_opened_afterwards_use_the_compiled_types(folder, make_library):
    path = make_library("struct p { char c[8]; int n; }; int get(struct p *x) { return x->n; }")
    ffi = FFI()
    ffi.cdef("struct p { int n; ...; }; int get(struct p *);")
    lib = ffi.dlopen(path)
    ffi.verify("struct p { char c[8]; int n; }; int get(struct p *x);", tmpdir=folder, extra_objects=[str(path)])
    assert lib.get(ffi.new("struct p *", {"n": 8})) == 8


@pytest.mark.parametrize(("cdef", "code", "words"), [
    ("struct s { int a; int b; };", "struct s { int b; int a; };", "struct s: wrong offset for field"),
    ("struct s { int a; };", "struct s { int a; int b; };", "struct s: wrong total size"),
    ("struct s { struct { int a; char b; }; };", "struct s { struct { int a; short b; }; };", "wrong size for field 'b'"),
    ("enum e { A, B };", "enum e { A, NEW, B };", "enum e: B has the real value 2, not 1"),
    ("#define N 5", "#define N 6", "'N' is equal to 6"),
    ("int f(int);", "", "error"),
    ("int f(int);", "int f(", "error"),
])  # fmt: skip
def test_what_differs_in_c_is_a_verification_error(folder, cdef, code, words):
    ffi = FFI()
    ffi.cdef(cdef)
    with pytest.raises(VerificationError, match=words):
        ffi.verify(code, tmpdir=folder)


def test_a_failed_compilation_leaves_no_module_and_no_scratch(folder):
    ffi = square_ffi()
    with pytest.raises(VerificationError):
        ffi.verify("int square(", tmpdir=folder)
    assert [path.suffix for path in Path(folder).iterdir()] == [".c"]


def test_tag_modulename_and_extension_have_their_place(folder):
    ffi = square_ffi()
    ffi.verify(SQUARE, tmpdir=folder, tag="mytag")
    assert ffi.verifier.get_module_name().startswith("_cffi_mytag_x")
    named = square_ffi()
    assert named.verify(SQUARE, tmpdir=folder, modulename="_named_by_test", ext_package="pkg").square(4) == 16
    extension = named.verifier.get_extension()
    assert extension.name == "pkg._named_by_test"
    assert [Path(source).name for source in extension.sources] == ["_named_by_test.c"]


def test_a_module_with_a_given_name_is_made_again_when_its_contents_change(folder, run_python):
    code = "import sys; from cffi import FFI; ffi = FFI(); ffi.cdef('int n(void);')\n"
    code += "print(ffi.verify('static int n(void) { return %s; }' % sys.argv[1], tmpdir=sys.argv[2], modulename='_fixed_name').n())"
    assert [run_python(code, number, folder).strip() for number in (1, 2, 2)] == ["1", "2", "2"]


def test_relative_paths_start_where_relative_to_says(tmp_path, folder):
    (tmp_path / "include").mkdir()
    (tmp_path / "include" / "square_of_test.h").write_text(SQUARE)
    ffi = square_ffi()
    lib = ffi.verify('#include "square_of_test.h"', folder, include_dirs=["include"], relative_to=str(tmp_path / "setup.py"))
    assert lib.square(5) == 25


def test_an_installed_module_is_found_in_its_package(tmp_path, folder, monkeypatch):
    made = square_ffi()
    made.verify(SQUARE, tmpdir=folder)
    package = tmp_path / "package_of_test"
    package.mkdir()
    (package / "__init__.py").touch()
    os.rename(made.verifier.modulefilename, package / Path(made.verifier.modulefilename).name)
    monkeypatch.syspath_prepend(tmp_path)
    assert Verifier(square_ffi(), SQUARE, folder, ext_package="package_of_test").modulefilename.startswith(str(package))
    assert Verifier(square_ffi(), SQUARE, folder, ext_package="no_such_package").modulefilename.startswith(folder)


def test_included_ffis_share_their_types(folder):
    base, ffi, plain = FFI(), FFI(), FFI()
    base.cdef("typedef struct { int x; ...; } foo_t;")
    base.verify("typedef struct { int y, x; } foo_t;", tmpdir=folder)
    plain.cdef("typedef short plain_t;")
    ffi.include(base)
    ffi.include(plain)
    ffi.cdef("int product(foo_t *, plain_t);")
    code = "typedef struct { int y, x; } foo_t; typedef short plain_t; int product(foo_t *p, plain_t n) { return n * p->x; }"
    lib = ffi.verify(code, tmpdir=folder)
    assert lib.product(ffi.new("foo_t *", {"x": 10}), 4) == 40
    assert lib.product(base.new("foo_t *", {"x": -10}), 4) == -40


def test_structs_of_an_included_ffi_without_a_module_are_those_of_this_one(folder, make_library):
    path = make_library("struct p { int n; }; int get(struct p *x) { return x->n; }")
    plain, ffi = FFI(), FFI()
    plain.cdef("struct p { int n; };")
    ffi.include(plain)
    ffi.cdef("int get(struct p *);")
    lib = ffi.verify("struct p { int n; }; int get(struct p *x);", tmpdir=folder, extra_objects=[str(path)])
    p = ffi.new("struct p *", [6])
    assert lib.get(p) == ffi.dlopen(path).get(p) == 6


def test_the_source_goes_to_a_file_object(folder):
    text = io.StringIO()
    Verifier(square_ffi(), SQUARE, folder).write_source(text)
    assert SQUARE in text.getvalue()
    assert not Path(folder).exists()


def test_several_processes_may_make_the_same_module_at_once(folder):
    code = f"""
        import sys; sys.path[:0] = {sys.path!r}
        from cffi_runtime import FFI
        ffi = FFI(); ffi.cdef("int square(int x);")
        print(ffi.verify({SQUARE!r}, tmpdir={folder!r}).square(6))
    """
    command = [sys.executable, "-c", "\n".join(line.strip() for line in code.splitlines())]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert [process.communicate()[0].strip() for process in processes] == ["36"] * 4
    assert len(modules(folder)) == 1


def test_the_default_folder_is_beside_the_caller(tmp_path, run_python):
    script = tmp_path / "script.py"
    script.write_text(f"from cffi import FFI\nffi = FFI()\nffi.cdef('int square(int);')\nprint(ffi.verify({SQUARE!r}).square(2))\n")
    assert run_python("import runpy, sys; runpy.run_path(sys.argv[1])", script).strip() == "4"
    assert len(modules(tmp_path / "__pycache__")) == 1
    cleanup_tmpdir(str(tmp_path / "__pycache__"))
    assert modules(tmp_path / "__pycache__") == []
