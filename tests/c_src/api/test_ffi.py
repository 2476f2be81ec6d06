"""c_src/api/ffi.c and ffi_methods.c: the FFI object, its attributes, and the forms in which its methods take arguments."""

from __future__ import annotations

import errno
import gc
import threading
import time
import weakref
from typing import Any, Callable, List

import pytest

import _cffi_backend as backend

ffi = backend.FFI()


# ---- the object ----

def test_without_arguments_it_knows_the_standard_types() -> None:
    assert ffi.list_types() == ([], [], [])
    for text in ("uint8_t", "bool", "size_t", "FILE *", "wchar_t", "DWORD", "LPCSTR"):
        assert isinstance(ffi.typeof(text), ffi.CType)


def test_a_subclass_may_have_any_constructor() -> None:
    class Sub(backend.FFI):
        def __init__(self, x: int) -> None:
            self.x = x

    sub = Sub(42)
    assert (sub.x, type(sub), sub.new("int *", 5)[0]) == (42, Sub, 5)
    reference = weakref.ref(sub)
    sub.me = sub
    del sub
    gc.collect()
    assert reference() is None


@pytest.mark.parametrize(("args", "kwargs"), [((42,), {}), ((None,), {}), (("x",), {"foo": 1}), ((), {"_types": "text"}),
                                              ((), {"_globals": []}), ((), {"_includes": (5,)}), ((), {"_includes": [ffi]})])
def test_wrong_constructor_arguments_are_type_errors(args: Any, kwargs: Any) -> None:
    with pytest.raises(TypeError):
        backend.FFI(*args, **kwargs)


@pytest.mark.parametrize("version", [0x2600, 0x2594, 0x2900])
def test_an_unknown_version_is_an_import_error(version: int) -> None:
    with pytest.raises(ImportError) as error:
        backend.FFI("foobar", _version=version)
    assert str(error.value).startswith(f"cffi out-of-line Python module 'foobar' has unknown version {version:#x}; this is cffi ")


def test_it_is_initialized_once() -> None:
    for again in (backend.FFI().__init__, backend.FFI("x", _version=0x2601).__init__):
        with pytest.raises(ValueError, match="cannot call FFI.__init__\\(\\) more than once"):
            again()


def test_class_attributes() -> None:
    assert issubclass(ffi.error, Exception)
    assert (ffi.error.__module__, ffi.error.__name__) == ("ffi", "error")
    assert isinstance(ffi.cast("int", 42), ffi.CData)
    assert ffi.buffer is backend.buffer
    assert ffi.RTLD_NOW == backend.RTLD_NOW
    assert ffi.cast("void *", 0) == backend.FFI.NULL
    for change in (lambda: setattr(ffi, "NULL", 3), lambda: setattr(ffi, "no_such", 3), lambda: delattr(ffi, "no_such"),
                   lambda: ffi.no_such):
        with pytest.raises(AttributeError):
            change()


def test_every_method_has_a_docstring_that_begins_with_its_signature_or_its_purpose() -> None:
    methods = [getattr(backend.FFI, name) for name in dir(backend.FFI) if not name.startswith("_")]
    methods = [method for method in methods if type(method) is type(backend.FFI.new)]
    assert len(methods) >= 24
    assert [method.__name__ for method in methods if not method.__doc__] == []


# ---- the same by position and by name ----

def same(method: Callable[..., Any], *values: Any, **named: Any) -> Any:
    """Call with values in order, and with the same ones by name; the results must be equal."""
    first, second = method(*values, *named.values()), method(*values, **named)
    assert first == second
    return first


def test_arguments_by_position_and_by_name() -> None:
    p, text = ffi.new("int[3]", [1, 2, 3]), ffi.new("char[]", b"hello")
    assert same(lambda *a, **k: list(ffi.new(*a, **k)), cdecl="int[2]", init=[7, 8]) == [7, 8]
    assert same(lambda *a, **k: int(ffi.cast(*a, **k)), cdecl="unsigned char", source=-1) == 255
    assert same(ffi.string, cdata=text, maxlen=3) == b"hel"
    assert same(ffi.unpack, cdata=p, length=2) == [1, 2]
    assert same(ffi.getctype, cdecl="int[5]", replace_with="*x") == "int(*x)[5]"
    assert same(lambda *a, **k: bytes(ffi.from_buffer(*a, **k)), cdecl="char[]", python_buffer=b"ab", require_writable=False) == b"ab"
    assert same(ffi.init_once, func=lambda: 5, tag="keyword") == 5
    assert same(ffi.gc, p, destructor=lambda cdata: None, size=12) == p
    assert same(lambda *a, **k: ffi.callback(*a, **k)(4), cdecl="int(int)", python_callable=lambda x: x + 1, error=-1, onerror=None) == 5
    assert same(lambda *a, **k: repr(ffi.dlopen(*a, **k)), name=None, flags=ffi.RTLD_NOW) == "<Lib object for '<None>'>"
    assert same(ffi.memmove, dest=p, src=b"\1\0\0\0", n=4) is None


