"""Types of other headers are declared by what programs rely on."""

import pytest

from cffi_build.cdef.headers.cut import cut
from cffi_build.cdef.headers.members import find_body, member_name
from cffi_build.cdef.headers.names import Directory
from cffi_build.cdef.headers.soften import is_standard, soften
from cffi_build.cdef.lexer import tokenize


def softened(text):
    directory = Directory()
    named = [directory.add(piece) for piece in cut(text).pieces]
    return " ".join(soften(named[-1], directory))


@pytest.mark.parametrize(
    "text, expected",
    [
        ("typedef long __off_t; typedef __off_t off_t;", "typedef int ... off_t ;"),
        ("typedef double real;", "typedef float ... real ;"),
        ("typedef unsigned char Byte;", "typedef unsigned char Byte ;"),
        ("typedef int word_t __attribute__((__mode__(__word__)));", "typedef int ... word_t ;"),
        ("typedef void (*handler)(int);", "typedef void ( * handler ) ( int ) ;"),
        ("struct tm { int tm_sec; int __pad; unsigned isdst : 1; };", "struct tm { int tm_sec ; ... ; } ;"),
        ("typedef struct { unsigned long __bits[16]; } set_t;", "typedef struct { ... ; } set_t ;"),
        ("enum e { A, B };", "enum e { A , B } ;"),
    ],
)
def test_only_what_is_public_stays(text, expected):
    assert softened(text) == expected


@pytest.mark.parametrize(
    "text, known", [("typedef unsigned long size_t;", True), ("typedef long off_t;", False), ("struct _IO_FILE { int x; };", True)]
)
def test_standard_names_need_no_declaration(text, known):
    (piece,) = cut(text).pieces
    assert is_standard(Directory().add(piece)) is known


@pytest.mark.parametrize(
    "text, name",
    [
        ("int x;", "x"), ("int x[3];", "x"), ("unsigned x : 3;", "x"), ("unsigned : 3;", ""), ("void (*f)(int y);", "f"),
        ("struct { int a; } s;", "s"), ("struct { int a; };", ""), ("int a, b;", "a"),
    ],
)  # fmt: skip
def test_the_name_of_a_member(text, name):
    assert member_name(tuple(tokenize(text).texts[:-4])) == name


def test_only_structs_and_unions_have_members():
    def body(text):
        return find_body(tuple(tokenize(text).texts[:-4]))

    assert body("enum e { A };") is None
    assert body("int f(struct s { int x; } *p);") is None
    assert body("struct s { int a; struct { int b; } c; } v;").members == ((3, 6), (6, 14))
