"""``#define`` in all its forms, and the other directives."""

from __future__ import annotations

import pytest

from cffi_build.cdef import parse
from cffi_build.declarations import ConstantDeclaration, Position


def constant(text: str, name: str = "A") -> ConstantDeclaration:
    declared = parse(text).globals[name]
    assert isinstance(declared, ConstantDeclaration)
    return declared


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("#define A 42", 42),
        ("#define A -42", -42),
        ("#define A - 42", -42),
        ("# define A 42", 42),
        ("#define\tA\t42", 42),
        ("  #define A 42", 42),
        ("#define A 42 /* comment */", 42),
        ("#define A 42 // comment", 42),
        ("#define A /* comment */ 42", 42),
        ("#define A \\\n  42", 42),
        ("#define A (42)", 42),
        ("#define A 0x2aUL", 42),
        ("#define A 052", 42),
        ("#define A '*'", 42),
        ("#define A ...", None),
        ("#define A ... /* asked */", None),
        ("#define A (6 * \\\n 7)", 42),
        ("/* c */ #define A 42", 42),
    ],
)
def test_a_macro_is_an_integer_constant(text: str, value: int | None) -> None:
    declared = constant(text)
    assert (declared.value, declared.type) == (value, None)


def test_a_macro_may_use_earlier_ones() -> None:
    assert constant("#define B 6\nenum { C = 7 };\n#define A (B * C)").value == 42


def test_directives_are_carried_out_where_they_stand() -> None:
    text = "#define N 2\nstruct s {\n  int a;\n#define M (N + 1)\n  int b[M];\n};\n#define O M\nint c[O];"
    declared = parse(text)
    assert declared.globals["c"] == parse("int c[3];").globals["c"]
    assert list(declared.globals) == ["N", "M", "O", "c"]


def test_directives_at_the_end_count() -> None:
    assert constant("int x;\n#define A 1").value == 1


def test_a_macro_of_its_own_name_says_nothing() -> None:
    known = parse("enum { A = 5 };")
    assert parse("#define A A\nint x[A];", known=known).globals["x"] == parse("int x[5];").globals["x"]
    assert parse("int f(void);\n#define f f\n") == parse("int f(void);")


def test_a_macro_keeps_its_comment_and_position() -> None:
    declared = constant("/* The size. */\n#define A 42\nint x;")
    assert declared.comment == "/* The size. */"
    assert declared.position == Position("<cdef>", 2, 9)
    assert constant("#define A 42 /* The size. */\n").comment == "/* The size. */"
    assert constant("#define A 42 /* http://x */\n").comment == "/* http://x */"
    assert parse("/* The size. */\n#define A 42\nint x;").globals["x"].comment == ""


def test_a_repeated_macro_is_fine() -> None:
    assert parse("#define A 1\n#define A 1\n") == parse("#define A 0x1\n")


@pytest.mark.parametrize("text", ["#pragma once", "#pragma GCC visibility push(default)", "#ident \"x\"", "#", "# 12 \"x\"", "#line 3"])
def test_directives_without_meaning_here_are_stepped_over(text: str) -> None:
    assert parse(f"{text}\nint x;\n") == parse("int x;")