def test_methods_of_one_argument_take_it_by_position_and_in_line_by_name_too() -> None:
    inline, p = backend._InlineFFI(), ffi.new("int *")
    handle = ffi.new_handle(p)
    for name, keyword, value in [("typeof", "cdecl", p), ("sizeof", "cdecl", p), ("alignof", "cdecl", p), ("from_handle", "x", handle),
                                 ("release", "cdata", p)]:
        assert getattr(inline, name)(**{keyword: value}) == getattr(ffi, name)(value)
        with pytest.raises(TypeError, match="takes no keyword arguments"):
            getattr(ffi, name)(**{keyword: value})
    assert inline.from_handle(inline.new_handle(x=p)) is p


def test_wrong_numbers_of_arguments_are_type_errors() -> None:
    for call in [lambda: ffi.typeof(), lambda: ffi.typeof("int", 5), lambda: ffi.new(), lambda: ffi.new("int *", 1, 2),
                 lambda: ffi.new("int *", cdecl="int *"), lambda: ffi.cast("int"), lambda: ffi.gc(ffi.NULL), lambda: ffi.memmove(b"", b""),
                 lambda: ffi.offsetof("int[3]"), lambda: ffi.addressof(), lambda: ffi.init_once(abs), lambda: ffi.list_types(1),
                 lambda: ffi.from_buffer(), lambda: ffi.string(), lambda: ffi.new("int *", foo=1)]:
        with pytest.raises(TypeError):
            call()


# ---- methods whose work is done here ----

@pytest.mark.parametrize(("cdecl", "text", "result"), [
    ("int", "", "int"), ("int", "x", "int x"), ("int*", "x", "int * x"), ("int", " * x ", "int * x"), ("int", "[5]", "int[5]"),
    ("int[5]", "[6]", "int[6][5]"), ("int[5]", "(*)", "int(*)[5]"), ("int[5]", "*", "int(*)[5]"), ("int[5]", " ** foo ", "int(** foo)[5]"),
    ("int(*)(int)", "*", "int(* *)(int)"), ("int(*)(int)", "x", "int(* x)(int)"), ("int", "é", "int é"),
])
def test_getctype_writes_a_declaration(cdecl: str, text: str, result: str) -> None:
    assert ffi.getctype(cdecl, text) == result


def test_getctype_refuses_what_is_no_text() -> None:
    with pytest.raises(TypeError, match="argument 2 must be str, not int"):
        ffi.getctype("int", 5)
    with pytest.raises(ValueError, match="null character"):
        ffi.getctype("int", "a\0b")


def test_sizeof_of_what_has_no_size() -> None:
    for text in ("void", "int[]"):
        with pytest.raises(ffi.error, match="don't know the size of ctype"):
            ffi.sizeof(text)
    assert ffi.sizeof(ffi.new("int[]", 7)) == 28
    assert ffi.sizeof(ffi.NULL) == ffi.sizeof("void *")


def test_offsetof_and_addressof_take_a_path() -> None:
    a = ffi.new("int[3][4]")
    assert ffi.offsetof("int[3][4]", 2, 3) == 44
    assert ffi.addressof(a, 2, 3) == ffi.cast("int *", a) + 11
    with pytest.raises(TypeError, match="expected a cdata or lib object, got 'int'"):
        ffi.addressof(5)


