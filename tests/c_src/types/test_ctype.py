"""The Python type CType: identity, attributes by kind, life, names of derived types, errors of impossible ones."""

from __future__ import annotations

import copy
import gc
import os
import pickle
import subprocess
import sys
import threading
import weakref
from typing import Any, List, Tuple

import pytest

import _cffi_backend as backend


def prim(name: str) -> Any:
    return backend.new_primitive_type(name)


def pointer(item: Any) -> Any:
    return backend.new_pointer_type(item)


def array(item: Any, length: Any) -> Any:
    return backend.new_array_type(pointer(item), length)


INT, CHAR, VOID = prim("int"), prim("char"), backend.new_void_type()


# ---- identity ----

def test_a_type_made_twice_is_one_object() -> None:
    assert prim("int") is INT
    assert pointer(INT) is pointer(INT)
    assert array(INT, 5) is array(INT, 5)
    assert array(INT, 5) is not array(INT, 6)
    assert array(INT, None) is array(INT, None)
    assert backend.new_function_type((INT, CHAR), INT) is backend.new_function_type((INT, CHAR), INT, False)
    assert backend.new_function_type((INT,), INT, True) is not backend.new_function_type((INT,), INT, False)
    assert backend.new_void_type() is VOID


def test_primitives_of_equal_shape_and_records_of_equal_name_stay_different() -> None:
    assert prim("long") is not prim("ssize_t")
    assert backend.new_struct_type("struct s") is not backend.new_struct_type("struct s")
    assert backend.new_enum_type("enum e", (), (), INT) is not backend.new_enum_type("enum e", (), (), INT)


def test_types_are_hashable_and_equal_by_identity() -> None:
    kinds = {INT: 1, pointer(INT): 2, array(INT, 3): 3}
    assert kinds[pointer(INT)] == 2
    assert prim("int") == INT
    assert prim("unsigned int") != INT
    assert INT != "int"
    with pytest.raises(TypeError, match="'<' not supported"):
        INT < CHAR  # noqa: B015


def test_types_are_made_by_functions_only() -> None:
    with pytest.raises(TypeError, match=r"cannot create '_cffi_backend\.CType' instances"):
        backend.CType()
    with pytest.raises(TypeError, match="not an acceptable base type"):
        type("Mine", (backend.CType,), {})
    with pytest.raises(TypeError, match=r"cannot create '_cffi_backend\.CField' instances"):
        backend.CField()
    with pytest.raises(AttributeError):
        INT.cname = "long"


def test_types_refuse_copy_and_pickle() -> None:
    for way in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match=r"cannot pickle '_cffi_backend\.CType' object"):
            way(INT)


# ---- what they show ----

def shown(ctype: Any) -> List[Tuple[str, Any]]:
    return [(name, getattr(ctype, name)) for name in dir(ctype)]


FUNCTION = backend.new_function_type((INT, pointer(CHAR)), pointer(INT), True)
ENUM = backend.new_enum_type("enum e", ("one", "two", "uno"), (1, 2, 1), INT)


@pytest.mark.parametrize(("ctype", "attributes"), [
    (VOID, [("cname", "void"), ("kind", "void")]),
    (prim("_Bool"), [("cname", "_Bool"), ("kind", "primitive")]),
    (prim("long double"), [("cname", "long double"), ("kind", "primitive")]),
    (pointer(INT), [("cname", "int *"), ("item", INT), ("kind", "pointer")]),
    (array(INT, 0), [("cname", "int[0]"), ("item", INT), ("kind", "array"), ("length", 0)]),
    (array(INT, None), [("cname", "int[]"), ("item", INT), ("kind", "array"), ("length", None)]),
    (backend.new_struct_type("struct s"), [("cname", "struct s"), ("fields", None), ("kind", "struct")]),
    (backend.new_union_type("union u"), [("cname", "union u"), ("fields", None), ("kind", "union")]),
    (ENUM, [("cname", "enum e"), ("elements", {1: "one", 2: "two"}), ("kind", "enum"),
            ("relements", {"one": 1, "two": 2, "uno": 1})]),
])
def test_each_kind_shows_what_it_has(ctype: Any, attributes: Any) -> None:
    assert shown(ctype) == attributes
    assert repr(ctype) == f"<ctype '{ctype.cname}'>"


