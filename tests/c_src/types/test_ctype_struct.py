"""Giving records their fields: what is computed, what a compiler told, what is refused. Layouts as such: test_layout.py."""

from __future__ import annotations

from typing import Any, List, Optional, Tuple

import pytest

import _cffi_backend as backend

SF_MSVC_BITFIELDS, SF_GCC_ARM_BITFIELDS, SF_GCC_X86_BITFIELDS = 0x01, 0x02, 0x10
SF_GCC_BIG_ENDIAN, SF_GCC_LITTLE_ENDIAN = 0x04, 0x40
SF_PACKED, SF_STD_FIELD_POS = 0x08, 0x80

INT, CHAR, SHORT, LONGLONG, DOUBLE = (backend.new_primitive_type(n) for n in ("int", "char", "short", "long long", "double"))
OPEN_ARRAY = backend.new_array_type(backend.new_pointer_type(INT), None)


def struct(fields: List[Tuple[Any, ...]], size: int = -1, align: int = -1, flags: int = 0, pack: int = 0, union: bool = False) -> Any:
    ctype = backend.new_union_type("union s") if union else backend.new_struct_type("struct s")
    backend.complete_struct_or_union(ctype, fields, None, size, align, flags, pack)
    return ctype


def places(ctype: Any) -> List[Tuple[str, int]]:
    return [(name, field.offset) for name, field in ctype.fields]


# ---- what the fields show ----

def test_fields_show_their_places() -> None:
    ctype = struct([("a", CHAR), ("b", INT, 5), ("", INT, 3), ("c", INT, 9), ("d", OPEN_ARRAY)], flags=SF_GCC_X86_BITFIELDS)
    assert [(name, f.name, f.type, f.offset, f.bitshift, f.bitsize, f.flags) for name, f in ctype.fields] == [
        ("a", "a", CHAR, 0, -1, -1, 0), ("b", "b", INT, 0, 8, 5, 0), ("c", "c", INT, 0, 16, 9, 0), ("d", "d", OPEN_ARRAY, 4, -2, -1, 0)]


def test_members_of_a_union_after_the_first_are_left_out_by_initializers() -> None:
    ctype = struct([("a", CHAR), ("b", INT), ("c", SHORT)], union=True)
    assert [(name, field.offset, field.flags) for name, field in ctype.fields] == [("a", 0, 0), ("b", 0, 1), ("c", 0, 1)]
    assert backend.sizeof(ctype) == 4


def test_fields_of_anonymous_records_are_those_of_the_record_around() -> None:
    inner = struct([("x", INT), ("y", CHAR, 3), ("z", CHAR)])
    union = struct([("u", INT), ("", inner)], union=True)
    outer = struct([("a", INT), ("", union), ("b", INT)])
    assert [(name, field.offset, field.flags) for name, field in outer.fields] == [
        ("a", 0, 0), ("u", 4, 0), ("x", 4, 1), ("y", 8, 1), ("z", 9, 1), ("b", 12, 0)]
    assert backend.typeoffsetof(outer, "z") == (CHAR, 9)


def test_every_field_of_a_large_struct_is_found_by_name_however_the_string_was_made() -> None:
    names = [f"field_{i}" for i in range(1000)]
    ctype = struct([(name, INT) for name in names])
    for i, name in enumerate(names):
        assert backend.typeoffsetof(ctype, name) == (INT, 4 * i)
        assert backend.typeoffsetof(ctype, "".join(list(name))) == (INT, 4 * i)
    for absent in ("field_1000", "", "field", "field_ü"):
        with pytest.raises(KeyError):
            backend.typeoffsetof(ctype, absent)


def test_a_record_without_members_has_one_byte_unless_told_otherwise() -> None:
    assert backend.sizeof(struct([])) == 1
    assert backend.sizeof(struct([], 0, 1)) == 0
    assert backend.sizeof(struct([], 8, 4)) == 8
    assert struct([]).fields == []


# ---- what a compiler told ----

def test_told_offsets_size_and_alignment_are_taken() -> None:
    ctype = struct([("a", INT, -1, 8), ("b", CHAR, -1, 1)], 32, 16)
    assert places(ctype) == [("a", 8), ("b", 1)]
    assert (backend.sizeof(ctype), backend.alignof(ctype)) == (32, 16)


@pytest.mark.parametrize(("fields", "size", "align", "message"), [
    ([("a", INT, -1, 4), ("b", CHAR, -1, 0)], 8, 4, "wrong offset for field 'a' (cdef says 0, but C compiler says 4)"),
    ([("a", INT, -1, 0), ("b", CHAR, -1, 6)], 8, 4, "wrong offset for field 'b' (cdef says 4, but C compiler says 6)"),
    ([("a", INT, -1, 0), ("b", CHAR, -1, 4)], 12, 4, "wrong total size (cdef says 8, but C compiler says 12)"),
    ([("a", INT, -1, 0), ("b", CHAR, -1, 4)], 8, 8, "wrong total alignment (cdef says 4, but C compiler says 8)"),
    ([("a", INT, 3), ("b", INT, 4)], 8, 4, "wrong total size (cdef says 4, but C compiler says 8)"),
])
def test_what_differs_from_the_standard_layout_is_an_error_when_checked(fields: Any, size: int, align: int, message: str) -> None:
    struct(fields, size, align)
    with pytest.raises(backend.FFI.error) as caught:
        struct(fields, size, align, SF_STD_FIELD_POS)
    assert str(caught.value).startswith(f"struct s: {message}. fix it or use \"...;\" as the last field in the cdef for struct s")


