"""What importing _cffi_backend makes, and what is made when it is first needed."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from pathlib import Path

import pytest

import _cffi_backend as backend


def in_new_process(text: str) -> list[str]:
    """Return what `text` prints, in words; it begins with the runtime freshly imported as `b`."""
    folder = str(Path(backend.__file__).parent)
    text = f"import sys; sys.path.insert(0, {folder!r}); import _cffi_backend as b\n{text}"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", text], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_an_attribute_that_is_asked_for_brings_the_others() -> None:
    text = "print(b.FFI.__name__, 'CField' in vars(b), hasattr(b, '__path__'), 'CField' in vars(b), b.new_void_type(), 'CField' in vars(b))"
    assert in_new_process(text) == "FFI False False False <ctype 'void'> True".split()


def test_dir_and_import_star_have_all_names() -> None:
    listed = set(in_new_process("print(*dir(b))"))
    assert {"CType", "CData", "buffer", "newp", "load_library", "RTLD_NOW", "FFI_DEFAULT_ABI", "SF_PACKED", "_InlineFFI"} <= listed
    starred = set(in_new_process("del sys; from _cffi_backend import *; print(*globals())"))
    assert {name for name in listed if not name.startswith("_")} <= starred


def test_a_name_that_is_nowhere_is_named() -> None:
    with pytest.raises(AttributeError, match="^module '_cffi_backend' has no attribute 'nowhere'$"):
        getattr(backend, "nowhere")  # noqa: B009


def test_each_kind_of_type_is_one_object() -> None:
    ffi = backend.FFI()
    assert type(ffi.new("int *")) is type(ffi.new("char[400]")) is getattr(backend, "__CDataOwn")
    assert type(iter(ffi.new("int[2]"))) is type(iter(ffi.new("char[2]"))) is getattr(backend, "__CData_iterator")
    assert ffi.typeof("int") is backend.new_primitive_type("int")


def test_no_base_class_lets_python_make_c_data() -> None:
    class Lenient:
        def __init_subclass__(cls) -> None:
            pass

    with pytest.raises(TypeError, match="not an acceptable base type"):
        type("Sub", (backend.CData,), {})
    with pytest.raises(TypeError, match="cannot create 'Sub' instances"):
        type("Sub", (Lenient, backend.CData), {})()
    with pytest.raises(TypeError, match="not an acceptable base type"):
        type("Sub", (Lenient, type(backend.FFI().new("int *"))), {})


def test_atexit_is_asked_by_the_first_callback() -> None:
    text = "print('atexit' in sys.modules); f = b.FFI(); c = f.callback('int(int)', abs); print('atexit' in sys.modules, c(-3)); del c"
    assert in_new_process(text) == ["False", "True", "3"]


def test_ffi_error_is_a_class_like_any_other() -> None:
    error = backend.FFI.error
    assert (error.__module__, error.__name__, error.__bases__) == ("ffi", "error", (Exception,))
    assert error("text").args == ("text",)

    class Both(error, OSError):  # type: ignore[misc, valid-type]
        pass

    instance = Both("text")
    instance.myself, reference = instance, weakref.ref(instance)
    assert issubclass(Both, OSError)
    del instance
    gc.collect()
    assert reference() is None
