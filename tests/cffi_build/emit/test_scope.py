"""What a module's tables list."""

import pytest

from cffi_build import cdef
from cffi_build.emit.scope import find_record, scope
from cffi_build.model import Enum, Record

BASE = """
    struct full { int a; };
    struct empty;
    typedef int number;
    typedef int... size;
    enum known { K1, K2 };
    enum unknown { U1 = ..., U2 };
    typedef enum unknown unknown_t;
"""


def listed(text, *included, flatten=True):
    return scope(cdef.parse(text, included=[cdef.parse(each) for each in included]), flatten=flatten)


def names(table):
    return [key.name for key in table]


def test_records_are_in_the_order_of_bytes():
    assert names(listed("struct b; struct B; struct _a; struct a1;").records) == ["B", "_a", "a1", "b"]


def test_a_record_that_is_only_mentioned_is_listed_as_opaque():
    found = listed("void f(struct s *);").records[Record("struct", "s")]
    assert found.declaration.fields is None and not found.external


def test_file_is_not_listed():
    assert names(listed("FILE *f(void);").records) == []


@pytest.mark.parametrize("flatten, expected", [(True, ["s"]), (False, ["$1", "s"])])
def test_an_anonymous_member_is_listed_only_where_records_are_nested(flatten, expected):
    assert names(listed("struct s { union { int a; float b; }; };", flatten=flatten).records) == expected


def test_a_nameless_record_with_a_field_name_is_listed():
    assert names(listed("struct s { struct { int a; } inner; };").records) == ["$1", "s"]


def test_a_nameless_record_inside_an_anonymous_member_is_listed():
    records = listed("struct s { struct { struct { int deep; } inner; }; };").records.values()
    assert ["deep"] in [[field.name for field in scoped.declaration.fields] for scoped in records]
    assert len(records) == 2


def test_included_records_are_external():
    records = listed("struct own { int a; };", BASE).records
    assert {key.name: scoped.external for key, scoped in records.items()} == {"empty": True, "full": True, "own": False}


def test_a_record_mentioned_again_is_still_the_included_one():
    record = listed("struct full; struct full *f(void);", BASE).records[Record("struct", "full")]
    assert record.external and record.declaration.fields is not None


def test_a_record_that_the_included_module_leaves_opaque_stays_external_but_is_not_opaque():
    """The runtime says what is wrong when it is used."""
    record = listed("struct empty { int a; };", BASE).records[Record("struct", "empty")]
    assert record.external and record.declaration.fields is not None


def test_included_names_are_listed_unless_only_c_knows_them():
    found = listed("int f(int);", BASE)
    assert list(found.typedefs) == ["number"]
    assert names(found.enums) == ["known"]


def test_included_names_that_are_mentioned_are_listed():
    found = listed("size f(unknown_t);", BASE)
    assert sorted(found.typedefs) == ["number", "size", "unknown_t"]
    assert found.enums[Enum("unknown")].external


def test_the_declaration_with_fields_is_found_first():
    record = Record("struct", "full")
    found = find_record(cdef.parse("struct full;", included=[cdef.parse(BASE)]), record)
    assert found is not None and found.fields is not None


def test_what_included_modules_include_is_visible():
    middle = cdef.parse("struct mid { int a; };", included=[cdef.parse(BASE)])
    found = scope(cdef.parse("int f(number);", included=[middle]), flatten=True)
    assert names(found.records) == ["empty", "full", "mid"]
