"""Whole texts: functions, variables, constants, typedefs, linkage."""

from __future__ import annotations

import pytest

from cffi_build.cdef import parse
from cffi_build.comments import comment_text
from cffi_build.declarations import (
    ConstantDeclaration,
    Declarations,
    FunctionDeclaration,
    Position,
    TypedefDeclaration,
    VariableDeclaration,
)
from cffi_build.model import Array, Function, Pointer, Primitive, Qualified, Record, UnknownFloat, UnknownInteger

INT = Primitive("int")


@pytest.mark.parametrize("text", ["", ";", "/* nothing */", "\n\n", "struct s {};;", 'extern "C" {}', "_Static_assert(1, \"x\");"])
def test_texts_that_declare_no_name(text: str) -> None:
    declared = parse(text)
    assert not declared.globals
    assert not declared.typedefs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("int f(int);", FunctionDeclaration("f", Function(INT, (INT,)))),
        ("extern int f(int), x;", FunctionDeclaration("f", Function(INT, (INT,)))),
        ("typedef int t(int); t f;", FunctionDeclaration("f", Function(INT, (INT,)))),
        ("int f(int) __asm__(\"g\") __attribute__((noreturn, format(printf, 1, 2)));", FunctionDeclaration("f", Function(INT, (INT,)))),
        ("[[nodiscard]] int f(int);", FunctionDeclaration("f", Function(INT, (INT,)))),
        ("__declspec(dllimport) int __cdecl f(int);", FunctionDeclaration("f", Function(INT, (INT,)))),
        ("int f;", VariableDeclaration("f", INT)),
        ("extern int f;", VariableDeclaration("f", INT)),
        ("static int f;", VariableDeclaration("f", INT)),
        ("extern _Thread_local int f;", VariableDeclaration("f", INT)),
        ("int f __attribute__((aligned(8)));", VariableDeclaration("f", INT)),
        ("const char *f;", VariableDeclaration("f", Pointer(Qualified(Primitive("char"), const=True)))),
        ("const int f[3];", VariableDeclaration("f", Array(Qualified(INT, const=True), 3))),
        ("static const int f = 42;", ConstantDeclaration("f", INT, 42)),
        ("const int f = 42;", ConstantDeclaration("f", INT, 42)),
        ("int f = 42;", ConstantDeclaration("f", INT, 42)),
        ("static const int f;", ConstantDeclaration("f", INT, None)),
        ("extern const int f;", ConstantDeclaration("f", INT, None)),
        ("static const uint8_t f = 300;", ConstantDeclaration("f", Primitive("uint8_t"), 44)),
        ("static const unsigned f = -1;", ConstantDeclaration("f", Primitive("unsigned int"), 0xFFFFFFFF)),
        ("typedef int... t; static const t f = 5;", ConstantDeclaration("f", UnknownInteger("t"), 5)),
        ("static const double f = 1.5e3;", ConstantDeclaration("f", Primitive("double"), None)),
        ("static char *const f;", ConstantDeclaration("f", Pointer(Primitive("char")), None)),
        ("static const char *const f = \"a\" \"b\";",
         ConstantDeclaration("f", Pointer(Qualified(Primitive("char"), const=True)), None)),
        ("static const struct s f = {1, (2, 3)};", ConstantDeclaration("f", Record("struct", "s"), None)),
        ('extern "Python" int f(int);', FunctionDeclaration("f", Function(INT, (INT,)), "Python")),
        ('extern "Python+C" int f(int);', FunctionDeclaration("f", Function(INT, (INT,)), "Python+C")),
        ('extern "C+Python" int f(int);', FunctionDeclaration("f", Function(INT, (INT,)), "Python+C")),
        ('extern "Py" "thon" int f(int);', FunctionDeclaration("f", Function(INT, (INT,)), "Python")),
        ('extern "C" int f(int);', FunctionDeclaration("f", Function(INT, (INT,)))),
        ('extern "Python" { extern "C" { int g(int); } int f(int); }', FunctionDeclaration("f", Function(INT, (INT,)), "Python")),
        ('extern "Python" { int g(int); } int f(int);', FunctionDeclaration("f", Function(INT, (INT,)))),
    ],
)
def test_declaration(text: str, expected: object) -> None:
    assert parse(text).globals["f"] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("typedef int t;", INT),
        ("int typedef t;", INT),
        ("typedef int u; typedef u t;", INT),
        ("typedef int *u; typedef const u t;", Qualified(Pointer(INT), const=True)),
        ("typedef const int u; typedef u *t;", Pointer(Qualified(INT, const=True))),
        ("typedef int u[3]; typedef const u t;", Array(Qualified(INT, const=True), 3)),
        ("typedef int t(int x);", Function(INT, (INT,))),
        ("typedef int u, *t;", Pointer(INT)),
        ("typedef struct s t;", Record("struct", "s")),
        ("typedef ... t;", Record("struct", "$t")),
        ("typedef ... *t;", Pointer(Record("struct", "$$t"))),
        ("typedef ... u, *t;", Pointer(Record("struct", "$$t"))),
        ("typedef int... t;", UnknownInteger("t")),
        ("typedef unsigned long... t;", UnknownInteger("t")),
        ("typedef char ... t;", UnknownInteger("t")),
        ("typedef float... t;", UnknownFloat("t")),
        ("typedef double... t;", UnknownFloat("t")),
        ("typedef int... u, t;", UnknownInteger("t")),
    ],
)
def test_typedef(text: str, expected: object) -> None:
    assert parse(text).typedefs["t"].type == expected


