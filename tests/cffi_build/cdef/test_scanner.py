"""Tokens, where they stand, and what is set aside."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cffi_build.cdef.lexer import END
from cffi_build.cdef.scanner import scan


def texts(text: str) -> list[str]:
    return scan(text).texts[:-len(END)]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        (" \t\n\r\f\v", []),
        ("int x;", ["int", "x", ";"]),
        ("  int*x ;", ["int", "*", "x", ";"]),
        ("int a[...];", ["int", "a", "[", "...", "]", ";"]),
        ("typedef int... t;", ["typedef", "int", "...", "t", ";"]),
        ("A<<2>>=1", ["A", "<<", "2", ">>", "=", "1"]),
        ("a<=b>=c==d!=e&&f||g", ["a", "<=", "b", ">=", "c", "==", "d", "!=", "e", "&&", "f", "||", "g"]),
        ("0x1FUL 1e+5 .5f 1'000", ["0x1FUL", "1e+5", ".5f", "1'000"]),
        (r"""'a' '\'' "b\"c" L'x'""", ["'a'", r"'\''", r'"b\"c"', "L", "'x'"]),
        ("in\\\nt", ["in", "t"]),
        ("int \\\n x", ["int", "x"]),
        ("a/b", ["a", "/", "b"]),
        ("[[x]]", ["[", "[", "x", "]", "]"]),
    ],
)
def test_text_is_cut_as_c_cuts_it(text: str, tokens: list[str]) -> None:
    assert texts(text) == tokens


PATTERN = re.compile(
    r"""(?P<gap>/\*[\s\S]*?\*/|//[^\n]*|\#[^\n]*|\\(?=\n)|[ \t\n]+)
    |(?P<token>[^\W0-9]\w*|\.?[0-9](?:[eEpP][+-]|\w|\.(?!\.\.)|'(?=\w))*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'
      |\.\.\.|<<|>>|<=|>=|==|!=|&&|\|\||[\s\S])""",
    re.VERBOSE,
)
"""The tokens of C11 6.4 as a regular expression."""
BITS = (
    ["int", "x", "_a1", "0x1F", "1.5", " .5f", "1e+5", "0x1p-3", " 1'000", " 'c'", r" '\''", '"s /* "', r'"\""', "E", "é"]
    + ["/* c */", "/* a\n b */", "// c\n", "\\\n", "\n#define A 1\n", "\n  #pragma pack(1)\n"]
    + [" ", " ", "\n", "\t", *"*,;(){}[]=:+-<>&|!~?%^@$`", "...", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||"]
)


@given(st.lists(st.sampled_from(BITS)).map("".join))
def test_tokens_are_those_of_the_grammar(text: str) -> None:
    found = scan(text)
    wanted = [(match["token"], match.start()) for match in PATTERN.finditer(text) if match["token"]]
    assert list(zip(found.texts, found.offsets))[:-len(END)] == wanted


@given(st.lists(st.sampled_from(BITS)).map("".join))
def test_comments_stand_behind_a_token_of_their_line_or_above_the_next_one(text: str) -> None:
    above: dict[int, list[str]] = {}
    behind: dict[int, str] = {}
    count = end = 0
    for match in PATTERN.finditer(text):
        if match["token"]:
            count, end = count + 1, match.end()
        elif match[0].startswith("/") and count and "\n" not in text[end:match.start()]:
            behind[count - 1] = match[0]
        elif match[0].startswith("/") and not re.match(r"[ \t]*\n[ \t]*\n", text[match.end():]):
            above.setdefault(count, []).append(match[0])
        elif match[0].startswith(("/", "#")):
            above.pop(count, None)
    found = scan(text)
    assert (found.above, found.behind) == (above, behind)


@pytest.mark.parametrize(
    "bit", ["'", "1'", "/*", "/**/", "x/**/", "//\\\n", "#\\\n", "\\\n", "'a", '"', "\xa0", "\0", "/", "a.", "1e+", "#'\n"]
)
def test_time_is_proportional_to_length_whatever_the_text(bit: str) -> None:
    scan(bit * (50_000 // len(bit)))  # anything quadratic would take minutes


def test_every_token_stands_at_its_offset() -> None:
    text = "  int /* c */ x[3] ; // d\n#define A 1\n\tchar\\\n* y;"
    tokens = scan(text)
    for token, offset in zip(tokens.texts, tokens.offsets):
        assert text[offset:offset + len(token)] == token
    assert tokens.offsets[-1] == len(text)


def test_comments_are_filed_above_or_behind_a_token() -> None:
    tokens = scan("/* far */\n\n/* above */\nint x; // behind\n// one\n// two\nint y;")
    assert tokens.above == {0: ["/* above */"], 3: ["// one", "// two"]}
    assert tokens.behind == {2: "// behind"}


def test_a_comment_above_a_directive_belongs_to_the_directive() -> None:
    tokens = scan("/* size */\n#define SIZE 4\nint x;")
    assert tokens.above == {}
    assert tokens.directives[0].comment == "/* size */"
    assert tokens.directives[0].before == 0


@pytest.mark.parametrize(
    ("text", "directive"),
    [
        ("#define A 1\nint x;", "#define A 1"),
        ("#define A \\\n  1\nint x;", "#define A \\\n  1"),
        ("#define A 1 /* two\nlines */\nint x;", "#define A 1 /* two\nlines */"),
        ("#define A '\"' // it's\nint x;", "#define A '\"' // it's"),
        ("#define A \"/*\"\nint x;", '#define A "/*"'),
        ("  #  pragma pack(1)\nint x;", "#  pragma pack(1)"),
    ],
)
def test_a_directive_ends_with_its_logical_line(text: str, directive: str) -> None:
    tokens = scan(text)
    assert [found.text for found in tokens.directives] == [directive]
    assert tokens.texts[:3] == ["int", "x", ";"]


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("int x; /* no end", 7, "comment without an end"),
        ("int x; /*/", 7, "comment without an end"),
        ('extern "Python', 7, 'literal without its closing "'),
        ("'a", 0, "literal without its closing '"),
        ("int é;", 4, "unexpected '\\xe9'"),
        ("int \N{NO-BREAK SPACE}x;", 4, "unexpected '\\xa0'"),
        ("int x; # define A", 7, "unexpected '#' in the middle of a line"),
    ],
)
def test_what_is_no_token_is_reported_with_its_place(text: str, offset: int, message: str) -> None:
    problem = scan(text).problems[0]
    assert (problem.offset, problem.message) == (offset, message)


def test_other_letters_are_welcome_in_comments_and_literals() -> None:
    assert scan("/* é */ int x; // ü\n_Static_assert(1, \"ö\");").problems == []


@given(st.lists(st.sampled_from(BITS)).map("".join))
def test_lines_are_counted_from_zero(text: str) -> None:
    found = scan(text)
    assert found.lines == [text.count("\n", 0, offset) for offset in found.offsets]
    assert found.starts == [0, *(match.end() for match in re.finditer("\n", text))]


def test_a_directive_knows_its_line() -> None:
    assert [directive.line for directive in scan("int x;\n/* a\n b */\n#define A \\\n 1\n#define B 1").directives] == [3, 5]