def test_a_function_shows_its_signature() -> None:
    assert shown(FUNCTION) == [("abi", backend.FFI_DEFAULT_ABI), ("args", (INT, pointer(CHAR))),
                               ("cname", "int *(*)(int, char *, ...)"), ("ellipsis", True), ("kind", "function"),
                               ("result", pointer(INT))]


def test_an_array_as_a_parameter_is_a_pointer() -> None:
    function = backend.new_function_type((array(INT, 5), array(CHAR, None)), INT)
    assert function is backend.new_function_type((pointer(INT), pointer(CHAR)), INT)
    assert function.cname == "int(*)(int *, char *)"


def test_attributes_of_other_kinds_are_missing_and_the_error_says_why() -> None:
    for name in ("item", "length", "fields", "args", "result", "ellipsis", "abi", "elements", "relements"):
        with pytest.raises(AttributeError, match=f"ctype 'int' has no attribute '{name}': its kind is 'primitive'"):
            getattr(INT, name)


def test_changing_a_shown_dict_leaves_the_type_alone() -> None:
    ENUM.elements.clear()
    ENUM.relements["three"] = 3
    assert ENUM.elements == {1: "one", 2: "two"}
    assert "three" not in ENUM.relements


@pytest.mark.parametrize(("ctype", "name"), [
    (pointer(pointer(INT)), "int * *"),
    (pointer(array(INT, 5)), "int(*)[5]"),
    (array(pointer(INT), 5), "int *[5]"),
    (array(array(INT, 5), 2), "int[2][5]"),
    (pointer(FUNCTION), "int *(* *)(int, char *, ...)"),
    (array(FUNCTION, 3), "int *(*[3])(int, char *, ...)"),
    (backend.new_function_type((FUNCTION,), FUNCTION), "int *(*(*)(int *(*)(int, char *, ...)))(int, char *, ...)"),
    (pointer(backend.new_struct_type("struct été")), "struct été *"),
])
def test_names_of_derived_types(ctype: Any, name: str) -> None:
    assert ctype.cname == name


def test_getcname_inserts_where_a_declarator_goes() -> None:
    assert backend.getcname(FUNCTION, "f") == "int *(*f)(int, char *, ...)"
    assert backend.getcname(array(INT, 5), " x") == "int x[5]"
    assert backend.getcname(INT, "") == "int"


# ---- what cannot be made ----

def test_arrays_of_bad_lengths_and_items_are_refused() -> None:
    with pytest.raises(ValueError, match="negative array length"):
        array(INT, -2)
    with pytest.raises(OverflowError, match="would overflow a Py_ssize_t"):
        array(INT, sys.maxsize)
    for item in (VOID, array(INT, None), backend.new_struct_type("struct opaque")):
        for length in (3, None):
            with pytest.raises(ValueError, match="array item of unknown size: '") as caught:
                array(item, length)
            assert item.cname in str(caught.value)


def test_functions_of_impossible_types_are_refused() -> None:
    opaque = backend.new_struct_type("struct opaque")
    with pytest.raises(TypeError, match=r"invalid result type: 'int\[5\]'"):
        backend.new_function_type((), array(INT, 5))
    with pytest.raises(TypeError, match="result type 'struct opaque' is not yet initialized"):
        backend.new_function_type((), opaque)
    for argument in (opaque, VOID):
        with pytest.raises(TypeError, match=f"ctype '{argument.cname}' has incomplete type"):
            backend.new_function_type((INT, argument), INT)


@pytest.mark.parametrize(("base", "lowest", "highest"), [
    ("signed char", -2**7, 2**7 - 1), ("uint8_t", 0, 2**8 - 1), ("short", -2**15, 2**15 - 1), ("unsigned int", 0, 2**32 - 1),
    ("int64_t", -2**63, 2**63 - 1), ("uint64_t", 0, 2**64 - 1), ("_Bool", 0, 1)])
