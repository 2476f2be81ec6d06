"""What holds for every type and for every text, however malformed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cffi_build.cdef import parse, parse_type
from cffi_build.declarations import Declarations
from cffi_build.errors import CDefError
from cffi_build.model import (
    UNKNOWN_LENGTH,
    Array,
    CType,
    Enum,
    Function,
    Pointer,
    Primitive,
    Record,
    Void,
    qualify,
    spelling,
)
from cffi_build.primitives import PRIMITIVES

DECLARED = parse("typedef struct { int x; } point_t; typedef enum { RED } color_t;")
PRECISE = settings(derandomize=True, deadline=None, max_examples=300, database=None)


def primitives() -> st.SearchStrategy[CType]:
    return st.sampled_from([Primitive(row.name) for row in PRIMITIVES[1:]])


def objects() -> st.SearchStrategy[CType]:
    """Return types of which there are values: no functions, no void."""
    named = st.sampled_from([Record("struct", "s"), Record("union", "u"), Enum("e"), Record("struct", "$point_t"), Enum("$color_t")])
    return st.recursive(primitives() | named, composed, max_leaves=8)


def composed(inner: st.SearchStrategy[CType]) -> st.SearchStrategy[CType]:
    flags = {"const": st.booleans(), "volatile": st.booleans()}
    not_array = inner.filter(lambda ctype: not isinstance(ctype, Array))
    qualified = st.builds(qualify, not_array, **flags)
    lengths = st.sampled_from([0, 1, 42])
    pointers = st.builds(Pointer, inner | qualified | st.just(Void()) | functions(inner))
    restricted = st.builds(lambda target: qualify(Pointer(target), restrict=True), inner)
    return qualified | pointers | restricted | st.builds(Array, inner | qualified, lengths)


def functions(inner: st.SearchStrategy[CType]) -> st.SearchStrategy[CType]:
    plain = inner.filter(lambda ctype: isinstance(ctype, (Primitive, Pointer, Record, Enum)))
    parameters = st.lists(plain, max_size=3).map(tuple)
    return st.builds(
        lambda result, parameters, variadic, abi: Function(result, parameters, variadic and bool(parameters), abi),
        plain | st.just(Void()), parameters, st.booleans(), st.sampled_from(["", "__stdcall"]),
    )


@PRECISE
@given(objects() | functions(objects()))
def test_a_type_that_is_written_down_is_read_back(ctype: CType) -> None:
    if isinstance(ctype, Function):
        ctype = Pointer(ctype)
    assert parse_type(spelling(ctype), DECLARED) == ctype


@PRECISE
@given(objects(), st.sampled_from([None, UNKNOWN_LENGTH, 3]))
def test_a_variable_that_is_written_down_is_read_back(item: CType, length: object) -> None:
    ctype = Array(item, length)  # type: ignore[arg-type]
    declared = parse(f"extern {spelling(ctype, 'name')};", known=DECLARED)
    assert declared.globals["name"].type == ctype


WORDS = (
    "int char long unsigned void struct union enum typedef extern static const volatile inline x y s A 0 1 42 3.5 0x1F 'a' \"Python\" "
    "\"C\" ( ) [ ] { } * , ; : = ... + - / % << >> < == && || ! ~ ? & ^ | . # @ $ \\ sizeof __attribute__ packed aligned (( )) [[ ]] "
    "__stdcall WINAPI _Alignas asm _Static_assert /* */ // ' \" \n \t #define #pragma pack( push, pop #line #include é \0 "
    "uint foo va_list FILE size_t 99999999999999999999 ...; 1/0 struct{ };"
).split(" ")
TEXTS = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join) | st.lists(st.sampled_from(WORDS), max_size=40).map("".join) | st.text()


def refusal(read: Callable[[], object]) -> CDefError | None:
    try:
        read()
    except CDefError as problem:
        return problem
    return None


def refuse_or_accept(text: str) -> None:
    for problem in (refusal(lambda: parse(text)), refusal(lambda: parse_type(text, Declarations()))):
        if problem is not None:
            assert problem.errors
            assert str(problem) == "\n".join(error.text for error in problem.errors)


@settings(PRECISE, max_examples=700)
@given(TEXTS)
@example("int f(int x[(")
@example("typedef struct { struct { ")
@example("#define A (((")
@example("#define A /*")
@example("enum { A = ")
@example('extern "Python" {')
@example("int x __attribute__((")
def test_any_text_is_accepted_or_refused_with_reasons(text: str) -> None:
    refuse_or_accept(text)


SAMPLES = [
    block.split("\n", 1)[1].split("\n---\n")[0]
    for block in Path(__file__).with_name("wrong_declarations.txt").read_text(encoding="utf-8").split("=== ")[1:]
]


@settings(PRECISE, max_examples=700)
@given(st.sampled_from(SAMPLES), st.sampled_from(SAMPLES), st.integers(0, 200), st.integers(0, 8), st.sampled_from(WORDS))
def test_a_damaged_text_is_accepted_or_refused_with_reasons(text: str, other: str, at: int, length: int, word: str) -> None:
    refuse_or_accept(text[:at] + word + text[at + length:] + "\n" + other)


UNITS = [
    "(", "*", "[1]", "{", "}", ")", "struct{", "/*", "*/", "//", "int a;", "#define A\n", "#define A 1\n", "'", '"', "typedef struct{",
    "a ", "int f(", "int (*", "enum{", 'extern "C" {', "[[", "__attribute__((", "__attribute__", "\\\n", "typedef struct{}*", "const ",
    "long ", "...", "#pragma pack(push)\n", "#line 1\n", "enum{A};", "struct{int a;} x;", "int a,", "typedef ", "#", "\n", "é", "0",
    "1.", ":", "?", "1+", "~", "sizeof(", "struct s ", "struct s;", "enum e{A,", "A=A+", "int x[sizeof(int[", "typedef int t;",
    "int f(int,", 'extern "Python" int f(int);', "/**/", "/**/int a;", "asm(", "_Alignas(", "int a:", "struct{struct{}x;};",
    "typedef struct {int a;} *p;", "struct s{struct s*n;};", "int[", "foo bar;", "struct s{int a", "int a[x];", "#define A B\n", "'\\",
    "/*\n", "//\\\n", "#define \\\n", "typedef ... a;", "typedef ... *a,", "int (a)", "int((", "f(int(", "()", "union{int a;",
]
FRAMES = [("", ""), ("int x", ";"), ("#define X ", ""), ("struct q {", "};"), ("int f(", ");")]


def work(text: str) -> int:
    """Count the calls that parsing takes: a measure of time that does not depend on the machine."""
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        refuse_or_accept(text)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("unit", UNITS)
def test_work_grows_no_faster_than_the_text(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CFFI_CDEF_CACHE", "off")  # it is for long texts only
    for before, after in FRAMES:
        small, large = (work(before + unit * count + after) for count in (100, 400))
        assert large < 5 * small + 2000, (before, small, large)


NUMBERED = {
    "pointers to pointers": "typedef t{0} *t{1};",
    "functions of functions": "typedef void (*t{1})(t{0}, t{0}, t{0});",
    "structs of structs": "struct s{1} {{ struct s{0} x; char y[sizeof(struct s{0}) % 7 + 1]; }};",
    "structs of later structs": "struct s{0} {{ struct s{1} x; }};",
    "macros of macros": "\n#define A{1} (A{0} / 2 + 1)\n",
    "enums of enums": "enum {{ B{1} = B{0} / 2 + 1 }};",
    "unknown names": "foo{0} *f{0}(bar{0});",
    "repetition": "struct r {{ struct {{ int a; }} b; }};",
}


@pytest.mark.parametrize("unit", NUMBERED.values(), ids=NUMBERED.keys())
def test_work_grows_no_faster_than_the_declarations(unit: str) -> None:
    start = "typedef int t0; struct s0 { int x; };\n#define A0 5\nenum { B0 = 9 };"
    if "later" in unit or "s{0} {{" in unit:
        start = ""
    small, large = (work(start + "".join(unit.format(number, number + 1) for number in range(count))) for count in (100, 400))
    assert large < 5 * small + 2000


def test_large_texts_take_no_time_to_speak_of() -> None:
    """The same in seconds: a quadratic step in C, such as copying the text, would show here."""
    program = (
        "import sys; from cffi_build.cdef import parse; from cffi_build.errors import CDefError\n"
        "for unit in sys.argv[1:]:\n"
        "    try: parse(unit * (1_500_000 // len(unit)))\n"
        "    except CDefError: pass\n"
    )
    units = ["/**/", "//\n", "//\\\n", "\\\n", "\n", "#\n", "(", "{", "'", '"', "é", "/*", "0", "a", "/**/int a;", "#define A \\\n"]
    subprocess.run([sys.executable, "-c", program, *units], check=True, timeout=120, cwd=Path(__file__).parents[3])
