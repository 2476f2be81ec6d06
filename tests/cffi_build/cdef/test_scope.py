"""Redeclaration, ``override``, and what is included."""

from __future__ import annotations

import pytest

from cffi_build.cdef import parse
from cffi_build.declarations import Declarations
from cffi_build.errors import CDefError
from cffi_build.model import Enum, Primitive, Record

REPEATABLE = [
    "int f(int);",
    "extern int x;",
    "int x[...];",
    "static const int x = 4;",
    "static const int x;",
    "#define X 4\n",
    "#define X ...\n",
    "typedef int t;",
    "typedef int... t;",
    "typedef ... t;",
    "typedef ... *t;",
    "struct s;",
    "struct s { int x; };",
    "struct s { int x; ...; };",
    "struct s { struct { int x; enum { A } e; } y; union { int z; }; };",
    "typedef struct { int x; } t;",
    "typedef struct { int x; } *p;",
    "typedef struct { struct { int x; } y; } *p[3];",
    "typedef void (*f)(struct { int x; } *);",
    "union u { int x; };",
    "enum e { A, B };",
    "enum { A, B };",
    "enum e { A, ... };",
    "typedef enum { A } t;",
    'extern "Python" int f(int);',
    "int printf(const char *, ...); int vprintf(const char *, va_list);",
]


@pytest.mark.parametrize("text", REPEATABLE)
def test_an_identical_declaration_changes_nothing(text: str) -> None:
    once = parse(text)
    assert parse(text + text) == once
    assert parse(text, known=once) == once


def test_parameter_names_may_differ() -> None:
    assert parse("int f(int a); int f(int b); int f(int);") == parse("int f(int);")


def test_extern_makes_no_difference() -> None:
    assert parse("extern int x; int x;") == parse("int x;")


CONFLICTS = [
    ("int f(int);", "int f(long);", "int f(int)"),
    ("int f(int);", "int f(int, ...);", "int f(int)"),
    ("int f(int);", 'extern "Python" int f(int);', "int f(int)"),
    ("int f(int);", "int f;", "int f(int)"),
    ("int x;", "long x;", "int x"),
    ("int x;", "static const int x;", "int x"),
    ("#define x 1\n", "#define x 2\n", "#define x 1"),
    ("#define x 1\n", "#define x ...\n", "#define x 1"),
    ("static const int x = 1;", "static const int x = 2;", "static int x = 1"),
    ("typedef int x;", "typedef long x;", "typedef int x"),
    ("typedef int x;", "int x;", "typedef int x"),
    ("int x;", "typedef int x;", "int x"),
    ("struct x { int a; };", "struct x { int b; };", "struct x"),
    ("struct x { int a; };", "struct x { long a; };", "struct x"),
    ("struct x { int a; };", "struct x { int a; ...; };", "struct x"),
    ("struct x { struct { int a; } b; };", "struct x { struct { long a; } b; };", "struct x"),
    ("typedef struct { int a; } x;", "typedef struct { long a; } x;", "x"),
    ("typedef struct { int a; } *x;", "typedef struct { long a; } *x;", "typedef struct $1 *x"),
    ("typedef ... x;", "typedef ... *x;", "typedef x x"),
    ("enum x { A };", "enum x { A, B };", "enum x"),
    ("enum { x };", "int x;", "an enumerator of enum $1"),
    ("enum { x };", "#define x 1\n", "an enumerator of enum $1"),
    ("#define x 1\n", "enum { x };", "#define x 1"),
    ("enum { x };", "typedef int x;", "an enumerator of enum $1"),
    ("typedef int x;", "enum { x };", "typedef int x"),
    ("int x;", "enum { x };", "int x"),
    ("enum { x };", "enum { y, x };", "an enumerator of enum $1"),
]


