"""c_src/api/typearg.c: arguments that say a C type, and what is said about those that do not."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from typing import Any, List

import pytest

import _cffi_backend as backend

ffi = backend.FFI()


def test_text_and_ctype_mean_the_same() -> None:
    ct = ffi.typeof("int[5]")
    assert ffi.sizeof("int[5]") == ffi.sizeof(ct) == 20
    assert ffi.typeof(ct) is ct
    assert ffi.typeof(ffi.new(ct)) is ct
    assert ffi.getctype(ct) == "int[5]"
    assert ffi.offsetof(ct, 2) == 8


def test_a_function_of_a_lib_says_its_type(handmade: Any) -> None:
    assert handmade.ffi.typeof(handmade.lib.make).cname == "struct point(*)(int, int)"
    assert handmade.ffi.sizeof(handmade.lib.make) == ffi.sizeof("void *")


@pytest.mark.parametrize("wrong", [5, None, b"int", ["int"], len, object()])
def test_other_objects_are_type_errors(wrong: Any) -> None:
    name = type(wrong).__name__
    for method, expected in [(ffi.typeof, " or cdata object"), (ffi.sizeof, " or cdata object"), (ffi.new, ""), (ffi.getctype, "")]:
        with pytest.raises(TypeError) as error:
            method(wrong)
        assert str(error.value) == f"expected a string or ctype object{expected}, got '{name}'"
    with pytest.raises(TypeError, match="expected a string or ctype object, got '_cffi_backend.__CDataOwn'"):
        ffi.new(ffi.new("int *"))


@pytest.mark.parametrize(("text", "lines"), [
    ("struct struct", ["struct or union name expected", "struct struct", "       ^"]),
    ("", ["identifier expected", "", "^"]),
    ("\t\n\x01\x1f~\x7f\x80\xff", ["identifier expected", "  ??~?????", "  ^"]),
    ("int\0", ["null character in the text", "int?", "   ^"]),
    ("é x", ["identifier expected", "?? x", "^"]),
    ("X" * 500, ["undefined type name", "X" * 500, "^"]),
    ("X" * 501, ["undefined type name"]),
])
def test_an_error_in_the_text_is_shown_with_a_caret(text: str, lines: List[str]) -> None:
    with pytest.raises(ffi.error) as error:
        ffi.typeof(text)
    assert str(error.value).split("\n") == lines


def test_a_function_type_is_good_for_callbacks_only() -> None:
    assert ffi.typeof(ffi.callback("int(int)", abs)).cname == "int(*)(int)"
    for method in (ffi.typeof, ffi.sizeof, ffi.new):
        with pytest.raises(ffi.error, match="the type 'int\\(int\\)' is a function type, not a pointer-to-function type"):
            method("int(int)")
    assert ffi.callback("int(int)", abs)(-3) == 3


def test_text_of_a_subclass_of_str() -> None:
    class Text(str):
        def __hash__(self) -> int:
            raise AssertionError

    assert ffi.typeof(Text("int *")) is ffi.typeof("int *")


def test_a_type_that_nobody_uses_is_given_up() -> None:
    own = backend.FFI()
    for number in range(3000, 3200):
        own.typeof(f"short[{number}]")
    reference = weakref.ref(own.typeof("short[3000]"))
    for number in range(5000):
        own.typeof(f"int[{number}]")
    gc.collect()
    assert reference() is None
    reference = weakref.ref(own.typeof("long[77777]"))
    del own
    gc.collect()
    assert reference() is None


def test_memory_stays_flat_with_ever_new_texts() -> None:
    own = backend.FFI()
    for number in range(20000):
        own.sizeof(f"char[{number}]")
    before = sys.getallocatedblocks()
    for number in range(20000, 60000):
        own.sizeof(f"char[{number}]")
    assert sys.getallocatedblocks() - before < 5000


def test_the_same_text_in_many_threads() -> None:
    own, found, barrier = backend.FFI(), [], threading.Barrier(4)

    def look() -> None:
        barrier.wait()
        found.append([own.typeof(f"int(*)(char[{number % 50}], long *)") for number in range(2000)])

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(ct) for types in found for ct in types[:50]}) == 1
