"""Positions as the user knows them, and the picture of an error."""

from __future__ import annotations

import pickle

import pytest

from cffi_build.cdef import parse, parse_type
from cffi_build.cdef.source import Source
from cffi_build.declarations import Declarations
from cffi_build.errors import CDefError


def positions(text: str, **options: object) -> dict[str, tuple[str, int, int]]:
    declared = parse(text, **options)  # type: ignore[arg-type]
    return {name: tuple(one.position) for name, one in declared.globals.items()}


def test_a_position_is_that_of_the_name() -> None:
    assert positions("int x;\n  char *y, z;") == {"x": ("<cdef>", 1, 5), "y": ("<cdef>", 2, 9), "z": ("<cdef>", 2, 12)}


def test_the_text_may_begin_anywhere_in_a_file() -> None:
    assert positions("\nint x;", filename="foo.py", line=10) == {"x": ("foo.py", 11, 5)}


@pytest.mark.parametrize("marker", ['#line 12 "foo.h"', '# 12 "foo.h" 1 3', '#  line  12  "foo.h"'])
def test_line_directives_count(marker: str) -> None:
    text = f"int a;\n{marker}\nint b;\n\nint c;\n#line 3\nint d;"
    assert positions(text) == {
        "a": ("<cdef>", 1, 5), "b": ("foo.h", 12, 5), "c": ("foo.h", 14, 5), "d": ("foo.h", 3, 5),
    }


def test_lines_may_end_as_in_windows() -> None:
    assert positions("int a;\r\nint b;\r\n") == {"a": ("<cdef>", 1, 5), "b": ("<cdef>", 2, 5)}


def test_comments_and_continued_lines_do_not_shift_positions() -> None:
    assert positions("/* a\n b */ int \\\n  x;") == {"x": ("<cdef>", 3, 3)}


def test_an_error_shows_line_and_caret() -> None:
    with pytest.raises(CDefError) as caught:
        parse("\n" * 13 + "    int f(uint x);", filename="squared.cdef.h")
    assert str(caught.value) == (
        "squared.cdef.h:14:11: error: unknown type name 'uint'\n"
        "   14 |     int f(uint x);\n"
        "      |           ^~~~ did you mean 'unsigned int'? (declare it with 'typedef ... uint;' if it comes from a header)"
    )
    assert (caught.value.file, caught.value.line, caught.value.column) == ("squared.cdef.h", 14, 11)
    assert caught.value.errors[0].message == "unknown type name 'uint'"


def test_tabs_do_not_move_the_caret() -> None:
    picture = Source("\tint\tfoo x;", "f", 1).diagnose(5, 3, "m", "").text
    assert picture == "f:1:6: error: m\n    1 |  int foo x;\n      |      ^~~"


def test_a_long_line_is_cut_around_the_error() -> None:
    text = "int x; " * 1000 + "foo y; " + "int x; " * 1000
    picture = Source(text, "f", 1).diagnose(7000, 3, "m", "").text.split("\n")
    assert all(len(line) < 140 for line in picture)
    assert picture[1][picture[2].index("^"):].startswith("foo y;")


def test_monstrous_names_are_cut_in_messages() -> None:
    with pytest.raises(CDefError) as caught:
        parse(f"{'x' * 100_000} *f(void);")
    assert len(str(caught.value)) < 1000


def test_all_errors_come_together_in_the_order_of_the_text() -> None:
    with pytest.raises(CDefError) as caught:
        parse("foo a;\nint b(bar);\nint ok;\nstruct s { baz x; int y z; qux w; };\nint c[-1];")
    assert [(error.line, error.message) for error in caught.value.errors] == [
        (1, "unknown type name 'foo'"),
        (2, "unknown type name 'bar'"),
        (4, "unknown type name 'baz'"),
        (4, "expected ';' after the member, found 'z'"),
        (4, "unknown type name 'qux'"),
        (5, "an array cannot have -1 items"),
    ]


def test_after_many_errors_the_parser_gives_up() -> None:
    with pytest.raises(CDefError) as caught:
        parse("\n".join(f"foo{number} *x{number};" for number in range(1000)))
    assert len(caught.value.errors) == 50


def test_an_error_can_be_pickled() -> None:
    with pytest.raises(CDefError) as caught:
        parse("foo x;")
    copy = pickle.loads(pickle.dumps(caught.value))
    assert str(copy) == str(caught.value)
    assert copy.errors == caught.value.errors


@pytest.mark.parametrize("text", ["é " * 100, "(" * 100_000, "int " + "*" * 100_000, "struct {" * 100_000, "int x" + "[1]" * 100_000])
def test_a_hopeless_type_is_refused_like_a_hopeless_text(text: str) -> None:
    for read in (parse, lambda text: parse_type(text, Declarations())):
        with pytest.raises(CDefError):
            read(text)
