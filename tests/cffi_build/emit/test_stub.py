"""Stubs: right use of a module passes mypy, wrong use is reported in its line, and what the stub tells is what the built module has."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import _cffi_backend
from cffi_build import cdef
from cffi_build.emit import stub_source

HERE = Path(__file__).parent / "stubs"
ROOT = Path(__file__).parents[3]
TEXT = (HERE / "stubbed.cdef.h").read_text()


@pytest.fixture(scope="module")
def folder(tmp_path_factory, shared_workshop):
    """A folder with the built module, its stub, and the programs."""
    shared_workshop.build("stubbed", TEXT, (HERE / "stubbed.h").read_text(), flags=("-Wno-unused",))
    (shared_workshop.folder / "stubbed.pyi").write_text(stub_source("stubbed", cdef.parse(TEXT)))
    for program in HERE.glob("*.py"):
        (shared_workshop.folder / program.name).write_text(program.read_text())
    package = shared_workshop.folder / "cffi_runtime"  # all of it that checkers need: the rest takes them seconds
    package.mkdir()
    (package / "__init__.pyi").write_text("")
    (package / "typed.pyi").write_text((ROOT / "cffi_runtime" / "typed.pyi").read_text())
    return shared_workshop.folder


def run(folder, *arguments):
    path = os.pathsep.join([str(folder), str(Path(_cffi_backend.__file__).parent)])
    environment = {**os.environ, "MYPYPATH": str(folder), "PYTHONPATH": path}
    return subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True, env=environment)


def mypy(folder, *files):
    return run(folder, "-m", "mypy", "--strict", "--no-error-summary", *files)


def test_right_use_is_right_at_run_time_too(folder):
    done = run(folder, "good.py")
    assert done.returncode == 0, done.stderr


def test_mypy_accepts_the_stub_and_right_use(folder):
    done = mypy(folder, "good.py", "stubbed.pyi")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_mypy_reports_wrong_use_in_its_line_and_nothing_else(folder):
    reported = {int(line) for line in re.findall(r"^wrong\.py:(\d+): error", mypy(folder, "wrong.py").stdout, re.MULTILINE)}
    marked = {number for number, line in enumerate((HERE / "wrong.py").read_text().splitlines(), 1) if "#" in line}
    assert reported == marked


def test_stubtest_agrees_with_the_built_module(folder):
    done = run(folder, "-m", "mypy.stubtest", "stubbed")
    assert done.returncode == 0, done.stdout + done.stderr


def members(class_node):
    """Return the names in a class of the stub."""
    names = set()
    for node in class_node.body:
        names |= {node.name} if isinstance(node, ast.FunctionDef) else {node.target.id} if isinstance(node, ast.AnnAssign) else set()
    return names


@pytest.fixture(scope="module")
def classes():
    """The classes of the stub by name."""
    return {node.name: node for node in ast.parse(stub_source("stubbed", cdef.parse(TEXT))).body if isinstance(node, ast.ClassDef)}


def test_the_stub_lists_what_lib_has(folder, classes):
    listed = run(folder, "-c", "import stubbed; print(*dir(stubbed.lib))").stdout.split()
    assert members(classes["_Lib"]) == {name for name in listed if not name.startswith("__")}


@pytest.mark.parametrize(("name", "ctype"), [("_members_struct_point", "struct point"), ("_members_type_triple", "triple")])
def test_the_stub_lists_the_members_that_a_struct_has(name, ctype, folder, classes):
    listed = run(folder, "-c", f"import stubbed; print(*dir(stubbed.ffi.new('{ctype} *')))").stdout.split()
    assert members(classes[name]) == {name for name in listed if not name.startswith("__")}


def test_constants_are_literals_where_the_declarations_know_them(classes):
    lines = ast.unparse(classes["_Lib"]).splitlines()
    assert {"    RED: _Final = 0", "    GREEN: _Final = 5", "    LIMIT: _Final = 42"} <= set(lines)
    assert {"    BLUE: _Final[int]", "    ASKED: _Final[int]", "    PI: _Final[float]"} <= set(lines)


def test_comments_of_the_declarations_are_documentation(classes):
    functions = {node.name: node for node in classes["_Lib"].body if isinstance(node, ast.FunctionDef)}
    assert ast.get_docstring(functions["add"]) == "Add two numbers."
    assert ast.get_docstring(classes["_members_struct_point"]) == "A point in the plane."


STRANGE = [
    "void f(int from, int self, int __x);", "struct s { int bytes, str, class; };", "int f(int a, int *a2, struct { int x; } *);",
    "struct opaque; struct opaque *f(struct opaque **, FILE *);", "/* a \"quoted\" \\ text\"\"\" */ int f(void);",
    "typedef int... t; typedef float... u; typedef ... *h; t f(u, h, h *); int a[...]; struct p { t x; ...; };",
    "int (*(*g(void))(int (*)[3]))(char); int printf(char *, ...); typedef int fn(int); fn *table[2]; extern \"Python\" fn cb;",
    "__int128 a(_Float16, long double _Complex, bool, wchar_t, char16_t *); enum e { A = -1 }; enum e b(enum e *);",
    "", "#define A ...", "extern \"Python\" { void a(void); void *b(void *, char); }",
    "typedef struct { int x; } t; typedef struct { t *p; } Lib; typedef struct { Lib *l; } b; struct a { b x; };",
    "struct a { int x; }; struct a_p { struct a *p; };",
    "union u { int i; }; union u f(union u *); struct n { struct { int a; } in; struct n *next; union u us[2]; };",
]


def test_every_declaration_has_a_stub_that_mypy_accepts(folder):
    names = [f"strange{number}" for number in range(len(STRANGE))]
    for name, text in zip(names, STRANGE):
        (folder / f"{name}.pyi").write_text(stub_source(name, cdef.parse(text)))
    done = mypy(folder, *(f"{name}.pyi" for name in names))
    assert (done.returncode, done.stdout) == (0, "")


def test_enums_with_a_class_are_read_as_its_members(folder):
    declarations = cdef.parse("enum color { RED, BLUE = ... }; typedef enum { R } mode_t; enum color next(enum color); mode_t mode(void);")
    classes = {enum: enum.name == "$mode_t" for enum in declarations.enums}
    (folder / "_enums.pyi").write_text(stub_source("_enums", declarations, enum_classes=classes))
    (folder / "use_enums.py").write_text("""
from _enums import ffi, lib

Color = ffi.enum_class("enum color")
name: str = lib.next(Color.RED).name + lib.next(1).name
member = Color.BLUE
member = lib.next(lib.RED)
member = lib.mode()
ffi.enum_class("mode_t", flag=True).R.missing
""")
    done = mypy(folder, "use_enums.py", "_enums.pyi").stdout
    assert re.findall(r"py\w*:(\d+): error", done) == ["8", "9"], done


def test_the_lib_of_an_abi_module_is_what_dlopen_returns(folder):
    (folder / "_abi.pyi").write_text(stub_source("_abi", cdef.parse("int f(int);"), abi=True))
    (folder / "use.py").write_text("from _abi import ffi\n\nx: int = ffi.dlopen(None).f(1)\nffi.dlopen(None).g()\n")
    assert re.findall(r"use.py:(\d+): error", mypy(folder, "use.py").stdout) == ["4"]
