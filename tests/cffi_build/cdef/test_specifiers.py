"""The words before the names: arithmetic types, qualifiers, names of types."""

from __future__ import annotations

import itertools
import re
from typing import Callable, Iterable

import pytest

from cffi_build.cdef import parse, parse_type
from cffi_build.cdef.common_types import COMMON_TYPES, STANDARD_TYPES
from cffi_build.cdef.keywords import IGNORED_WORDS, REFUSED_WORDS
from cffi_build.declarations import Declarations
from cffi_build.errors import CDefError
from cffi_build.model import CType, Pointer, Primitive, Qualified, Record, Void, spelling
from cffi_build.primitives import PRIMITIVES, PrimitiveType

EMPTY = Declarations()
Accepts = Callable[[Iterable[str]], None]
Wrong = Callable[[Iterable[str]], "set[int]"]
WORDS = ("void", "char", "short", "int", "long", "float", "double", "signed", "unsigned", "_Bool", "_Complex", "__int128", "_Float16")


def canonical(text: str) -> str | None:
    """Return what our parser makes of specifiers, None when it refuses them."""
    try:
        ctype = parse_type(text, EMPTY)
    except CDefError:
        return None
    return spelling(ctype)


def combinations() -> list[str]:
    """Return all sequences of up to three words, and those of four that may make a type; clang lets some words be repeated."""
    sequences = itertools.chain(
        *(itertools.product(WORDS, repeat=length) for length in (1, 2, 3)),
        itertools.product(("int", "long", "unsigned", "signed", "double", "_Complex"), repeat=4),
    )
    return [" ".join(words) for words in sequences if all(words.count(word) == 1 or word == "long" for word in words)]


def test_every_combination_of_words_is_what_the_c_compiler_says(c_compiler_accepts: Accepts) -> None:
    c_compiler_accepts(f"SAME({text}, {name});" for text in combinations() for name in [canonical(text)] if name)


def test_every_combination_that_the_c_compiler_accepts_is_accepted(lines_c_refuses: Wrong) -> None:
    texts = combinations()
    wrong = lines_c_refuses(f"typedef {text} t{number};" for number, text in enumerate(texts))
    assert 50 < len(texts) - len(wrong) < len(texts)
    for number, text in enumerate(texts):
        floating = "float" in text or "double" in text or text == "_Complex"
        if "_Complex" not in text or floating:  # gcc knows complex integers as well
            assert (canonical(text) is None) == (number in wrong), text


@pytest.mark.parametrize("row", PRIMITIVES[1:], ids=lambda row: row.name)
def test_every_primitive_is_known_by_its_name(row: PrimitiveType) -> None:
    assert parse_type(row.name, EMPTY) == Primitive(row.name)


def test_the_primitives_are_numbered() -> None:
    assert len(PRIMITIVES) == 56
    assert [row.number for row in PRIMITIVES] == list(range(56))
    assert [PRIMITIVES[number].name for number in (0, 1, 7, 16, 28, 47, 51, 55)] == [
        "void", "_Bool", "int", "wchar_t", "size_t", "uintmax_t", "char32_t", "long double _Complex",
    ]


def test_the_kinds_of_primitives_are_those_of_the_c_compiler(c_compiler_accepts: Accepts) -> None:
    conditions = {"signed": "(T)-1 < 0 && (T)0.5 == 0", "unsigned": "(T)-1 > 0 && (T)0.5 == 0", "bool": "(T)2 == 1",
                  "float": "_Generic((T)0, float: 1, double: 1, long double: 1, _Float16: 1)", "char": "(T)0.5 == 0 && sizeof(T) <= 4",
                  "complex": "_Generic((T)0, float _Complex: 1, double _Complex: 1, long double _Complex: 1)"}
    lines = []
    for row in PRIMITIVES[1:]:
        condition = conditions[row.kind].replace("(T)", f"({row.name})")
        lines.append(f'_Static_assert({condition}, "{row.name}");')
    c_compiler_accepts(lines)


