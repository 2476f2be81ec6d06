"""Enums: values, unknown values, repetition."""

from __future__ import annotations

import pytest

from cffi_build.cdef import parse
from cffi_build.declarations import EnumDeclaration
from cffi_build.errors import CDefError
from cffi_build.model import Enum


def enum(text: str, name: str = "e") -> EnumDeclaration:
    return parse(text).enums[Enum(name)]


@pytest.mark.parametrize(
    ("body", "values"),
    [
        ("A", [("A", 0)]),
        ("A, B, C,", [("A", 0), ("B", 1), ("C", 2)]),
        ("A = -1, B, C = 5, D", [("A", -1), ("B", 0), ("C", 5), ("D", 6)]),
        ("A = 1, B = A << 3, C = A | B", [("A", 1), ("B", 8), ("C", 9)]),
        ("A = 'x', B = sizeof(int)", [("A", 120), ("B", 4)]),
        ("A __attribute__((deprecated)) = 3, B [[x]]", [("A", 3), ("B", 4)]),
        ("A = ..., B, C = 3, D", [("A", None), ("B", None), ("C", 3), ("D", 4)]),
        ("A = 0xffffffffffffffff", [("A", 0xFFFFFFFFFFFFFFFF)]),
        ("A = -0x7fffffffffffffff - 1", [("A", -(1 << 63))]),
    ],
)
def test_enumerators(body: str, values: list[tuple[str, int | None]]) -> None:
    assert enum(f"enum e {{ {body} }};").enumerators == tuple(values)


@pytest.mark.parametrize("body", ["A, B, ...", "A = 3, B, ...,", "...", "A = ..., ..."])
def test_in_an_enum_that_ends_in_dots_the_compiler_tells_all_values(body: str) -> None:
    declared = enum(f"enum e {{ {body} }};")
    assert declared.partial
    assert all(value is None for _, value in declared.enumerators or ())


def test_an_enum_with_an_unknown_value_is_partial() -> None:
    assert enum("enum e { A, B = ... };").partial
    assert not enum("enum e { A, B };").partial


def test_an_opaque_enum_has_no_enumerators() -> None:
    assert enum("enum e;").enumerators is None
    assert enum("enum e f(void);").enumerators is None
    assert enum("enum e; enum e { A };").enumerators == (("A", 0),)


@pytest.mark.parametrize(
    ("text", "name"),
    [("typedef enum { A } t;", "$t"), ("typedef enum { A } *p;", "$1"), ("enum { A };", "$1"), ("typedef enum e { A } t;", "e")],
)
def test_the_name_of_an_enum(text: str, name: str) -> None:
    assert list(parse(text).enums) == [Enum(name)]


def test_values_that_the_compiler_tells_cannot_be_used() -> None:
    with pytest.raises(CDefError, match="the value of 'A' is known only to the C compiler"):
        parse("enum { A = 3, ... }; int x[A];")


def test_enumerators_are_constants() -> None:
    declared = parse("enum { SIZE = 3 }; int a[SIZE + 1];")
    assert declared.globals["a"].type == parse("int a[4];").globals["a"].type
    later = parse("int b[SIZE];", known=declared)
    assert later.globals["b"].type == parse("int b[3];").globals["b"].type


def test_an_enum_may_be_repeated() -> None:
    assert parse("enum { A, B }; enum { A, B };") == parse("enum { A, B };")
    assert parse("enum e { A, B }; enum e { A, B };") == parse("enum e { A, B };")
    assert parse("typedef enum { A } t; typedef enum { A } t;") == parse("typedef enum { A } t;")


def test_a_macro_of_the_same_name_and_value_is_the_enumerator() -> None:
    expected = parse("enum { A, B };")
    assert parse("enum { A, B };\n#define A A\n#define B 1\n") == expected
    assert parse("#define B 1\nenum { A, B };") == expected


def test_the_comment_above_an_enum_is_kept() -> None:
    assert enum("/* Colours. */\nenum e { A };").comment == "/* Colours. */"
