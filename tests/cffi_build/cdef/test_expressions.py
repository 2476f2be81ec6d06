"""Constant expressions: every value is what the C compiler computes."""

from __future__ import annotations

import random
from typing import Callable, Iterable

import pytest

from cffi_build.cdef import parse
from cffi_build.declarations import ConstantDeclaration
from cffi_build.errors import CDefError

Accepts = Callable[[Iterable[str]], None]

LITERALS = [
    "0", "1", "2", "3", "7", "31", "32", "63", "100", "255", "65535", "2147483647", "2147483648", "4294967295", "4294967296",
    "0x7f", "0xff", "0x7fffffff", "0x80000000", "0xffffffff", "0xFFFFFFFFFFFFFFFF", "017", "0777", "0b101", "0u", "1U", "5L", "6ul",
    "7LL", "8ull", "9lu", "0x80000000L", "037777777777", "'a'", "'\\n'", "'\\0'", "'\\x41'", "'\\377'", "'\\''", "'\"'", "L'x'",
    "u'y'", "U'z'", "'ab'", "'RIFF'", "'\\xff\\0a'", "'\\1011'", "'\\377\\377\\377\\376'", "L'\\u20ac'", "'\\\\\\''", "'\\?'",
    "9223372036854775807",
]
TYPES = ["char", "signed char", "unsigned char", "short", "unsigned short", "int", "unsigned", "long", "unsigned long", "long long",
         "unsigned long long", "_Bool", "int8_t", "uint16_t", "size_t", "ptrdiff_t", "uint32_t", "int64_t"]
BINARY = ["+", "-", "*", "/", "%", "<<", ">>", "&", "|", "^", "<", ">", "<=", ">=", "==", "!=", "&&", "||"]
SIZES = ["int", "char[3]", "int *", "struct s", "struct s[2]", "union u", "enum e *", "void (*)(int)", "double", "long", "struct n",
         "float _Complex", "short[2][3]", "struct p", "struct a"]
DECLARATIONS = """
struct s { char a; int b; short c[3]; double d; char e; };
union u { char a[5]; int b; };
enum e { NEGATIVE = -3, SMALL = 4, LARGE = 0x7fffffff };
struct n { struct s x; union { char c; long d; }; struct { char e[3]; }; };
#pragma pack(push, 2)
struct p { char a; int b; double c; };
#pragma pack(pop)
struct a { char x; short y __attribute__((aligned(8))); } __attribute__((aligned(16)));
"""


def value(expression: str, before: str = "") -> int:
    declared = parse(f"{before}\n#define VALUE {expression}\n").globals["VALUE"]
    assert isinstance(declared, ConstantDeclaration)
    assert declared.value is not None
    return declared.value


def random_expression(chance: random.Random, depth: int) -> str:
    kind = chance.randrange(8) if depth else chance.randrange(2)
    if kind == 0:
        return chance.choice(["NEGATIVE", "SMALL", "LARGE"])
    if kind == 1:
        return chance.choice(LITERALS)
    operand = random_expression(chance, depth - 1)
    if kind == 2:
        return f"{chance.choice(['-', '~', '!', '+'])} {operand}"
    if kind == 3:
        return f"({chance.choice(TYPES)})({operand})"
    if kind == 4:
        return f"{chance.choice(['sizeof', '_Alignof'])}({chance.choice(SIZES)})"
    if kind == 5:
        return f"({operand} ? {random_expression(chance, depth - 1)} : {random_expression(chance, depth - 1)})"
    joined = f"{operand} {chance.choice(BINARY)} {random_expression(chance, depth - 1)}"
    return joined if kind == 6 else f"({joined})"


def literal(number: int) -> str:
    return f"({number}ULL)" if number > (1 << 63) - 1 else f"({number + 1}LL - 1)" if number < 0 else f"{number}LL"


