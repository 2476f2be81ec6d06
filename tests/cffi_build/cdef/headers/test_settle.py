"""What cannot be declared is left out with its reason; everything else stays."""

import pytest

from cffi_build.cdef.headers.cut import cut
from cffi_build.cdef.headers.names import Directory
from cffi_build.cdef.headers.settle import settle
from cffi_build.cdef.headers.sheet import entry_of


def settled(text, *, partial=True):
    directory = Directory()
    named = [directory.add(piece) for piece in cut(f'# 1 "a.h"\n{text}').pieces]
    return settle([entry_of(one.piece, one.title, one.kind, "a.h", one.piece.words, comments=True) for one in named], "", partial=partial)


def left_out(result):
    return [(one.kind, one.name, one.reason) for one in result.skipped]


def test_what_can_be_declared_is_left_as_it_is():
    result = settled("typedef int number;\nnumber f(number x);")
    assert result.text.endswith("typedef int number;\nnumber f(number x);\n")
    assert not result.skipped


def test_a_declaration_that_is_refused_is_left_out_and_so_is_what_needs_it():
    result = settled("typedef _Decimal64 money;\nmoney price(int);\nint count(void);")
    assert left_out(result) == [
        ("type", "money", "'_Decimal64' cannot be declared (decimal floating-point numbers are not supported)"),
        ("function", "price", "needs 'money', which is left out"),
    ]
    assert set(result.declared.globals) == {"count"}


def test_a_struct_with_a_member_that_is_refused_keeps_the_others_and_ends_in_dots():
    result = settled("struct s { int a; _Atomic int b; unsigned flag : 1; int (*f)(void); };")
    (record,) = result.declared.records.values()
    assert record.partial and [field.name for field in record.fields] == ["a", "f"]
    assert left_out(result) == [
        ("member", "s.b", "'_Atomic' cannot be declared (atomic types are not supported; declare functions that access the value)")
    ]


def test_without_a_compiler_such_a_struct_becomes_opaque():
    result = settled("struct s { int a; _Atomic int b; };\ntypedef struct { _Atomic int c; } t;\nvoid f(struct s *, t *);", partial=False)
    assert [record.fields for record in result.declared.records.values()] == [None, None]
    assert "f" in result.declared.globals


@pytest.mark.parametrize(
    "text, reason",
    [
        ("int f(const char *, va_list);", "takes a va_list, which Python cannot make"),
        ("struct o; int f(struct o);", "'struct o' is opaque: only pointers to it can be used"),
        ("struct o; struct o f(void);", "'struct o' is opaque: only pointers to it can be used"),
    ],
)
def test_a_function_that_cannot_be_called_is_left_out(text, reason):
    assert left_out(settled(text)) == [("function", "f", reason)]


def test_a_member_that_points_to_such_a_function_is_left_out():
    result = settled("struct s { int a; void (*log)(const char *, va_list); };")
    assert left_out(result) == [("member", "s.log", "takes a va_list, which Python cannot make")]


def test_a_type_of_such_functions_is_left_out_with_all_that_needs_it():
    result = settled("typedef int (*log_t)(const char *, va_list);\nvoid set_log(log_t log);\nint f(void);")
    assert left_out(result) == [
        ("type", "log_t", "takes a va_list, which Python cannot make"),
        ("function", "set_log", "takes a va_list, which Python cannot make"),
    ]


def test_the_reason_of_every_member_is_told_when_several_are_wrong():
    result = settled("struct s { _Atomic int a; int b; _Decimal32 c; };")
    assert sorted(one.name for one in result.skipped) == ["s.a", "s.c"]
    (record,) = result.declared.records.values()
    assert [field.name for field in record.fields] == ["b"]
