"""c_src/api/lib*.c: the attributes of a Lib, on a module written by hand (handmade.c)."""

from __future__ import annotations

import gc
import inspect
import types
import weakref
from typing import Any

import pytest

import _cffi_backend as backend

CONSTANTS = {"BIG": 2**64 - 1, "FORTY_TWO": 42, "GREEN": 5, "HALF": 0.5, "NEGATIVE": -3, "RED": 0}


# ---- constants ----

@pytest.mark.parametrize(("name", "value"), CONSTANTS.items())
def test_a_constant_is_the_value_that_the_compiler_found(handmade: Any, name: str, value: Any) -> None:
    assert getattr(handmade.lib, name) == value
    assert getattr(handmade.lib, name) is getattr(handmade.lib, name)


@pytest.mark.parametrize(("name", "shown"), [("DIFFERS", "43 (0x2b)"), ("DIFFERS_NEGATIVE", "-1")])
def test_a_constant_that_the_compiler_disagrees_about_is_an_error(handmade: Any, name: str, shown: str) -> None:
    message = f"the C compiler says '{name}' is equal to {shown}, but the cdef disagrees"
    for action in (lambda: getattr(handmade.lib, name), lambda: handmade.ffi.integer_const(name), lambda: setattr(handmade.lib, name, 3)):
        with pytest.raises(handmade.ffi.error) as error:
            action()
        assert str(error.value) == message


def test_a_constant_of_struct_or_array_type_owns_its_value(handmade: Any) -> None:
    point, array = handmade.lib.POINT, handmade.lib.ARRAY
    assert (point.x, point.y) == (8, 9)
    assert list(array) == [7, 8, 9]
    assert repr(point) == "<cdata 'struct point' owning 8 bytes>"


def test_a_constant_pointer_is_a_cdata(handmade: Any) -> None:
    assert handmade.ffi.string(handmade.lib.TEXT) == b"hello"


def test_a_constant_of_unknown_size_is_an_error(handmade: Any) -> None:
    with pytest.raises(handmade.ffi.error, match="constant 'OPAQUE' is of type 'struct opaque', whose size is not known"):
        handmade.lib.OPAQUE  # noqa: B018


# ---- variables ----

def test_a_variable_is_read_and_written_where_it_is(handmade: Any) -> None:
    ffi, lib = handmade.ffi, handmade.lib
    pointer = ffi.addressof(lib, "variable")
    assert ffi.typeof(pointer).cname == "int *"
    for value in (5, -(2**31), 11):
        lib.variable = value
        assert lib.variable == pointer[0] == value
    pointer[0] = 77
    assert lib.variable == 77
    with pytest.raises(OverflowError):
        lib.variable = 2**31
    with pytest.raises(TypeError):
        lib.variable = "5"
    assert lib.variable == 77


def test_variables_of_other_types(handmade: Any) -> None:
    ffi, lib = handmade.ffi, handmade.lib
    assert lib.A_COLOR == 5
    lib.a_point = {"y": 6, "x": 5}
    assert (lib.a_point.x, lib.a_point.y) == (5, 6)
    lib.a_point.x = 1
    assert ffi.addressof(lib, "a_point").x == 1
    assert list(lib.items) == [1, 2, 3]
    assert ffi.typeof(lib.open_items).cname == "int *"
    assert ffi.typeof(ffi.addressof(lib, "open_items")).cname == "int(*)[]"
    lib.items = [4, 5, 6]
    assert lib.open_items[2] == 6
    lib.items[0] = lib.open_items[1] = 0
    lib.items = [1, 2, 3]


def test_a_variable_that_a_function_gives_is_asked_for_each_time(handmade: Any) -> None:
    assert {handmade.lib.moving, handmade.lib.moving} == {100, 200}


def test_a_variable_at_null_is_an_error(handmade: Any) -> None:
    for action in (lambda: handmade.lib.at_null, lambda: setattr(handmade.lib, "at_null", 3),
                   lambda: handmade.ffi.addressof(handmade.lib, "at_null")):
        with pytest.raises(handmade.ffi.error, match="global variable 'at_null' is at address NULL"):
            action()


