"""c_src/ctx/typestr.c: C types as text. What a type means is asked of the C compiler; the wording of errors is ours."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path
from typing import Callable, Dict, List, Tuple

import pytest

SOURCES = ["ctx/typestr.c", "ctx/expression.c", "ctx/search.c", "ctx/stdtypes.c", "types/prim.c"]
Run = Callable[..., str]


@pytest.fixture(scope="session")
def parse(build_program: Callable[..., Run]) -> Run:
    """Run the parser on lines of text; see typestr_main.c for what it knows and prints."""
    return build_program("ctx/typestr_main.c", SOURCES)


# ---- opcodes back to C: one typedef a slot, so that the C compiler compares them with the text itself ----

PRIMITIVES: Dict[int, str] = {
    0: "void", 1: "_Bool", 2: "char", 3: "signed char", 4: "unsigned char", 5: "short", 6: "unsigned short", 7: "int",
    8: "unsigned int", 9: "long", 10: "unsigned long", 11: "long long", 12: "unsigned long long", 13: "float", 14: "double",
    15: "long double", 16: "wchar_t", 28: "size_t", 21: "int32_t", 48: "float _Complex", 49: "double _Complex",
    52: "__int128", 53: "unsigned __int128", 54: "_Float16", 55: "long double _Complex",
}
PRIMITIVE, POINTER, ARRAY, OPEN_ARRAY, FUNCTION, FUNCTION_END, NOOP = 1, 3, 5, 7, 13, 15, 17


def typedefs(line: str, prefix: str) -> Tuple[List[str], str]:
    """Translate the slots that typestr_main printed into typedefs; return them and the name of the whole type."""
    words = line.split()
    slots = [word.lstrip("->").split(":") for word in words]
    done: Dict[int, str] = {}
    lines: List[str] = []

    def define(declaration: str) -> str:
        name = f"{prefix}_{len(lines)}"
        lines.append(f"typedef {declaration.replace('@', name)};")
        return name

    def function(index: int) -> str:
        arguments = []
        position = index + 1
        while int(slots[position][0]) != FUNCTION_END:
            arguments.append(of(position))
            position += 1
        result = of(int(slots[index][1]))
        if int(slots[position][1]) & 1:
            arguments.append("...")
        return define(f"{result} @({', '.join(arguments) or 'void'})")

    def of(index: int) -> str:
        if index not in done:
            operation, argument = (int(part) for part in slots[index])
            if operation == PRIMITIVE:
                done[index] = define(f"{PRIMITIVES[argument]} @")
            elif operation == POINTER:
                done[index] = define(f"{of(argument)} *@")
            elif operation == ARRAY:
                done[index] = define(f"{of(argument)} @[{slots[index + 1][0]}]")
            elif operation == OPEN_ARRAY:
                done[index] = define(f"{of(argument)} @[]")
            elif operation == FUNCTION:
                done[index] = function(index)
            else:
                assert operation == NOOP, line
                done[index] = of(argument)
        return done[index]

    whole = of(next(i for i, word in enumerate(words) if word.startswith("->")))
    return lines, whole


def compiler_agrees(texts: List[str], output: str, folder: Path) -> None:
    """Compile a program that compares each text with its opcodes."""
    parts = ["#include <stddef.h>", "#include <stdint.h>"]
    for i, (text, line) in enumerate(zip(texts, output.splitlines())):
        assert not line.startswith("error"), (text, line)
        lines, whole = typedefs(line, f"t{i}")
        plain = text.replace("const", "").replace("volatile", "").replace("__stdcall", "").replace("__cdecl", "")
        parts += [*lines, f'_Static_assert(__builtin_types_compatible_p({plain}, {whole}), "{text}");']
    source = folder / "compare.c"
    source.write_text("\n".join(parts))
    subprocess.run([os.environ.get("CC", "cc"), "-std=gnu11", "-fsyntax-only", str(source)], check=True)


BASES = ["int", "unsigned", "signed", "char", "signed char", "unsigned char", "short int", "long unsigned int", "long long",
         "long int long unsigned", "float", "double", "double long", "_Bool", "float _Complex", "_Complex double", "size_t", "int32_t",
         "wchar_t", "const int", "long const int", "int volatile const", "void *", "unsigned short const *"]


def random_declarator(rng: random.Random, depth: int) -> str:
    """Return an abstract declarator."""
    text = rng.choice(["", "", "*", "* const ", "**"])
    if depth > 0 and rng.random() < 0.6:
        inner = rng.choice(["*", "* volatile ", "* const *"]) + random_declarator(rng, depth - 1)
        text = f"{rng.choice(['', '*', '* const'])}({inner})"
    if rng.random() < 0.3 and depth > 0:
        count = rng.randrange(4)
        arguments = ", ".join(random_type(rng, depth - 1) for _ in range(count))
        return text + "(" + (arguments + (", ..." if count and rng.random() < 0.3 else "") or rng.choice(["void", "void "])) + ")"
    lengths = [f"[{rng.choice(['1', '3', '0x10', '017', '4ul'])}]" for _ in range(rng.choice([0, 0, 1, 2]))]
    return text + "".join(lengths)


def random_type(rng: random.Random, depth: int) -> str:
    """Return the text of a C type."""
    return f"{rng.choice(BASES)} {random_declarator(rng, depth)}"


def test_random_types_mean_what_the_compiler_says(parse: Run, tmp_path: Path) -> None:
    rng = random.Random(20240607)
    texts = [random_type(rng, rng.randrange(4)) for _ in range(600)]
    compiler_agrees(texts, parse("\n".join(texts)), tmp_path)


def random_expression(rng: random.Random, depth: int) -> str:
    """Return a constant expression in long long that C evaluates without overflow."""
    if depth == 0:
        return rng.choice(["0LL", "1LL", "2ll", "7LL", "0x1fLL", "017LL", "'a'", "'\\n'", "100ll"])
    left, right = random_expression(rng, depth - 1), random_expression(rng, rng.randrange(depth))
    kind = rng.randrange(10)
    if kind == 0:
        return f"{rng.choice('+-~!')} {left}"
    if kind == 1:
        return f"({left} ? {right} : {left})"
    if kind == 2:
        return f"(({left}) {rng.choice(['/ 3', '% 7', '>> 2', '<< 1'])})"
    if kind == 3:
        return f"({rng.choice(['0 &&', '1 ||'])} ({right} / 0))"
    if kind == 4:
        return f"(({left}) % 1000 * (({right})%1000))"
    return f"({left}{rng.choice([' + ', ' - ', '&', '|', '^', '<', ' > ', '<=', '>=', '==', '!=', '&&', ' || '])}{right})"


def test_random_lengths_are_what_the_compiler_computes(parse: Run, tmp_path: Path) -> None:
    rng = random.Random(20261123)
    texts = [f"char[(({random_expression(rng, rng.randrange(5))}) & 1023) + 1]" for _ in range(1000)]
    compiler_agrees(texts, parse("\n".join(texts)), tmp_path)


@pytest.mark.parametrize(("text", "length"), [
    ("char[2 + 3 * 4]", 14), ("char[FIVE*2]", 10), ("char[-NEG]", 3), ("char[0b101]", 5), ("char[1'000]", 1000), ("char[ZERO?1/ZERO:8]", 8),
    ("char[1 << 62]", 1 << 62), ("char['\\'' + '\\0']", 39), ("char[10 - 4 - 3]", 3), ("char[1 | 2 ^ 3 & 2]", 1), ("char[~~5u]", 5),
])  # fmt: skip
def test_lengths_are_constant_expressions(parse: Run, text: str, length: int) -> None:
    assert parse(text).split() == ["1:2", "->5:0", str(length)]


@pytest.mark.parametrize("text", [
    "int(*)[3]", "int *[3]", "int (*(*)(int))(int)", "int (*[3])(int)", "int((*))", "int (((*)))[2]", "int[2][3][4]",
    "int(*(*[3])(int, ...))[5]", "void (*)(void (*)(void), int (*)[2])", "int ((*)(int))", "int(int(int), int[])",
])
def test_hand_written_types_mean_what_the_compiler_says(parse: Run, tmp_path: Path, text: str) -> None:
    compiler_agrees([text], parse(text), tmp_path)


@pytest.mark.parametrize(("text", "same"), [
    ("int foobar(int x, char *y[])", "int(int, char *[])"),
    ("int(*callback)(bool is_valid)", "int(*)(_Bool)"),
    ("int (__stdcall *p)(void)", "int (__stdcall*)()"),
    ("int WINAPI f()", "int __stdcall()"),
    ("int __cdecl f(int)", "int(int)"),
    ("void (__stdcall *)(int, ...)", "void(*)(int, ...)"),
    ("const struct foo volatile * restrict x", "struct foo*"),
    ("LPDWORD", "unsigned long *"),
    ("PLCID[FIVE]", "unsigned long *[5]"),
    ("FILE *", "struct _IO_FILE *"),
    ("int(const *x)(int)", "int(*)(int)"),
    ("\tint\n*\f\v".replace("\n", " "), "int*"),
])
def test_two_ways_to_write_one_type(parse: Run, text: str, same: str) -> None:
    first, second = parse(f"{text}\n{same}").splitlines()
    assert first == second
    assert not first.startswith("error")


@pytest.mark.parametrize(("text", "slots"), [
    ("struct foo", "->9:1"), ("union foo_s *", "9:3 ->3:0"), ("enum efoo", "->11:1"), ("id05", "->21:2"),
    ("BOOL", "->21:0"), ("int8_t", "->21:3"), ("uint8_t", "->1:18"), ("char[ZERO]", "1:2 ->5:0 0"),
    ("char[9223372036854775807]", "1:2 ->5:0 9223372036854775807"), ("struct _IO_FILE", "->9:-1"),
    ("int __stdcall(int)", "1:7 1:7 ->13:0 17:1 15:2"),
])
def test_names_index_the_tables_of_the_context(parse: Run, text: str, slots: str) -> None:
    assert parse(text).split() == slots.split()


@pytest.mark.parametrize(("text", "position", "message"), [
    ("", 0, "identifier expected"), ("]", 0, "identifier expected"), ("*", 0, "identifier expected"),
    ("const", 5, "identifier expected"), ("_Complex", 0, "identifier expected"), ("__stdcall int", 0, "identifier expected"),
    ("int ]**", 4, "unexpected symbol"), ("char char", 5, "unexpected symbol"), ("int x y", 6, "unexpected symbol"),
    ("int x*", 5, "unexpected symbol"), ("int[5](*)", 6, "unexpected symbol"), ("int &", 4, "unexpected symbol"),
    ("int(int]", 7, "expected ')'"), ("int(*]", 5, "expected ')'"), ("int(", 4, "identifier expected"),
    ("int(]", 4, "identifier expected"), ("int(int,)", 8, "identifier expected"), ("int a(*)", 6, "identifier expected"),
    ("int(..)", 4, "identifier expected"), ("int(..., int)", 7, "expected ')'"), ("int(foo)", 4, "undefined type name"),
    ("int[?]", 4, "expected a positive integer constant"), ("int[-5]", 4, "expected a positive integer constant"),
    ("int[NEG]", 4, "expected a positive integer constant"), ("int[UNKNOWN]", 4, "expected a positive integer constant"),
    ("int[VARIABLE]", 4, "expected a positive integer constant"),
    ("int[DIFFERS]", 4, "the C compiler disagrees with the cdef about this constant's value"),
    ("int[1/ZERO]", 5, "division by zero"), ("int[5 % (1 - 1)]", 6, "division by zero"),
    ("int[1 - 2]", 4, "expected a positive integer constant"),
    ("int[1 << 63]", 6, "a number cannot be shifted that far"), ("int[4 << 62]", 6, "number too large"),
    ("int[9223372036854775807 + 1]", 24, "number too large"), ("int[3037000500 * 3037000500]", 15, "number too large"),
    ("int[(1]", 6, "expected ')'"), ("int[1 ? 2]", 9, "expected ':'"), ("int[1 +]", 7, "expected a positive integer constant"),
    ("int['ab']", 4, "invalid character"), ("int[sizeof(int)]", 4, "expected a positive integer constant"),
    ("int[" + "(" * 101 + "1" + ")" * 101 + "]", 104, "too many levels of nesting"),
    ("int[" + "-" * 200 + "1]", 103, "too many levels of nesting"),
    ("int[HUGE_]", 4, "number too large"), ("int[9223372036854775808]", 4, "number too large"),
    ("int[123456789012345678901234567890]", 4, "number too large"), ("int[24)", 6, "expected ']'"),
    ("int[5 5]", 6, "expected ']'"), ("char[08]", 5, "invalid number"), ("char[1C]", 5, "invalid number"),
    ("char[0x]", 5, "invalid number"), ("char[1lul]", 5, "invalid number"), ("char[1lL]", 5, "invalid number"),
    ("struct", 6, "struct or union name expected"), ("struct 24", 7, "struct or union name expected"),
    ("struct nope", 7, "undefined struct/union name"), ("union _IO_FILE", 6, "undefined struct/union name"),
    ("union foo", 6, "wrong kind of tag: struct vs union"), ("struct foo_s", 7, "wrong kind of tag: struct vs union"),
    ("enum", 4, "enum name expected"), ("enum nope", 5, "undefined enum name"), ("nope", 0, "undefined type name"),
    ("short short int", 6, "'short' after another 'short' or 'long'"), ("long long long", 10, "'long long long' is too long"),
    ("short long", 6, "'long' after 'short'"), ("signed unsigned int", 7, "multiple 'signed' or 'unsigned'"),
    ("long char", 5, "invalid combination of types"), ("signed void", 7, "invalid combination of types"),
    ("unsigned struct", 9, "invalid combination of types"), ("unsigned float _Complex", 9, "invalid combination of types"),
    ("int _Complex", 4, "_Complex type combination unsupported"),
    ("_Float16 _Complex", 9, "_Complex type combination unsupported"),
    ("__int128 _Complex", 9, "_Complex type combination unsupported"),
    ("long __int128", 5, "invalid combination of types"),
    ("int __stdcall", 13, "expected '('"), ("int __cdecl", 11, "expected '('"), ("int (*__stdcall)()", 15, "expected '('"),
    ("int()()", 5, "a function cannot return a function"),
])
def test_errors_say_what_and_where(parse: Run, text: str, position: int, message: str) -> None:
    assert parse(text + "\n") == f"error {position} {message}\n"


TOO_BIG = "internal type complexity limit reached"


@pytest.mark.parametrize("text", ["int" + "[]" * 2500, "int" + "*" * 5000, "int(*)(" * 300 + "int" + ")" * 300, "int" + "(*" * 5000,
                                  "int" + "(" * 5000, "int(" + "int," * 5000 + "int)"])
def test_too_big_a_type_is_an_error(parse: Run, text: str) -> None:
    assert TOO_BIG in parse(text + "\n")


def test_any_size_of_output_is_respected(parse: Run) -> None:
    text = "int(*(*)(char(*)(long, short), int[3], ...))[5]"
    full = parse(text)
    slots = len(full.split())
    results = [parse(text, str(size)) for size in range(slots + 8)]
    assert all(TOO_BIG in result for result in results[:slots])
    assert results[-1] == full


def test_random_bytes_do_no_harm(parse: Run) -> None:
    rng = random.Random(7)
    pieces = ["int", "unsigned ", "long ", "(", ")", "[", "]", "*", ",", "...", "struct ", "foo", "const ", "5", "FIVE", "__stdcall ",
              "id", "HANDLE", "_Complex ", "enum ", "efoo", "\x01", "é", " ", "void"]
    texts = ["".join(rng.choice(pieces) for _ in range(rng.randrange(1, 25))) for _ in range(5000)]
    assert len(parse("\n".join(texts)).splitlines()) == 5000
