"""Every method of FFI objects and every function of the backend: argument forms, keyword names and error types of the reference."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HEAD = r"""
import contextlib, io, json, re, sys, warnings
import _cffi_backend as b
from cffi import FFI
warnings.simplefilter("ignore")
CDEF = '''typedef struct point_s { int x, y; struct point_s *next; } point; union u { int i; float f; };
          enum color { RED, GREEN = 5 }; typedef int (*callback_t)(int); struct opaque; struct flexible { int n; int items[]; };
          #define TEN 10
          int abs(int); extern int some_variable;'''

def inline():
    ffi = FFI()
    ffi.cdef(CDEF)
    return ffi

def out_of_line():
    ffi = inline()
    ffi.set_source("_as_reference", None)
    text, namespace = io.StringIO(), {}
    ffi.emit_python_code(text)
    exec(text.getvalue(), namespace)
    return namespace["ffi"]

def show(value, depth=0):
    if isinstance(value, (tuple, list)) and depth < 3:
        return [show(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return [show(item, depth + 1) for item in sorted(value.items())]
    text = repr(value)
    return re.sub(r"0x[0-9a-fA-F]+", "0x?", text)

def outcome(code, names):
    try:
        return show(eval(code, dict(names)))
    except BaseException as error:
        return "raises " + next(c.__name__ for c in type(error).__mro__ if c.__module__ in ("builtins", "ffi"))
"""

FFI_CODE = HEAD + r"""
for make in (inline, out_of_line):
    ffi = make()
    names = dict(ffi=ffi, p=ffi.new("point *", [1, 2]), a=ffi.new("int[5]", [1, 2, 3, 4, 5]), c=ffi.new("char[]", b"hello"),
                 w=ffi.new("wchar_t[]", "grüß"), data=bytearray(b"abcdefgh"), lib=ffi.dlopen(None), T=ffi.typeof, null=ffi.NULL,
                 nothing=lambda *args: None, h=ffi.new_handle("kept"))
    print(json.dumps([outcome(code, names) for code in json.loads(sys.argv[1])]))
"""

METHODS = Path(__file__).with_name("as_reference_methods.txt")

BACKEND_CODE = HEAD + r"""
I, C, D = (b.new_primitive_type(name) for name in ("int", "char", "double"))
P, V = b.new_pointer_type, b.new_void_type()
A = lambda item, length=None: b.new_array_type(P(item), length)
S = b.new_struct_type("struct s"); b.complete_struct_or_union(S, [("x", I, -1), ("y", I, -1), ("z", A(C, 3), -1)])
O = b.new_struct_type("struct o")
E = b.new_enum_type("enum e", ("RED", "GREEN"), (0, 5), b.new_primitive_type("unsigned int"))
F = b.new_function_type((I,), I)
def S2(*args):
    made = b.new_struct_type("struct s2"); b.complete_struct_or_union(made, *args)
    return [b.sizeof(made), b.alignof(made), [[n, f.type, f.offset, f.bitshift, f.bitsize, f.flags] for n, f in made.fields]]
names = dict(globals(), p=b.newp(P(S), [1, 2]), a=b.newp(A(I, 5), [1, 2, 3, 4, 5]), c=b.newp(A(C), b"hello"), data=bytearray(b"abcdefgh"),
             nothing=lambda *args: None, h=b.newp_handle(P(V), "kept"), lib=b.load_library(None, 0))
print(json.dumps([outcome(code, names) for code in json.loads(sys.argv[1])]))
"""

FUNCTIONS = Path(__file__).with_name("as_reference_functions.txt")

# (expression, what the reference says): why ours is another answer. "" stands for any.
BETTER = {
    ("ffi.error", "raises AttributeError"): "the in-line class has the attribute too",
    ("ffi.integer_const", "raises AttributeError"): "the in-line class has the method too",
    ("", "raises TypeError"): "more forms of arguments are understood: ctypes for typeof(), all names as keywords",
    ('ffi.memmove(a, b"x", 2)', "None"): "reading beyond the end of a bytes object is refused",
    ("gc(a, 5)", "<cdata"): "what cannot be called is refused at once, not in a message when it should be called",
    ("new_allocator(5)", ""): "the type of the allocator has another name",
    ("ffi.list_types()", ""): "what was only asked for by ffi.typeof() is no declaration",
    ('ffi.typeof("")', "raises AttributeError"): "an error of the declaration language",
    ("ffi.addressof(lib, 5)", "raises AttributeError"): "TypeError",
    ('ffi.getctype("int", 5)', "raises AttributeError"): "TypeError",
    ("ffi.dlclose(5)", "raises AttributeError"): "TypeError",
    ("lib.some_variable", "raises KeyError"): "AttributeError, as for functions",
    ("setattr(lib,", "raises RecursionError"): "AttributeError",
    ("SF_", ""): "the layout flags are there by name",
    ("S2([5])", "raises SystemError"): "TypeError",
    ("b.new_function_type((A(I, 3),), I)", ""): "the argument is shown as the pointer that it is in C",
    ('("A",), (b.cast(I, 3),), I).elements', ""): "the value is a Python number",
    ('("A",), (True,), I).elements', ""): "the value is a Python number",
    ("b.CData", "raises AttributeError"): "the types are there by name",
    ('delattr(ffi, "errno")', "raises SystemError"): "AttributeError",
}


def ask(python: str | Path, code: str, expressions: list[str], folder: Path) -> list[list[Any]]:
    isolated = [] if python == sys.executable else ["-I"]
    done = subprocess.run([str(python), *isolated, "-c", code, json.dumps(expressions)], capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]


@pytest.fixture(scope="module")
def both(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return a function that evaluates expressions here and with the reference, and gives what differs without being better."""
    folder = tmp_path_factory.mktemp("as_reference")

    def compare(code: str, file: Path) -> list[tuple[str, Any, Any]]:
        expressions = file.read_text(encoding="utf-8").splitlines()
        ours, theirs = ask(sys.executable, code, expressions, folder), ask(reference, code, expressions, folder)
        assert len(ours) == len(theirs) > 0
        pairs = [(each, *answers) for i in range(len(ours)) for each, *answers in zip(expressions, ours[i], theirs[i])]
        return [(each, mine, other) for each, mine, other in pairs if mine != other and not is_better(each, mine, other)]

    return compare


def is_better(expression: str, mine: Any, other: Any) -> bool:
    """Whether the reference gives something else for a reason in BETTER."""
    return any(part in expression and str(other).startswith(answer) and (part or not str(mine).startswith("raises"))
               for part, answer in BETTER)


def test_methods_of_ffi_take_and_give_what_they_do_in_the_reference_in_line_and_out_of_line(both: Any) -> None:
    assert both(FFI_CODE, METHODS) == []


@pytest.mark.skipif(sys.version_info < (3, 10), reason="cffi 2.0.0, the last reference for Python 3.9, crashes in some of these")
def test_functions_of_the_backend_take_and_give_what_they_do_in_the_reference(both: Any) -> None:
    assert both(BACKEND_CODE, FUNCTIONS) == []