def test_an_opaque_variable_has_only_an_address(handmade: Any) -> None:
    with pytest.raises(TypeError, match="cdata 'struct opaque' is opaque"):
        handmade.lib.opaque  # noqa: B018
    with pytest.raises(TypeError, match="'struct opaque' is opaque"):
        handmade.lib.opaque = 5
    assert handmade.ffi.addressof(handmade.lib, "opaque") == handmade.ffi.addressof(handmade.lib, "variable")


def test_a_variable_of_another_size_than_declared_is_an_error(handmade: Any) -> None:
    message = "global variable 'wrong_size' should be 4 bytes according to the cdef, but is actually 8"
    with pytest.raises(handmade.ffi.error, match=message):
        handmade.lib.wrong_size  # noqa: B018


def test_a_function_fits_a_function_pointer(handmade: Any) -> None:
    ffi, lib = handmade.ffi, handmade.lib
    lib.callback = lib.echo_i32
    assert lib.callback == ffi.addressof(lib, "echo_i32")
    assert lib.callback(7) == 7
    assert ffi.cast("void *", lib.echo_i32) == lib.callback
    with pytest.raises(TypeError):
        lib.callback = lib.sum


# ---- functions ----

def test_a_function_is_a_builtin_that_tells_about_itself(handmade: Any) -> None:
    f = handmade.lib.make
    assert inspect.isbuiltin(f)
    assert (f.__name__, f.__qualname__, f.__module__) == ("make", "Lib.make", "_handmade")
    assert f.__self__ == handmade.lib and f.__self__.make is f
    assert "built-in method make of _cffi_backend.Lib object" in repr(f)
    assert f.__doc__ == "struct point make(int, int);\n\nCFFI C function from _handmade.lib"
    assert str(inspect.signature(f)) == "(arg1, arg2, /)"
    assert str(inspect.signature(handmade.lib.nothing)) == "()"
    assert handmade.lib.nothing.__doc__.startswith("void nothing();\n")


def test_a_function_has_the_type_and_the_address_of_the_c_function(handmade: Any) -> None:
    ffi, lib = handmade.ffi, handmade.lib
    assert ffi.typeof(lib.make).cname == "struct point(*)(int, int)"
    assert ffi.addressof(lib, "make")(3, 4).y == 4
    assert ffi.typeof(ffi.addressof(lib, "make")) is ffi.typeof(lib.make)


def test_other_builtins_of_a_lib_are_no_c_functions(handmade: Any) -> None:
    for function in (type(handmade.lib).__dir__.__get__(handmade.lib), object.__reduce__.__get__(handmade.lib), len):
        with pytest.raises(TypeError):
            handmade.ffi.typeof(function)


def test_calling_with_pointers_and_structs(handmade: Any) -> None:
    ffi, lib = handmade.ffi, handmade.lib
    assert lib.sum([1, 2, 3], 3) == lib.sum((1, 2, 3), 3) == lib.sum(ffi.new("int[]", [1, 2, 3]), 3) == 6
    assert lib.sum(list(range(1000)), 1000) == sum(range(1000))
    assert lib.sum(ffi.NULL, 0) == 0
    point = lib.make(5, -6)
    assert (point.x, point.y) == (5, -6)
    assert lib.nothing() is None
    with pytest.raises(TypeError, match="initializer for ctype 'int \\*'"):
        lib.sum(b"abc", 3)
    with pytest.raises(TypeError, match="takes exactly one argument"):
        lib.echo_i8()


def test_errno_is_kept_for_the_c_functions(handmade: Any) -> None:
    handmade.ffi.errno = 5
    handmade.lib.add_errno(37)
    assert handmade.ffi.errno == 42


def test_a_function_with_an_impossible_type_is_an_error(handmade: Any) -> None:
    with pytest.raises(handmade.ffi.error, match="primitive integer type with an unexpected size"):
        handmade.lib.bad  # noqa: B018


def test_extern_python_is_a_function_pointer(handmade: Any) -> None:
    ffi, lib = handmade.ffi, handmade.lib

    @ffi.def_extern()
    def from_python(x: int) -> int:
        return x * 2

    assert ffi.typeof(lib.from_python).cname == "int(*)(int)"
    assert lib.from_python(21) == 42
    assert ffi.addressof(lib, "from_python") == lib.from_python