def test_declarations_come_in_the_order_of_the_text() -> None:
    declared = parse("int c; typedef int b; #define\n".replace("#define\n", "\n#define a 1\n") + "int f(void); typedef int d;")
    assert list(declared.globals) == ["c", "a", "f"]
    assert list(declared.typedefs) == ["b", "d"]


def test_opaque_types_are_declared_records() -> None:
    declared = parse("typedef ... t; typedef ... *p;")
    assert {record.name: one.fields for record, one in declared.records.items()} == {"$t": None, "$$p": None}
    assert declared.typedefs["t"] == TypedefDeclaration("t", Record("struct", "$t"))


def test_comments_become_documentation() -> None:
    text = """
    /* License of the file. */

    /** Open a file.
     *  Or a socket. */
    int open(const char *name);
    int close(int); // Close it.
    /* A block. */
    extern "Python" {
        // Called back.
        int back(int);
    }
    /* Limits. */
    static const int most; int x;
    struct /* not this */ s { int y; };
    """
    declared = parse(text)
    assert {name: comment_text(one.comment) for name, one in declared.globals.items()} == {
        "open": "Open a file.\nOr a socket.", "close": "Close it.", "back": "Called back.", "most": "Limits.", "x": "",
    }
    assert [one.comment for one in declared.records.values()] == [""]


def test_the_comment_above_extern_python_counts() -> None:
    assert parse('/* Doc. */\nextern "Python" int f(int);').globals["f"].comment == "/* Doc. */"


def test_positions_of_all_kinds() -> None:
    declared = parse("typedef int\n t;\nstruct s { int x; };\n enum e { A };\n\nextern int v, w;")
    assert declared.typedefs["t"].position == Position("<cdef>", 2, 2)
    assert declared.records[Record("struct", "s")].position == Position("<cdef>", 3, 1)
    assert next(iter(declared.enums.values())).position == Position("<cdef>", 4, 2)
    assert declared.globals["w"].position == Position("<cdef>", 6, 15)


def test_the_result_can_be_pickled() -> None:
    import pickle

    declared = parse("typedef int a[...]; struct s { a *x; ...; }; enum { A = ... }; extern \"Python\" int f(struct s, ...);")
    assert pickle.loads(pickle.dumps(declared)) == declared


def test_nothing_is_added_to_what_was_known() -> None:
    known = parse("int f(void); struct s; enum { A };")
    before = repr(known)
    more = parse("int g(void); struct s { int x; }; enum { B }; typedef int t; struct { int y; } z;", known=known)
    assert repr(known) == before
    assert list(more.globals) == ["f", "g", "z"]


def test_an_empty_start_is_the_same_as_none() -> None:
    assert parse("int x;", known=Declarations()) == parse("int x;")
