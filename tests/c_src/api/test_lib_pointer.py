"""lib.f of opened libraries (in-line and out-of-line ABI modules): a function pointer that knows its name."""

from __future__ import annotations

import copy
import gc
import inspect
import os
import pydoc
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from typing import Any, Callable

import pytest

from cffi import FFI

CDEF = """
    typedef struct { int a[100]; } huge_t;
    int add(int first, int second);
    int nothing(void);
    long double twice(long double value);
    int total(int count, ...);
    int keyword(int lambda, int);
    int of_huge(huge_t value);
    extern int number;
"""
C_CODE = """
#include <stdarg.h>
typedef struct { int a[100]; } huge_t;
int number = 5;
int add(int a, int b) { return a + b; }
int nothing(void) { return 7; }
long double twice(long double value) { return 2 * value; }
int total(int n, ...) { va_list v; int sum = 0; va_start(v, n); while (n-- > 0) sum += va_arg(v, int); va_end(v); return sum; }
int keyword(int a, int b) { return a - b; }
int of_huge(huge_t value) { return value.a[99]; }
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("opened")
    (folder / "made.c").write_text(C_CODE)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", folder / "libmade.so", folder / "made.c"], check=True)
    return str(folder / "libmade.so")


def in_line(path: str, folder: Path) -> Any:
    ffi = FFI()
    ffi.cdef(CDEF)
    return ffi, ffi.dlopen(path)


def out_of_line(path: str, folder: Path) -> Any:
    ffi = FFI()
    ffi.cdef(CDEF)
    ffi.set_source("_opened", None)
    ffi.emit_python_code(str(folder / "_opened.py"))
    scope: Any = {}
    exec((folder / "_opened.py").read_text(), scope)
    return scope["ffi"], scope["ffi"].dlopen(path)


@pytest.fixture(params=[in_line, out_of_line], ids=["in-line", "out-of-line"])
def opened(request: pytest.FixtureRequest, path: str, tmp_path: Path) -> Any:
    return request.param(path, tmp_path)


def message(kind: type, function: Callable[..., Any], *arguments: Any, **keywords: Any) -> str:
    with pytest.raises(kind) as caught:
        function(*arguments, **keywords)
    assert caught.type is kind
    return str(caught.value)


def test_it_is_a_function_pointer_as_any_other(opened):
    ffi, lib = opened
    plain = ffi.cast("int(*)(int, int)", lib.add)
    assert type(lib.add) is type(plain) is ffi.CData and ffi.typeof(lib.add) is ffi.typeof("int(*)(int, int)")
    assert lib.add == plain and hash(lib.add) == hash(plain) and repr(lib.add) == repr(plain) and lib.add
    assert lib.add is lib.add and ffi.addressof(lib, "add") == lib.add
    assert lib.add(3, 4) == plain(3, 4) == 7 and lib.nothing() == 7 and lib.total(2, ffi.cast("int", 3), ffi.cast("int", 4)) == 7
    holder = ffi.new("int(**)(int, int)", lib.add)
    assert holder[0] == lib.add and holder[0](1, 1) == 2
    with pytest.raises(TypeError, match="cannot copy or pickle"):
        copy.copy(lib.add)


def test_arguments_and_results_that_need_libffi_or_memory(opened):
    ffi, lib = opened
    value = ffi.new("huge_t *")
    value.a[99] = 12
    assert lib.of_huge(value[0]) == 12 and float(lib.twice(1.5)) == 3.0


def test_name_signature_and_text(opened, path):
    ffi, lib = opened
    names = ("first", "second", "lambda_") if type(ffi) is FFI else ("arg1", "arg2", "arg1")
    assert lib.add.__name__ == "add"
    assert str(inspect.signature(lib.add)) == f"({names[0]}, {names[1]}, /)"
    assert str(inspect.signature(lib.keyword)) == f"({names[2]}, arg2, /)"
    assert str(inspect.signature(lib.nothing)) == "()" and str(inspect.signature(lib.total)).endswith("/, *args)")
    assert lib.add.__doc__.startswith("int add(int, int);\n") and path in lib.add.__doc__
    assert lib.add.__signature__ == inspect.signature(lib.add)
    assert ffi.cast("int(*)(int)", lib.add).__name__ == "<cdata>"


def test_help_shows_functions_with_their_parameters(opened, path):
    _, lib = opened
    text = pydoc.render_doc(lib.add, renderer=pydoc.plaintext)
    assert "int add(int, int);\n" in text and path in text
    text = pydoc.render_doc(lib, renderer=pydoc.plaintext)
    assert "    add = <cdata 'int(*)(int, int)'" in text and "int add(int, int);\n" in text and path in text
    assert {"add", "total", "number"} <= set(dir(lib)) and {"__name__", "__signature__", "__doc__"} <= set(dir(lib.add))


@pytest.mark.parametrize(("name", "arguments", "kind", "parts"), [
    ("add", (1, "x"), TypeError, ["add(): ", "argument 2", "an integer is required for 'int', got str"]),
    ("add", (1, 2**40), OverflowError, ["add(): ", "argument 2", "does not fit 'int'"]),
    ("add", (1,), TypeError, ["add()", "2 arguments"]),
    ("nothing", (1,), TypeError, ["nothing()", "arguments"]),
    ("twice", ("x",), TypeError, ["twice()", "argument 1"]),
    ("of_huge", (5,), TypeError, ["of_huge()", "argument 1"]),
    ("total", (), TypeError, ["total()", "at least 1 arguments, got 0"]),
    ("total", (1, 2.5), TypeError, ["total()", "argument 2", "float"]),
])
def test_errors_name_function_and_argument(opened, name, arguments, kind, parts):
    _, lib = opened
    said = message(kind, getattr(lib, name), *arguments)
    assert all(part in said for part in parts), said


def test_parameters_are_named_in_errors_where_they_are_known(path, tmp_path):
    _, lib = in_line(path, tmp_path)
    said = message(TypeError, lib.add, 1, None)
    if "(argument 2 of 'int(*)(int, int)')" in said:
        pytest.skip("calls by libffi know no names of parameters: a platform without calls by registers")
    assert said == "add(): argument 2 ('second'): an integer is required for 'int', got NoneType"
    assert message(TypeError, lib.add, 1) == "add() takes exactly 2 arguments (1 given)"
    assert message(TypeError, lib.nothing, 1) == "nothing() takes no arguments (1 given)"


def test_keywords_and_exceptions_of_python_code(opened):
    _, lib = opened
    assert message(TypeError, lib.add, 1, second=2) == "add() takes no keyword arguments: C passes arguments by position"
    assert message(TypeError, lib.total, count=2) == "total() takes no keyword arguments: C passes arguments by position"

    class Odd:
        def __index__(self):
            raise ZeroDivisionError("as it is")

    assert message(ZeroDivisionError, lib.add, Odd(), 2) == "as it is"


def test_as_an_attribute_of_a_class_it_is_bound_to_nothing(opened):
    _, lib = opened

    class Holder:
        add = lib.add

    assert Holder().add is lib.add and Holder.add(1, 2) == 3


def test_it_lives_longer_than_its_library_object_and_then_dies(path, tmp_path):
    ffi, lib = in_line(path, tmp_path)
    _, kept = in_line(path, tmp_path)  # the library stays loaded
    function = lib.add
    reference = weakref.ref(function)
    del ffi, lib
    gc.collect()
    assert function(1, 2) == 3 == kept.add(1, 2) and function.__name__ == "add"
    del function
    gc.collect()
    assert reference() is None


def test_threads_that_get_the_same_function(opened):
    _, lib = opened
    sums = []

    def use() -> None:
        sums.append(sum(lib.add(n, 1) for n in range(500)))

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sums == [sum(range(1, 501))] * 4 and lib.add is lib.add and lib.add.__name__ == "add"


def test_in_debug_mode(path):
    code = f"""
from cffi import FFI
ffi = FFI()
ffi.cdef("int add(int first, int second);")
lib = ffi.dlopen({path!r})
assert lib.add(1, 2) == 3 and lib.add.__name__ == "add"
try:
    lib.add(1, "x")
except TypeError as error:
    print(error)
"""
    environment = {**os.environ, "CFFI_DEBUG": "1", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.stdout.startswith("add(): ") and "argument 2" in done.stdout, done.stderr