def agreement(expression: str, number: int) -> str:
    return f'_Static_assert(({expression}) == {literal(number)} && (({expression}) < 0) == {int(number < 0)}, "{number}");'


def test_random_expressions_have_the_value_that_the_c_compiler_computes(c_compiler_accepts: Accepts) -> None:
    chance = random.Random(20240229)
    checked, refused = [], []
    for _ in range(2500):
        expression = random_expression(chance, chance.randrange(4))
        try:
            checked.append(agreement(expression, value(expression, DECLARATIONS)))
        except CDefError as problem:
            refused.append(problem.errors[0].message)
    assert len(checked) > 2000
    assert {message.split(" ")[0] for message in refused} == {"division", "integer", "a"}  # by zero, overflow, 32-bit number
    c_compiler_accepts([DECLARATIONS, *checked])


@pytest.mark.parametrize("expression", LITERALS)
def test_literals(expression: str, c_compiler_accepts: Accepts) -> None:
    c_compiler_accepts([agreement(expression, value(expression))])


@pytest.mark.parametrize(
    ("expression", "number"),
    [
        ("1 + 2 * 3", 7),
        ("10 - 4 - 3", 3),
        ("-7 / 2", -3),
        ("-7 % 2", -1),
        ("1 << 2 + 1", 8),
        ("1 | 2 ^ 3 & 2", 1 | (2 ^ (3 & 2))),
        ("1 == 2 < 3", 1),
        ("0 || 1 && 0", 0),
        ("1 ? 2 : 0 ? 3 : 4", 2),
        ("0 ? 2 : 0 ? 3 : 4", 4),
        ("- - 3", 3),
        ("-1 < 0u", 0),
        ("~0u", 0xFFFFFFFF),
        ("0x80000000 * 2", 0),
        ("1 << 31", -(1 << 31)),
        ("(unsigned char)300", 44),
        ("(signed char)200", -56),
        ("(_Bool)200", 1),
        ("(enum e)3", 3),
        ("1'000'000", 1_000_000),
        ("0 && 1 / 0", 0),
        ("1 || 1 % 0", 1),
        ("1 ? 2 : (1 / 0)", 2),
        ("0 ? (1 << 99) : 3", 3),
        ("0 ? 1 : 1 ? 2 : 5 / 0", 2),
        ("1 ? -1 : 1u / 0", 0xFFFFFFFF),
    ],
)
def test_values(expression: str, number: int) -> None:
    assert value(expression) == number


@pytest.mark.parametrize(
    "expression", ["1 && 1 / 0", "0 || 1 / 0", "0 ? 2 : 1 / 0", "1 ? 1 / 0 : 2", "(0 && 1) + 1 / 0", "0 && 99999999999999999999"]
)
def test_what_c_evaluates_has_a_value(expression: str) -> None:
    with pytest.raises(CDefError, match="division by zero|does not fit"):
        value(expression)


def test_an_earlier_constant_keeps_its_type() -> None:
    assert value("(A * 2)", "#define A 0x80000000\n") == 0
    assert value("(A - 1 < 0)", "static const unsigned A = 0;") == 0


def test_constants_of_earlier_and_included_texts_can_be_used() -> None:
    known = parse("#define A 3\nstatic const int B = A + 1;\nenum { C = 9 };")
    for text in (parse("int x[A * B + C];", known=known), parse("int x[A * B + C];", included=[known])):
        assert text.globals["x"] == parse("int x[21];").globals["x"]


def test_expressions_may_stand_wherever_a_number_may() -> None:
    text = "#define N (2 + 1)\nint a[N << 1]; struct s { int b : N; char c[N]; }; enum { D = N }; static const int E = N;"
    assert parse(text) == parse("#define N 3\nint a[6]; struct s { int b : 3; char c[3]; }; enum { D = 3 }; static const int E = 3;")


def test_a_long_chain_of_operators_is_no_nesting() -> None:
    assert value("+".join(["1"] * 5000)) == 5000