def test_integer_const(handmade: Any) -> None:
    own = handmade.ffi
    assert [own.integer_const(name) for name in ("FORTY_TWO", "NEGATIVE", "BIG")] == [42, -3, 2**64 - 1]
    for name in ("HALF", "variable", "make"):
        with pytest.raises(own.error, match="must be fetched from its original 'lib' object"):
            own.integer_const(name)
    with pytest.raises(AttributeError, match="integer constant 'nope' not found"):
        own.integer_const("nope")
    base = backend.FFI("b", _version=0x2601, _globals=(b"\xff\xff\xff\x1fX", 1))
    top = backend.FFI("t", _version=0x2601, _globals=(b"\xff\xff\xff\x1fY", 2), _includes=(base,))
    assert (top.integer_const("X"), top.integer_const("Y")) == (1, 2)
    assert (top.dlopen(None).X, top.dlopen(None).Y) == (1, 2)


def test_errno_is_an_int_of_the_thread() -> None:
    ffi.errno = errno.ENOENT
    seen: List[int] = []
    thread = threading.Thread(target=lambda: seen.append(ffi.errno))
    thread.start()
    thread.join()
    assert (ffi.errno, seen) == (errno.ENOENT, [0])
    for wrong, kind in (("x", TypeError), (2**40, OverflowError), (1.5, TypeError)):
        with pytest.raises(kind):
            ffi.errno = wrong
    with pytest.raises(AttributeError):
        del ffi.errno


def test_def_extern_says_what_is_no_extern_python(handmade: Any) -> None:
    for name in ("nope", "variable", "make"):
        with pytest.raises(ffi.error) as error:
            handmade.ffi.def_extern(name)(abs)
        assert str(error.value) == f"ffi.def_extern('{name}'): no 'extern \"Python\"' function with this name"
    with pytest.raises(TypeError, match="expected a string as the name of the function, not int"):
        handmade.ffi.def_extern(5)(abs)
    with pytest.raises(AttributeError):
        handmade.ffi.def_extern()("text")


def test_callback_without_a_function_is_a_decorator() -> None:
    @ffi.callback("int(int)", error=-66)
    def double(x: int) -> int:
        return x * 2

    assert double(21) == 42
    with pytest.raises(TypeError, match="callback\\(\\) expected a function ctype, got 'int \\*'"):
        ffi.callback("int *")


# ---- allocators ----

def test_an_allocator_takes_memory_from_its_functions() -> None:
    seen: List[Any] = []

    def alloc(size: int) -> Any:
        seen.append(size)
        return ffi.new("char[]", b"X" * size)

    new = ffi.new_allocator(alloc, seen.append, should_clear_after_alloc=False)
    p = new("int[]", 3)
    assert p[2] == 0x58585858
    del p, new
    gc.collect()
    assert seen[0] == 12
    assert len(seen) == 2
    assert ffi.new_allocator(alloc)(cdecl="short *", init=-5)[0] == -5


def test_an_allocator_in_a_cycle_is_reclaimed() -> None:
    class Owner:
        new: Any

        def alloc(self, size: int) -> Any:
            return ffi.new("char[]", size)

    owner = Owner()
    owner.new = ffi.new_allocator(owner.alloc)
    assert owner.new("int *")[0] == 0
    reference = weakref.ref(owner)
    del owner
    gc.collect()
    assert reference() is None


def test_free_needs_alloc() -> None:
    with pytest.raises(TypeError, match="cannot pass 'free' without 'alloc'"):
        ffi.new_allocator(free=abs)


# ---- init_once ----

def test_init_once_calls_once_whatever_the_threads() -> None:
    own, calls, results = backend.FFI(), [], []

    def slow() -> int:
        calls.append(1)
        time.sleep(0.05)
        return 7

    threads = [threading.Thread(target=lambda: results.append(own.init_once(slow, "tag"))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (calls, results) == ([1], [7] * 5)
    assert own.init_once(lambda: None, "other") is None
    assert own.init_once(slow, "other") is None


def test_init_once_tries_again_after_an_exception() -> None:
    own, calls = backend.FFI(), []

    def fail() -> None:
        calls.append(1)
        raise LookupError("no")

    for _ in range(3):
        with pytest.raises(LookupError, match="no"):
            own.init_once(fail, "tag")
    assert (len(calls), own.init_once(lambda: 3, "tag")) == (3, 3)


def test_init_once_that_asks_for_itself_does_not_hang() -> None:
    own = backend.FFI()

    def again() -> Any:
        return own.init_once(again, "tag")

    with pytest.raises(RecursionError):
        own.init_once(again, "tag")
    with pytest.raises(TypeError, match="unhashable"):
        own.init_once(abs, [])
