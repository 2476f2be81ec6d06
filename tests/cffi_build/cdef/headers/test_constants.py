"""Macros become constants; the C compiler says which and how much."""

import subprocess

import pytest

from cffi_build.cdef.headers import constants
from cffi_build.cdef.headers.constants import FLOAT, INTEGER, NOTHING, STRING
from cffi_build.cdef.headers.pieces import Macro


def macro(name, body, parameters=None, comment=""):
    return Macro(name, parameters, body, 0, "a.h", 1, comment)


def ask(definitions, tmp_path, compiler="cc"):
    """What the compiler answers about macros with these bodies."""
    macros = [macro(name, body) for name, body in definitions.items()]
    includes = "".join(f"#define {name} {body}\n" for name, body in definitions.items())
    (tmp_path / "t.c").write_text(constants.table(includes, [(one, True) for one in macros]), encoding="utf-8")
    subprocess.run([compiler, "-w", "-c", "-o", tmp_path / "t.o", tmp_path / "t.c"], check=True)
    return constants.answers((tmp_path / "t.o").read_bytes(), [(one, True) for one in macros])


VALUES = {
    "ZERO": ("0", 0), "NEGATIVE": ("(-1)", -1), "BIG": ("0xFFFFFFFFFFFFFFFFull", 2**64 - 1),
    "LEAST": ("(-9223372036854775807ll - 1)", -2**63), "LETTER": ("'A'", 65), "SHIFT": ("(1u << 31)", 2**31),
    "SIZE": ("sizeof(int)", 4), "TRUTH": ("((_Bool)7)", 1), "SMALL": ("(unsigned char)300", 44),
}  # fmt: skip


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_values_are_read_from_the_object_file(tmp_path, compiler):
    found = ask({name: text for name, (text, _) in VALUES.items()}, tmp_path, compiler)
    assert {one.macro.name: (one.kind, one.value) for one in found} == {name: (INTEGER, value) for name, (_, value) in VALUES.items()}


def test_the_questions_are_wrong_in_the_lines_of_what_is_no_constant(tmp_path):
    bodies = {"INT": "1", "TYPE": "unsigned", "NAME": "unknown_name", "CALL": "called()", "TEXT": '"abc"', "REAL": "1.5"}
    includes = "int called(void);\n" + "".join(f"#define {name} {body}\n" for name, body in bodies.items())
    (tmp_path / "q.c").write_text(constants.questions(includes, [macro(*item) for item in bodies.items()]), encoding="utf-8")
    command = ["gcc", "-w", "-fsyntax-only", "-ftrack-macro-expansion=0", tmp_path / "q.c"]
    done = subprocess.run(command, stderr=subprocess.PIPE, encoding="utf-8")
    wrong = {int(line.split(":")[1]) for line in done.stderr.splitlines() if "error:" in line}
    expressions = [name for index, name in enumerate(bodies) if 2 * index + 1 not in wrong]
    assert expressions == ["INT", "CALL", "TEXT", "REAL"]
    assert 2 * 0 + 2 not in wrong and 2 * 3 + 2 in wrong


@pytest.mark.parametrize(
    "kind, value, values, line",
    [
        (INTEGER, 5, False, "#define X ..."),
        (INTEGER, 5, True, "#define X 5"),
        (INTEGER, -5, True, "#define X -5"),
        (INTEGER, 2**64 - 1, True, "#define X 0xffffffffffffffff"),
        (INTEGER, -2**63, True, "#define X (-9223372036854775807 - 1)"),
        (FLOAT, None, False, "static const double X;"),
        (STRING, None, False, "static char *const X;"),
    ],
)
def test_how_a_constant_is_declared(kind, value, values, line):
    assert constants.declaration(constants.Constant(macro("X", ""), kind, value), values=values) == (line,)


@pytest.mark.parametrize("kind", [FLOAT, STRING, NOTHING])
def test_without_a_compiler_only_integers_can_be_declared(kind):
    assert constants.declaration(constants.Constant(macro("X", ""), kind, None), values=True) == ()


@pytest.mark.parametrize(
    "body, parameters, reason",
    [
        ("x", "(x)", "a macro with parameters; declare it as a function if it is one"),
        ("", None, "it has no value"),
        ("{ 1, 2 }", None, "a value in braces"),
        ("do { } while (0)", None, "not an expression"),
        ("(1", None, "not an expression"),
        ('"open', None, "not an expression"),
        ("1L, 2L", None, "a list of values"),
        ("f(1, 2)", None, ""),
        ("1 + 2", None, ""),
    ],
)
def test_what_need_not_be_asked_about(body, parameters, reason):
    assert constants.unusable(macro("X", body, parameters)) == reason


@pytest.mark.parametrize(
    "body, kind, value",
    [("0", INTEGER, 0), ("(0x7Ful)", INTEGER, 127), ("017", INTEGER, 15), ("12LLU", INTEGER, 12), ('"a" "b"', STRING, None)],
)
def test_literals_need_not_be_asked_about(body, kind, value):
    assert constants.obvious(macro("X", body))[1:] == (kind, value)


@pytest.mark.parametrize("body", ["1.5", "1.5f", "089", "-1", "X", '"a" X', "1uu", "0b1", "'a'"])
def test_all_else_is(body):
    assert constants.obvious(macro("X", body)) is None


@pytest.mark.parametrize(
    "body, ctype",
    [("((handler_t)0)", "handler_t"), ("((struct s *)-1)", "struct s *"), ("(1)", ""), ("(a) + (b)", "a"), ("f(x)", ""), ("((a)(b))", "a")],
)
def test_the_type_of_a_cast(body, ctype):
    assert " ".join(constants.cast_type(macro("X", body))) == ctype


def test_a_macro_may_be_another_name_of_a_name():
    macros = [macro("a", "b"), macro("b", "c"), macro("x", "y"), macro("y", "x"), macro("n", "1"), macro("f", "g", "(x)")]
    assert constants.final_names(macros) == {"a": "c", "b": "c", "x": "x", "y": "y"}


def test_an_object_without_the_table_is_told():
    with pytest.raises(LookupError, match="does not contain the table"):
        constants.answers(b"nothing", [])
