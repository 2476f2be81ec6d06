"""c_src/ctx/realize.c: what the slots of a type table mean, with tables written by hand."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import Any

import pytest

import _cffi_backend as backend


def one_type(t: Any, *slots: Any, index: int = 0, **tables: Any) -> Any:
    """Return the ctype of slot `index`, reached through a typedef."""
    ffi = t.ffi(types=t.types(*slots), typenames=(t.typename("it", index),), **tables)
    return ffi.typeof("it")


def test_every_primitive_number_is_the_type_of_that_name(t: Any) -> None:
    ffi = backend.FFI()
    names = [one_type(t, (t.PRIMITIVE, number)).cname for number in range(56)]
    assert names[0] == "void"
    assert len(set(names)) == 56
    assert all(ffi.typeof(name) is one_type(t, (t.PRIMITIVE, number)) for number, name in enumerate(names))


@pytest.mark.parametrize(("number", "message"), [
    (-1, "primitive integer type with an unexpected size (or not an integer type at all)"),
    (-2, "primitive floating-point type with an unexpected size (or not a float type at all)"),
    (-3, "primitive floating-point type is 'long double', not supported for now with the syntax 'typedef double... xxx;'"),
    (56, "primitive type number 56: made for a newer cffi?"),
    (-4, "primitive type number -4: made for a newer cffi?"),
])
def test_primitives_that_the_compiler_could_not_tell_are_errors(t: Any, number: int, message: str) -> None:
    with pytest.raises(backend.FFI.error) as error:
        one_type(t, (t.PRIMITIVE, number))
    assert str(error.value) == message


def test_derived_types_have_the_names_that_c_gives_them(t: Any) -> None:
    table = [(t.PRIMITIVE, t.INT), (t.POINTER, 0), (t.ARRAY, 1), 7, (t.OPEN_ARRAY, 2), (t.POINTER, 4), (t.NOOP, 5)]
    names = [one_type(t, *table, index=index).cname for index in (0, 1, 2, 4, 5, 6)]
    assert names == ["int", "int *", "int *[7]", "int *[][7]", "int *(*)[][7]", "int *(*)[][7]"]


def test_equal_types_of_different_tables_are_one_object(t: Any) -> None:
    table = ((t.PRIMITIVE, t.INT), (t.POINTER, 0))
    assert one_type(t, *table, index=1) is one_type(t, *table, index=1) is backend.FFI().typeof("int *")


def test_arguments_decay_and_function_types_become_pointers(t: Any) -> None:
    table = [(t.FUNCTION, 6), (t.NOOP, 7), (t.NOOP, 4), (t.FUNCTION_END, 1), (t.FUNCTION, 6), (t.FUNCTION_END, 0),
             (t.PRIMITIVE, t.INT), (t.ARRAY, 6), 3, (t.POINTER, 0)]
    assert one_type(t, *table, index=9).cname == "int(*)(int *, int(*)(), ...)"


def test_a_function_type_itself_is_refused_but_not_the_pointer_to_it(t: Any) -> None:
    ffi = t.ffi(types=t.types((t.FUNCTION, 2), (t.FUNCTION_END, 0), (t.PRIMITIVE, t.INT)), typenames=(t.typename("fn", 0),))
    assert ffi.typeof("fn *").cname == "int(*)()"
    assert ffi.typeof("fn **").cname == "int(* *)()"
    assert ffi.typeof("int(*)(fn)").cname == "int(*)(int(*)())"
    with pytest.raises(backend.FFI.error, match="is a function type, not a pointer-to-function type"):
        ffi.typeof("fn")
    with pytest.raises(backend.FFI.error, match="array of functions"):
        ffi.typeof("fn[3]")


def test_opcodes_decide_not_what_was_realized_before(t: Any) -> None:
    """A slot that holds a realized function type still is no pointer."""
    ffi = t.ffi(types=t.types((t.FUNCTION, 2), (t.FUNCTION_END, 0), (t.PRIMITIVE, t.INT), (t.POINTER, 0), (t.POINTER, 3)),
                typenames=(t.typename("p", 3), t.typename("pp", 4)))
    assert ffi.typeof("p").cname == "int(*)()"
    assert ffi.typeof("pp").cname == "int(* *)()"
    assert ffi.typeof("p").cname == "int(*)()"


# ---- records ----

def test_a_struct_gets_its_layout_when_it_is_needed(t: Any) -> None:
    ffi = t.ffi(types=t.types((t.PRIMITIVE, t.CHAR), (t.PRIMITIVE, t.INT), (t.STRUCT_UNION, 0), (t.POINTER, 2)),
                struct_unions=((t.numbers(2, 0) + b"node", t.numbers(t.op(t.NOOP, 0)) + b"c", t.numbers(t.op(t.NOOP, 3)) + b"next",
                                t.numbers(t.op(t.BITFIELD, 1), 5) + b"bits"),))
    node = ffi.typeof("struct node")
    assert node is ffi.typeof("struct node *").item
    assert ffi.sizeof("struct node") == 3 * ffi.sizeof("void *")
    fields = dict(node.fields)
    assert [name for name, _ in node.fields] == ["c", "next", "bits"]
    assert fields["next"].type is ffi.typeof("struct node *")
    assert (fields["bits"].bitshift, fields["bits"].bitsize) == (0, 5)


@pytest.mark.parametrize(("name", "flags", "shown"), [
    (b"s", 16, "struct s"), (b"u", 17, "union u"), (b"$typedef_t", 16, "typedef_t"), (b"$1", 16, "struct $1"),
    (b"$$star_t", 16, "struct $$star_t"), (b"n" * 500, 16, "struct " + "n" * 500),
])
def test_records_are_shown_under_the_name_that_c_code_uses(t: Any, name: bytes, flags: int, shown: str) -> None:
    assert one_type(t, (t.STRUCT_UNION, 0), struct_unions=((t.numbers(0, flags) + name,),)).cname == shown


def test_an_opaque_struct_has_no_fields_and_no_size(t: Any) -> None:
    ffi = t.ffi(types=t.types((t.STRUCT_UNION, 0)), struct_unions=((t.numbers(0, t.OPAQUE) + b"s",),))
    assert ffi.typeof("struct s").fields is None
    with pytest.raises(ffi.error, match="don't know the size of ctype 'struct s'"):
        ffi.sizeof("struct s")
    with pytest.raises(TypeError):
        ffi.new("struct s *")


def test_file_is_one_type_everywhere(t: Any) -> None:
    ffi = t.ffi(types=t.types((t.STRUCT_UNION, 0), (t.POINTER, 0)), struct_unions=((t.numbers(0, t.OPAQUE) + b"_IO_FILE",),),
                typenames=(t.typename("fp", 1),))
    assert ffi.typeof("fp") is backend.FFI().typeof("FILE *") is ffi.typeof("struct _IO_FILE *")
    assert ffi.typeof("fp").cname == "FILE *"


def test_an_external_struct_is_the_one_of_the_included_ffi(t: Any) -> None:
    base = t.ffi(types=t.types((t.PRIMITIVE, t.INT), (t.STRUCT_UNION, 0)),
                 struct_unions=((t.numbers(1, 0) + b"s", t.numbers(t.op(t.NOOP, 0)) + b"x"),))
    middle = t.ffi(types=t.types((t.STRUCT_UNION, 0)), struct_unions=((t.numbers(0, t.EXTERNAL) + b"s",),), includes=(base,))
    top = t.ffi(types=t.types((t.STRUCT_UNION, 0)), struct_unions=((t.numbers(0, t.EXTERNAL) + b"s",),), includes=(t.ffi(), middle))
    assert top.typeof("struct s") is middle.typeof("struct s") is base.typeof("struct s")
    assert top.new("struct s *", [5]).x == 5


def test_an_external_struct_that_is_not_included_is_an_error(t: Any) -> None:
    record = ((t.numbers(0, t.EXTERNAL) + b"s",),)
    as_union = t.ffi(types=t.types((t.STRUCT_UNION, 0)), struct_unions=((t.numbers(0, t.OPAQUE | t.UNION) + b"s",),))
    for includes in ((), (t.ffi(),), (as_union,)):
        ffi = t.ffi(types=t.types((t.STRUCT_UNION, 0)), struct_unions=record, includes=includes)
        with pytest.raises(ffi.error, match="'struct s' should come from ffi"):
            ffi.typeof("struct s")


def test_a_struct_opaque_in_the_included_ffi_but_complete_here_is_refused(t: Any) -> None:
    base = t.ffi(types=t.types((t.STRUCT_UNION, 0)), struct_unions=((t.numbers(0, t.OPAQUE) + b"s",),))
    ffi = t.ffi(types=t.types((t.STRUCT_UNION, 0)), struct_unions=((t.numbers(0, t.EXTERNAL) + b"s",),), includes=(base,))
    with pytest.raises(NotImplementedError, match="'struct s' is opaque in"):
        ffi.typeof("struct s")


def test_an_endless_type_is_an_error(t: Any) -> None:
    for table in ([(t.POINTER, 0)], [(t.NOOP, 1), (t.NOOP, 0)], [(t.ARRAY, 0), 3], [(t.FUNCTION, 0), (t.FUNCTION_END, 0)]):
        with pytest.raises((RuntimeError, backend.FFI.error)):
            one_type(t, *table)


def test_indexes_out_of_range_are_errors(t: Any) -> None:
    for slot in [(t.POINTER, 1), (t.POINTER, -1), (t.NOOP, 99), (t.STRUCT_UNION, 0), (t.STRUCT_UNION, -2), (t.ENUM, 0), (t.TYPENAME, 1),
                 (t.FUNCTION, 0), (t.FUNCTION_END, 0), (t.BITFIELD, 0), (23, 0), (0, 0), (2, 0), (t.ARRAY, 0)]:
        with pytest.raises((RuntimeError, backend.FFI.error)):
            one_type(t, slot)


# ---- enums ----

def make_enum(t: Any, text: bytes, values: Any, prim: int = 7) -> Any:
    names = text.split(b"\0")[1].split(b",") if text.split(b"\0")[1] else []
    rows = [part for name, value in sorted(zip(names, values)) for part in (t.numbers(t.op(t.ENUM, -1)) + name, value)]
    return one_type(t, (t.ENUM, 0), globals=tuple(rows), enums=(t.numbers(0, prim) + text,))


def test_an_enum_has_its_values_in_the_order_of_the_declaration(t: Any) -> None:
    ct = make_enum(t, b"e\0Z,A,M", (0, 5, -3))
    assert (ct.cname, ct.kind) == ("enum e", "enum")
    assert list(ct.relements.items()) == [("Z", 0), ("A", 5), ("M", -3)]
    assert ct.elements == {0: "Z", 5: "A", -3: "M"}


def test_an_enum_named_by_a_typedef_and_one_with_large_values(t: Any) -> None:
    ct = make_enum(t, b"$big_t\0TOP", (2**64 - 1,), prim=12)
    assert ct.cname == "big_t"
    assert ct.relements == {"TOP": 2**64 - 1}


def test_an_enumerator_without_a_value_is_an_error(t: Any) -> None:
    with pytest.raises(backend.FFI.error, match="no value for the enumerator 'B"):
        one_type(t, (t.ENUM, 0), globals=(t.numbers(t.op(t.ENUM, -1)) + b"A", 0), enums=(t.numbers(0, 7) + b"e\0A,B",))


# ---- life ----

def test_the_tables_live_as_long_as_a_lazy_struct_needs_them(t: Any) -> None:
    record = (t.numbers(1, 0) + b"s", t.numbers(t.op(t.NOOP, 0)) + b"x")
    lazy = one_type(t, (t.PRIMITIVE, t.INT), (t.STRUCT_UNION, 0), index=1, struct_unions=(record,))
    gc.collect()
    assert [name for name, _ in lazy.fields] == ["x"]


def test_an_ffi_and_its_lazy_structs_are_reclaimed(t: Any) -> None:
    record = (t.numbers(1, 0) + b"s", t.numbers(t.op(t.NOOP, 0)) + b"x")
    ffi = t.ffi(types=t.types((t.PRIMITIVE, t.INT), (t.STRUCT_UNION, 0)), struct_unions=(record,))
    references = [weakref.ref(ffi.typeof("struct s")), weakref.ref(ffi)]
    del ffi
    gc.collect()
    assert [reference() for reference in references] == [None, None]


def test_threads_that_realize_one_struct_get_one_type(t: Any) -> None:
    for _ in range(20):
        record = (t.numbers(1, 0) + b"s", t.numbers(t.op(t.NOOP, 0)) + b"x")
        ffi = t.ffi(types=t.types((t.PRIMITIVE, t.INT), (t.STRUCT_UNION, 0)), struct_unions=(record,))
        barrier, found = threading.Barrier(4), []

        def look(ffi: Any = ffi, barrier: Any = barrier, found: Any = found) -> None:
            barrier.wait()
            found.append(ffi.typeof("struct s"))

        threads = [threading.Thread(target=look) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({id(ct) for ct in found}) == 1
        assert found[0].fields[0][1].type.cname == "int"