@pytest.mark.parametrize(
    ("text", "ctype"),
    [
        ("const int", Qualified(Primitive("int"), const=True)),
        ("int const", Qualified(Primitive("int"), const=True)),
        ("const const int", Qualified(Primitive("int"), const=True)),
        ("unsigned const char volatile", Qualified(Primitive("unsigned char"), const=True, volatile=True)),
        ("__const int *__restrict__", Qualified(Pointer(Qualified(Primitive("int"), const=True)), restrict=True)),
        ("const void *", Pointer(Qualified(Void(), const=True))),
        ("const struct s *", Pointer(Qualified(Record("struct", "s"), const=True))),
        ("struct s const *", Pointer(Qualified(Record("struct", "s"), const=True))),
        ("const size_t", Qualified(Primitive("size_t"), const=True)),
        ("bool", Primitive("_Bool")),
        ("FILE *", Pointer(Record("struct", "_IO_FILE"))),
        ("__int64", Primitive("long long")),
        ("unsigned __int8", Primitive("unsigned char")),
        ("__signed__ char", Primitive("signed char")),
    ],
)
def test_specifiers(text: str, ctype: CType) -> None:
    assert parse_type(text, EMPTY) == ctype


@pytest.mark.parametrize("word", IGNORED_WORDS)
def test_words_that_mean_nothing_here_are_stepped_over(word: str) -> None:
    assert parse(f"{word} int *f(void);") == parse("int *f(void);")


@pytest.mark.parametrize("storage", ["extern", "static", "extern __extension__", "static inline", "inline extern"])
def test_storage_classes_of_a_function_make_no_difference(storage: str) -> None:
    assert parse(f"{storage} int f(int);") == parse("int f(int);")


@pytest.mark.parametrize("word", sorted(REFUSED_WORDS))
def test_types_that_cannot_be_declared_say_why(word: str) -> None:
    with pytest.raises(CDefError, match=re.escape(REFUSED_WORDS[word])):
        parse(f"{word} x;")


def test_standard_names_are_those_of_the_c_compiler(c_compiler_accepts: Accepts) -> None:
    c_compiler_accepts(f"SAME({name}, {spelling(ctype)});" for name, ctype in STANDARD_TYPES.items() if name != "FILE")


def test_a_standard_name_can_be_declared_otherwise() -> None:
    declared = parse("typedef unsigned char uint8_t; uint8_t x; typedef int bool; bool y;")
    assert declared.globals["x"].type == Primitive("unsigned char")
    assert declared.globals["y"].type == Primitive("int")
    assert parse("uint8_t z;", known=declared).globals["z"].type == Primitive("unsigned char")


@pytest.mark.parametrize("name", sorted(COMMON_TYPES))
def test_the_names_of_windows_are_known_everywhere(name: str) -> None:
    ctype = parse_type(name, EMPTY)
    assert isinstance(ctype, (Primitive, Pointer, Void))


@pytest.mark.parametrize(
    ("name", "same"),
    [("DWORD", "unsigned long"), ("LPCSTR", "const char *"), ("PHKEY", "void **"), ("LPARAM", "intptr_t"), ("PLCID", "unsigned long *"),
     ("LPCWSTR", "const wchar_t *"), ("LPBOOL", "int *"), ("BOOLEAN", "unsigned char"), ("QWORD", "unsigned long long")],
)
def test_names_of_windows_mean_what_its_documentation_says(name: str, same: str) -> None:
    assert parse_type(name, EMPTY) == parse_type(same, EMPTY)


def test_va_list_is_opaque_and_declared_by_its_first_use() -> None:
    declared = parse("int vprintf(const char *format, va_list);")
    record = Record("struct", "$va_list")
    assert declared.typedefs["va_list"].type == record
    assert declared.records[record].fields is None
    assert parse("typedef ... va_list; int vprintf(const char *format, va_list);") == declared


def test_file_needs_no_declaration_of_its_own() -> None:
    declared = parse("FILE *tmpfile(void);")
    assert not declared.records
    assert not declared.typedefs