def test_enumerators_must_fit_the_base_type(base: str, lowest: int, highest: int) -> None:
    enum = backend.new_enum_type("enum e", ("low", "high"), (lowest, highest), prim(base))
    assert enum.relements == {"low": lowest, "high": highest}
    assert backend.sizeof(enum) == backend.sizeof(prim(base))
    for value in (lowest - 1, highest + 1, 2**70, -2**70):
        with pytest.raises(OverflowError, match=f"integer {value} does not fit '{base}'"):
            backend.new_enum_type("enum e", ("bad",), (value,), prim(base))


def test_enums_of_bad_parts_are_refused() -> None:
    for base in (prim("double"), CHAR, pointer(INT), ENUM):
        with pytest.raises(TypeError, match="expected a primitive signed or unsigned base type"):
            backend.new_enum_type("enum e", (), (), base)
    with pytest.raises(ValueError, match="tuple args must have the same size: 1 names, 2 values"):
        backend.new_enum_type("enum e", ("a",), (1, 2), INT)
    with pytest.raises(TypeError, match="enumerators must be a list of strings: number 1 is int"):
        backend.new_enum_type("enum e", ("a", 5), (1, 2), INT)
    with pytest.raises(TypeError, match="an integer is required for 'int', got float"):
        backend.new_enum_type("enum e", ("a",), (1.5,), INT)


# ---- life ----

def test_unused_types_are_reclaimed() -> None:
    made = [array(INT, 12345), pointer(array(INT, 12345)), backend.new_function_type((array(INT, 12345),), INT),
            backend.new_enum_type("enum gone", ("a",), (1,), INT)]
    references = [weakref.ref(ctype) for ctype in made]
    del made
    assert [reference() for reference in references] == [None] * 4


@pytest.mark.skipif("libasan" in os.environ.get("LD_PRELOAD", ""), reason="the address sanitizer keeps freed memory")
def test_a_million_unused_types_keep_memory_flat() -> None:
    program = """
import resource, sys
import _cffi_backend as backend
int_pointer = backend.new_pointer_type(backend.new_primitive_type("int"))
def make(start, stop):
    for length in range(start, stop):
        backend.new_array_type(int_pointer, length)
make(0, 10000)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
make(10000, 1010000)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    grown = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert int(grown) < 4000  # kilobytes; kept types would need 200,000


def test_records_that_refer_to_themselves_are_reclaimed() -> None:
    node = backend.new_struct_type("struct node")
    function = backend.new_function_type((pointer(node),), INT)
    backend.complete_struct_or_union(node, [("next", pointer(node)), ("callback", function), ("table", array(pointer(node), 4))])
    references = [weakref.ref(node), weakref.ref(pointer(node)), weakref.ref(function)]
    del node, function
    gc.collect()
    assert [reference() for reference in references] == [None] * 3


def test_a_derived_type_keeps_its_parts_alive() -> None:
    struct = backend.new_struct_type("struct s")
    reference = weakref.ref(struct)
    made = array(pointer(backend.new_function_type((pointer(struct),), INT)), 7)
    del struct
    gc.collect()
    assert made.item.item.args[0].item is reference()


def test_a_long_chain_of_types_is_reclaimed_without_deep_recursion() -> None:
    program = """
import _cffi_backend as backend
last = backend.new_primitive_type("int")
for i in range(200000):
    struct = backend.new_struct_type("struct s")
    backend.complete_struct_or_union(struct, [("previous", backend.new_pointer_type(last))])
    last = struct
del last, struct
print("done")
"""
    assert subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout == "done\n"


def test_threads_that_make_and_drop_the_same_types_agree_on_them() -> None:
    start, failures = threading.Barrier(4), []

    def work() -> None:
        start.wait()
        for i in range(3000):
            ctype = array(pointer(array(INT, 1000 + i % 7)), 3)
            if ctype is not array(pointer(array(INT, 1000 + i % 7)), 3) or ctype.cname != f"int(*[3])[{1000 + i % 7}]":
                failures.append(ctype)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