# ---- what there is ----

def test_dir_and_all_list_the_names(handmade: Any) -> None:
    names = dir(handmade.lib)
    assert names == sorted(names)
    assert {*CONSTANTS, "make", "variable", "items", "from_python"} < set(names)
    variables = {"A_COLOR", "a_point", "at_null", "callback", "items", "moving", "opaque", "open_items", "variable", "wrong_size"}
    assert set(handmade.lib.__all__) == set(names) - variables


def test_a_lib_looks_like_a_module(handmade: Any) -> None:
    lib = handmade.lib
    assert repr(lib) == "<Lib object for '_handmade'>"
    assert isinstance(lib, types.ModuleType)
    assert type(lib) is backend.Lib
    assert (lib.__name__, lib.__loader__, lib.__spec__) == ("_handmade.lib", None, None)
    from _handmade.lib import FORTY_TWO
    assert FORTY_TWO == 42


def test_dict_has_everything_and_is_a_copy() -> None:
    lib = backend.FFI("m", _version=0x2601, _globals=(b"\xff\xff\xff\x1fX", 1, b"\xff\xff\xff\x1fY", -2)).dlopen(None)
    assert lib.__dict__ == {"X": 1, "Y": -2}
    lib.__dict__["X"] = 5
    assert lib.X == 1


@pytest.mark.parametrize("name", ["nope", "", "FORTY", "FORTY_TWO ", "__doc__", "é", "variable\0"])
def test_an_unknown_name_is_an_attribute_error(handmade: Any, name: str) -> None:
    message = f"cffi library '_handmade' has no function, constant or global variable named '{name}'"
    for action in (lambda: getattr(handmade.lib, name), lambda: setattr(handmade.lib, name, 1), lambda: delattr(handmade.lib, name),
                   lambda: handmade.ffi.addressof(handmade.lib, name)):
        with pytest.raises(AttributeError) as error:
            action()
        assert str(error.value) == message


@pytest.mark.parametrize("name", ["FORTY_TWO", "HALF", "make", "from_python", "GREEN"])
def test_only_variables_are_written(handmade: Any, name: str) -> None:
    with pytest.raises(AttributeError, match=f"cannot write to function or constant '{name}'"):
        setattr(handmade.lib, name, 3)


def test_nothing_is_deleted(handmade: Any) -> None:
    for name in ("FORTY_TWO", "make", "variable"):
        with pytest.raises(AttributeError, match=f"C attribute '{name}' cannot be deleted"):
            delattr(handmade.lib, name)


def test_only_functions_and_variables_have_an_address(handmade: Any) -> None:
    for name in ("FORTY_TWO", "GREEN", "HALF", "POINT"):
        with pytest.raises(AttributeError, match=f"cannot take the address of the constant '{name}'"):
            handmade.ffi.addressof(handmade.lib, name)


# ---- opened libraries ----

def test_a_closed_library_says_so(handmade: Any) -> None:
    ffi = backend.FFI("m", _version=0x2601, _types=b"\0\0\1\x0d\0\0\7\1\0\0\0\x0f", _globals=(b"\0\0\0\x23abs", 0, b"\0\0\0\x23nope_", 0))
    lib = ffi.dlopen(None)
    assert lib.abs(-5) == 5
    with pytest.raises(ffi.error, match="symbol 'nope_' not found in library '<None>'"):
        lib.nope_  # noqa: B018
    ffi.dlclose(lib)
    ffi.dlclose(lib)
    with pytest.raises(ffi.error, match="library '<None>' has been closed"):
        lib.abs  # noqa: B018


def test_an_opened_lib_is_reclaimed_with_its_functions() -> None:
    ffi = backend.FFI("m", _version=0x2601, _types=b"\0\0\1\x0d\0\0\7\1\0\0\0\x0f", _globals=(b"\0\0\0\x23abs", 0))
    lib = ffi.dlopen(None)
    assert lib.abs(-5) == 5
    reference = weakref.ref(ffi)
    del ffi, lib
    gc.collect()
    assert reference() is None