def test_the_standard_layout_passes_the_check() -> None:
    assert places(struct([("a", CHAR, -1, 0), ("b", LONGLONG, -1, 8)], 16, 8, SF_STD_FIELD_POS)) == [("a", 0), ("b", 8)]
    assert places(struct([("a", CHAR, -1, 0), ("b", LONGLONG, -1, 1)], 9, 1, SF_STD_FIELD_POS | SF_PACKED)) == [("a", 0), ("b", 1)]


# ---- what is refused; the record stays as it was ----

@pytest.mark.parametrize(("fields", "rest", "error", "message"), [
    ([("a", INT), ("b", backend.new_void_type())], (), TypeError, "field 'struct s.b' has ctype 'void' of unknown size"),
    ([("a", backend.new_struct_type("struct o"))], (), TypeError, "field 'struct s.a' has ctype 'struct o' of unknown size"),
    ([("a", OPEN_ARRAY), ("b", INT)], (), TypeError, "field 'struct s.a' has ctype 'int[]' of unknown size"),
    ([("a", DOUBLE, 3)], (), TypeError, "field 'struct s.a' declared as 'double' cannot be a bit field"),
    ([("a", INT, 33)], (), TypeError, "bit field 'struct s.a' is declared 'int:33', which exceeds the width of the type"),
    ([("a", INT, 0)], (), TypeError, "field 'struct s.a' is declared with :0"),
    ([("a", INT, 3, 0)], (), TypeError, "field 'struct s.a' is a bitfield, but a fixed offset is specified"),
    ([("a", INT), ("b", CHAR)], (4, 4), TypeError, "struct s cannot be of size 4: there are fields at least up to 5"),
    ([("a", INT)], (4, 3), ValueError, "'struct s' cannot have the alignment 3: expected a power of two"),
    ([("a", INT)], (-1, -1, 0, 3), ValueError, "'struct s' cannot have pack=3: expected a power of two, or 0"),
    ([("a", INT), ("a", INT)], (), KeyError, "duplicate field name 'a' in 'struct s'"),
    ([("a", LONGLONG, 30), ("b", CHAR, 5)], (-1, -1, SF_PACKED), NotImplementedError,
     "the packed bit-field 'b' lies across more bytes than its type 'char' has"),
])
def test_impossible_fields_are_refused(fields: Any, rest: Any, error: Any, message: str) -> None:
    ctype = backend.new_struct_type("struct s")
    with pytest.raises(error) as caught:
        backend.complete_struct_or_union(ctype, fields, None, *rest)
    assert message in str(caught.value)
    assert ctype.fields is None
    backend.complete_struct_or_union(ctype, [("a", INT)])
    assert backend.sizeof(ctype) == 4


def test_sizes_that_do_not_fit_are_refused() -> None:
    huge = backend.new_array_type(backend.new_pointer_type(CHAR), 2**62)
    for fields in ([("a", huge), ("b", huge)], [("a", huge), ("b", huge, -1, 2**62)]):
        with pytest.raises(OverflowError, match="'struct s' would be larger than a Py_ssize_t can count"):
            struct(fields)


# ---- rules of several compilers (the numbers are those of the published documentation's examples) ----

@pytest.mark.parametrize(("flags", "size", "offset"), [
    (SF_GCC_X86_BITFIELDS, 5, 4), (SF_GCC_ARM_BITFIELDS, 8, 4), (SF_MSVC_BITFIELDS, 2, 1)])
def test_a_bit_field_of_width_0_separates_as_each_compiler_does(flags: int, size: int, offset: int) -> None:
    ctype = struct([("a", CHAR), ("", INT, 0), ("c", CHAR)], flags=flags)
    assert (backend.sizeof(ctype), places(ctype)) == (size, [("a", 0), ("c", offset)])


def test_big_endian_bit_fields_are_counted_from_the_other_end() -> None:
    def shifts(flags: int) -> List[Optional[int]]:
        return [field.bitshift for _, field in struct([("a", INT, 3), ("b", INT, 10)], flags=flags).fields]
    assert shifts(SF_GCC_X86_BITFIELDS | SF_GCC_LITTLE_ENDIAN) == [0, 3]
    assert shifts(SF_GCC_X86_BITFIELDS | SF_GCC_BIG_ENDIAN) == [29, 19]
