"""The extension module can be made several times, apart from each other, and goes when nobody needs it any more."""

from __future__ import annotations

import gc
import importlib.util
import sysconfig
import weakref
from typing import Any

import pytest

import _cffi_backend as backend


def fresh_module() -> Any:
    spec = importlib.util.find_spec("_cffi_backend")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def use(module: Any) -> None:
    ffi = module.FFI()
    node = module.new_struct_type("struct node")
    module.complete_struct_or_union(node, [("next", module.new_pointer_type(node)), ("value", module.new_primitive_type("int"))])
    p = ffi.new("int[]", [1, 2, 3])
    q = module.newp(module.new_pointer_type(node), {"value": 5})
    assert list(p) == [1, 2, 3]
    assert q.value == 5
    assert q.next == ffi.NULL


@pytest.mark.skipif(bool(sysconfig.get_config_var("Py_GIL_DISABLED")), reason="without a GIL the types of the module are immortal")
def test_an_unused_module_is_reclaimed_with_its_types() -> None:
    module = fresh_module()
    use(module)
    references = [weakref.ref(module), weakref.ref(module.CType), weakref.ref(module.FFI), weakref.ref(module.new_void_type())]
    del module
    gc.collect()
    gc.collect()
    assert [reference() for reference in references] == [None] * 4


def test_types_outlive_the_module_that_made_them() -> None:
    module = fresh_module()
    pointer = module.new_pointer_type(module.new_primitive_type("int"))
    del module
    gc.collect()
    assert (pointer.cname, pointer.item.cname, dir(pointer)) == ("int *", "int", ["cname", "item", "kind"])


def test_modules_are_apart() -> None:
    module = fresh_module()
    assert module.new_primitive_type("int") is not backend.new_primitive_type("int")
    assert module.CType is not backend.CType


def test_null_is_one_object_of_the_type_and_of_its_instances() -> None:
    assert backend.FFI.NULL is backend.FFI.NULL
    assert backend.FFI().NULL is backend.FFI.NULL
    assert repr(backend.FFI.NULL) == "<cdata 'void *' NULL>"
