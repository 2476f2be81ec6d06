"""What every cdata can do: repr, hash, comparison with None, dir, weak references; and what none can."""

from __future__ import annotations

import copy
import gc
import pickle
import re
import sys
import weakref
from typing import Any

import pytest

import _cffi_backend as backend


@pytest.mark.parametrize(
    ("ctype", "value", "expected"),
    [
        ("int", -5, "<cdata 'int' -5>"),
        ("unsigned long long", -1, "<cdata 'unsigned long long' 18446744073709551615>"),
        ("_Bool", 1, "<cdata '_Bool' True>"),
        ("char", b"\xff", "<cdata 'char' b'\\xff'>"),
        ("char16_t", "é", "<cdata 'char16_t' 'é'>"),
        ("char32_t", 0x110000, "<cdata 'char32_t' 0x110000, not a character>"),
        ("double", 0.1, "<cdata 'double' 0.1>"),
        ("float", 0.5, "<cdata 'float' 0.5>"),
        ("long double", 1.23, "<cdata 'long double' 1.230000E+00>"),
        ("double _Complex", 1 - 2j, "<cdata 'double _Complex' (1-2j)>"),
        ("enum color", 5, "<cdata 'enum color' 5: GREEN>"),
        ("enum color", 4, "<cdata 'enum color' 4>"),
        ("int *", 0, "<cdata 'int *' NULL>"),
        ("int *", 0x1234, "<cdata 'int *' 0x1234>"),
        ("int(*)(int)", 0x10, "<cdata 'int(*)(int)' 0x10>"),
        ("int[3]", 0x20, "<cdata 'int[3]' 0x20>"),
    ],
)
def test_repr_shows_type_and_value(ffi: Any, ctype: str, value: object, expected: str) -> None:
    assert repr(ffi.cast(ctype, value)) == expected


def test_repr_tells_who_owns_the_memory(ffi: Any) -> None:
    p, a = ffi.new("struct point *"), ffi.new("int[]", 3)
    assert repr(p) == "<cdata 'struct point *' owning 16 bytes>"
    assert repr(p[0]) == "<cdata 'struct point' owning 16 bytes>"
    assert repr(a) == "<cdata 'int[]' owning 12 bytes>"
    assert repr(a[1:3]) == "<cdata 'int[]' sliced length 2>"
    assert re.fullmatch("<cdata 'struct point &' 0x[0-9a-f]+>", repr(ffi.cast("struct point *", p)[0]))
    assert repr(ffi.new("struct flexible *", [1, [1, 2]])) == "<cdata 'struct flexible *' owning 12 bytes>"


def test_equal_pointers_have_equal_hashes_whatever_their_type(ffi: Any) -> None:
    p = ffi.new("int *")
    assert hash(p) == hash(ffi.cast("void *", p)) == hash(ffi.cast("char *", p))
    assert len({p, ffi.cast("void *", p), ffi.cast("char *", p)}) == 1


@pytest.mark.parametrize(("ctype", "value"), [("int", -7), ("double", 2.5), ("char", b"x"), ("_Bool", True), ("long double", 3)])
def test_a_number_has_the_hash_of_its_python_value(ffi: Any, ctype: str, value: Any) -> None:
    cdata = ffi.cast(ctype, value)
    assert cdata == value
    assert hash(cdata) == hash(value)


def test_dir_lists_the_fields_of_a_record_anonymous_members_included(ffi: Any) -> None:
    p = ffi.new("struct nested *")
    names = {"tag", "p", "inner", "i", "f"}
    assert names <= set(dir(p))
    assert names <= set(dir(p[0]))
    assert not names & set(dir(ffi.new("int *")))
    assert "x" not in dir(ffi.cast("struct opaque *", 0))


def test_only_arrays_have_a_length(ffi: Any) -> None:
    assert len(ffi.new("int[4]")) == 4
    assert len(ffi.cast("int[4]", 0)) == 4
    for cdata in (ffi.new("int *"), ffi.cast("int", 1), ffi.new("struct point *")[0]):
        with pytest.raises(TypeError, match="has no len"):
            len(cdata)


def test_only_functions_can_be_called(ffi: Any) -> None:
    with pytest.raises(TypeError, match=r"cdata 'int \*' is not callable"):
        ffi.new("int *")()
    with pytest.raises(RuntimeError, match="cannot call null pointer"):
        ffi.cast("int(*)(int)", 0)(1)
    with pytest.raises(TypeError, match="no keyword arguments"):
        ffi.cast("int(*)(int)", 64)(x=1)


def test_copy_and_pickle_say_what_to_do_instead(ffi: Any) -> None:
    p = ffi.new("int *")
    for attempt in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match=r"cannot copy or pickle .*ffi\.memmove"):
            attempt(p)


@pytest.mark.parametrize("name", ["int *", "int[100]", "struct point *", "char[1000]"])
def test_weak_references_end_with_the_cdata(ffi: Any, name: str) -> None:
    cdata = ffi.new(name)
    reference = weakref.ref(cdata)
    assert reference() is cdata
    del cdata
    gc.collect()
    assert reference() is None


def test_a_view_can_be_weakly_referenced_again_and_again(ffi: Any) -> None:
    a = ffi.new("int[3]")
    for _ in range(200):  # more than any free list holds
        view = a + 1
        reference = weakref.ref(view)
        assert reference() is view
        del view
        assert reference() is None


def test_no_python_class_derives_from_a_cdata_type(ffi: Any) -> None:
    kinds = [ffi.cast("int", 1), ffi.new("int *"), ffi.new("struct point *")[0], ffi.gc(ffi.new("int *"), print), ffi.new_handle(1)]
    kinds[3] = ffi.gc(kinds[3], None) or kinds[3]
    for cdata in kinds:
        with pytest.raises(TypeError):
            type("Derived", (type(cdata),), {})
        with pytest.raises(TypeError):
            type(cdata)()


def test_all_cdata_are_instances_of_one_type(ffi: Any) -> None:
    for cdata in (ffi.cast("int", 1), ffi.new("int *"), ffi.new("struct point *")[0], ffi.new_handle(1), ffi.from_buffer(b"x")):
        assert isinstance(cdata, backend._CDataBase)
        assert isinstance(cdata, ffi.CData)
    assert not isinstance(5, ffi.CData)


def test_attributes_that_no_field_has_are_named(ffi: Any) -> None:
    for cdata, message in [
        (ffi.new("struct point *"), r"cdata 'struct point \*' has no field 'z'"),
        (ffi.new("struct point *")[0], "cdata 'struct point' has no field 'z'"),
        (ffi.cast("int", 5), "cdata 'int' has no attribute 'z'"),
        (ffi.new("int[3]"), r"cdata 'int\[3\]' has no attribute 'z'"),
        (ffi.cast("struct opaque *", 64), r"cdata 'struct opaque \*' points to an opaque type: cannot read fields"),
    ]:
        with pytest.raises(AttributeError, match=message):
            _ = cdata.z
        with pytest.raises(AttributeError, match=message.replace("read", "write")):
            cdata.z = 1


@pytest.mark.skipif(not getattr(sys, "_is_gil_enabled", lambda: True)(), reason="types are not counted without the GIL")
def test_views_and_numbers_leave_the_counts_of_their_type_as_they_were(ffi: Any) -> None:
    a, ctype = ffi.new("int[10]"), ffi.typeof("int *")
    before = sys.getrefcount(ctype), sys.getrefcount(type(a + 1))
    for _ in range(1000):
        (a + 1), ffi.cast("int *", 5), ffi.new("int *")
    after = sys.getrefcount(ctype), sys.getrefcount(type(a + 1))
    assert before == after