@pytest.mark.parametrize(("first", "second", "said"), CONFLICTS)
def test_another_declaration_of_a_name_is_an_error_that_shows_both_places(first: str, second: str, said: str) -> None:
    known = parse(first, filename="first.h")
    for text, options in ((first + "\n" + second, {"filename": "first.h"}), (second, {"filename": "second.h", "known": known})):
        with pytest.raises(CDefError) as caught:
            parse(text, **options)  # type: ignore[arg-type]
        (error,) = caught.value.errors
        assert error.message.endswith("is declared again, differently")
        assert error.hint.startswith("earlier, at first.h:1:")
        assert error.hint.endswith(": " + said)


@pytest.mark.parametrize(("first", "second", "said"), [case for case in CONFLICTS if "enum {" not in case[0] + case[1]])
def test_override_replaces(first: str, second: str, said: str) -> None:
    replaced = parse(second, known=parse(first), override=True)
    expected = parse(second)
    assert replaced.globals == expected.globals
    assert replaced.typedefs.keys() == expected.typedefs.keys()
    assert said
    for record, declared in expected.records.items():
        if not record.name[1:].isdigit():
            assert replaced.records[record].fields == declared.fields or "$" in str(declared.fields)


def test_enumerators_of_two_incomplete_enums_may_clash_until_the_compiler_is_asked() -> None:
    declared = parse("enum a { X, ... }; enum b { X, ... };")
    assert declared.enums[Enum("a")].enumerators == declared.enums[Enum("b")].enumerators


def test_what_is_included_can_be_used_but_is_not_declared_again() -> None:
    base = parse("typedef long t; struct s { t x; }; enum e { A = 7 }; int f(void); struct o; typedef struct { int y; } n;")
    declared = parse("t g(struct s *, enum e, struct o *, n); int x[A];", included=[base])
    assert declared.included == [base]
    assert list(declared.globals) == ["g", "x"]
    assert not declared.typedefs
    assert not declared.records
    assert not declared.enums


def test_what_the_included_include_can_be_used_too() -> None:
    first = parse("typedef long t;")
    second = parse("typedef t *p;", included=[first])
    assert parse("p x; t y;", included=[second]).globals["y"].type == Primitive("long")


def test_inclusion_lasts_and_counts_once() -> None:
    base = parse("typedef long t;")
    declared = parse("t x;", included=[base])
    again = parse("t y;", known=declared, included=[base])
    assert again.included == [base]


def test_a_struct_may_be_repeated_from_an_included_one() -> None:
    base = parse("struct s { struct { int y; } x; };")
    assert not parse("struct s { struct { int y; } x; };", included=[base]).records
    assert not parse("struct s;", included=[base]).records


def test_an_opaque_struct_of_an_included_one_may_be_completed() -> None:
    base = parse("struct s; struct s *make(void);")
    assert parse("struct s { int x; };", included=[base]).records[Record("struct", "s")].fields


@pytest.mark.parametrize(
    ("included", "text"),
    [("typedef int t;", "typedef long t;"), ("struct s { int x; };", "struct s { long x; };"), ("struct s;", "union s { int x; };"),
     ("enum e { A };", "enum e { B };")],
)
def test_types_that_contradict_an_included_one_are_refused(included: str, text: str) -> None:
    with pytest.raises(CDefError):
        parse(text, included=[parse(included)])


def test_functions_and_constants_of_another_module_are_no_conflict() -> None:
    base = parse("int f(int); #define A 1\n".replace("; #", ";\n#"))
    declared = parse("long f(long);\n#define A 2\n", included=[base])
    assert declared.globals == parse("long f(long);\n#define A 2\n").globals


def test_one_set_of_declarations_is_included_in_another_with_numbers_apart() -> None:
    base = parse("struct { int a; } x;")
    other = Declarations(anonymous_count=4)
    assert parse("struct { int b; } y;", included=[base, other]).anonymous_count == 5


@pytest.mark.parametrize("options", [{"known": parse("typedef int colour_t;")}, {"included": [parse("typedef int colour_t;")]}])
def test_suggestions_know_earlier_and_included_names(options: dict[str, object]) -> None:
    with pytest.raises(CDefError, match=r"did you mean 'colour_t'\?"):
        parse("color_t x;", **options)  # type: ignore[arg-type]
