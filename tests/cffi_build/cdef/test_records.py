"""Structs and unions: members, names, layout options."""

from __future__ import annotations

import pytest

from cffi_build.cdef import parse
from cffi_build.comments import comment_text
from cffi_build.declarations import RecordDeclaration
from cffi_build.errors import CDefError
from cffi_build.model import Array, Enum, Pointer, Primitive, Record, spelling

INT = Primitive("int")


def struct(text: str, name: str = "s", **options: object) -> RecordDeclaration:
    return parse(text, **options).records[Record("struct", name)]  # type: ignore[arg-type]


def members(text: str, name: str = "s") -> list[tuple[str, int | None]]:
    fields = struct(text, name).fields
    assert fields is not None
    return [(spelling(field.type, field.name), field.bits) for field in fields]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", []),
        ("int a;", [("int a", None)]),
        ("int a, *b, c[3];", [("int a", None), ("int *b", None), ("int c[3]", None)]),
        ("int (*f)(int x);", [("int(*f)(int)", None)]),
        ("int a : 3; unsigned b : 5, : 0, c : 1 + 1;", [("int a", 3), ("unsigned int b", 5), ("unsigned int", 0), ("unsigned int c", 2)]),
        ("struct s *next;", [("struct s *next", None)]),
        ("struct t { int x; } t; struct t *u;", [("struct t t", None), ("struct t *u", None)]),
        ("union { int x; float y; } u;", [("union $1 u", None)]),
        ("union { int x; float y; };", [("union $1", None)]),
        ("enum e { A, B } e;", [("enum e e", None)]),
        ("int a[...];", [("int a[...]", None)]),
        ("int n; char data[];", [("int n", None), ("char data[]", None)]),
        (";; int a;;", [("int a", None)]),
        ("_Static_assert(sizeof(int) == 4, \"int\"); int a;", [("int a", None)]),
        ("enum e; struct u; int a;", [("int a", None)]),
    ],
)
def test_members(body: str, expected: list[tuple[str, int | None]]) -> None:
    assert members(f"struct s {{ {body} }};") == expected


def test_an_opaque_struct_has_no_members_but_an_empty_one_has_none() -> None:
    assert struct("struct s;").fields is None
    assert struct("void f(struct s *);").fields is None
    assert struct("struct s {};").fields == ()


def test_members_may_come_after_the_first_mention() -> None:
    declared = parse("struct s; struct s *f(void); struct s { int x; }; struct s;")
    assert declared == parse("struct s { int x; }; struct s *f(void);")


@pytest.mark.parametrize("body", ["int x; ...;", "int x; ... ;", "int x; ...", "...; "])
def test_the_compiler_completes_a_struct_that_ends_in_dots(body: str) -> None:
    assert struct(f"struct s {{ {body} }};").partial


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("typedef struct { int x; } t;", "$t"),
        ("typedef struct { int x; } t, *p;", "$t"),
        ("typedef struct { int x; } *p, t;", "$t"),
        ("typedef struct { int x; } *p;", "$1"),
        ("typedef struct { int x; } t[3];", "$1"),
        ("typedef struct { int x; } (*f)(int, char);", "$1"),
        ("typedef struct { int x; } __attribute__((packed)) t;", "$t"),
        ("typedef struct s { int x; } t;", "s"),
        ("struct { int x; } v;", "$1"),
        ("struct { int x; } f(void);", "$1"),
        ("void f(struct { int x; } *);", "$1"),
    ],
)
def test_the_name_of_a_struct(text: str, name: str) -> None:
    assert list(parse(text).records) == [Record("struct", name)]


def test_anonymous_types_are_numbered_in_the_order_in_which_they_begin() -> None:
    declared = parse("struct s { struct { int x; } a; enum { A } b; struct { struct { int y; } d; } c; }; union { int z; } u;")
    assert members_of(declared.records[Record("struct", "s")]) == ["struct $1 a", "enum $2 b", "struct $3 c"]
    assert members_of(declared.records[Record("struct", "$3")]) == ["struct $4 d"]
    assert Record("union", "$5") in declared.records
    assert list(declared.enums) == [Enum("$2")]
    assert declared.anonymous_count == 5


def members_of(declared: RecordDeclaration) -> list[str]:
    return [spelling(field.type, field.name) for field in declared.fields or ()]


def test_numbers_go_on_in_the_next_text_and_behind_those_of_included_ones() -> None:
    first = parse("struct { int x; } a;")
    assert Record("struct", "$2") in parse("struct { int y; } b;", known=first).records
    assert Record("struct", "$2") in parse("struct { int y; } b;", included=[first]).records


@pytest.mark.parametrize(
    ("text", "options", "pack"),
    [
        ("struct s { char a; int b; };", {}, 0),
        ("struct s { char a; int b; };", {"packed": True}, 1),
        ("struct s { char a; int b; };", {"pack": 2}, 2),
        ("struct __attribute__((packed)) s { char a; int b; };", {}, 1),
        ("struct s { char a; int b; } __attribute__((__packed__));", {"pack": 4}, 1),
        ("struct [[gnu::packed]] s { char a; int b; };", {}, 1),
        ("__attribute__((packed)) struct s { char a; int b; };", {}, 0),  # as gcc: an attribute of nothing
        ("#pragma pack(1)\nstruct s { char a; int b; };", {}, 1),
        ("#pragma pack(push, 2)\nstruct t { int a; };\n#pragma pack(pop)\nstruct s { char a; int b; };", {}, 0),
        ("#pragma pack(push)\n#pragma pack(4)\nstruct s { char a; int b; };\n#pragma pack(pop)", {}, 4),
        ("#pragma pack(push, mine, 2)\n#pragma pack(push, 1)\n#pragma pack(pop, mine)\nstruct s { char a; int b; };", {}, 0),
        ("#pragma pack(1)\n#pragma pack()\nstruct s { char a; int b; };", {"pack": 8}, 8),
        ("struct t { int x; \n#pragma pack(1)\n};\n#pragma once\nstruct s { char a; int b; };", {}, 1),
    ],
)
def test_packing(text: str, options: dict[str, object], pack: int) -> None:
    assert struct(text, **options).pack == pack


@pytest.mark.parametrize("options", [{"packed": 2}, {"packed": True, "pack": 2}, {"pack": 3}, {"pack": 0}, {"pack": -1}])
def test_wrong_options_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="pack"):
        parse("struct s { int x; };", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "align"),
    [
        ("struct s { char a; };", 0),
        ("struct s { char a; } __attribute__((aligned(16)));", 16),
        ("struct __attribute__((aligned(8), packed)) s { char a; };", 8),
        ("struct __declspec(align(32)) s { char a; };", 32),
        ("struct s { char a; } __attribute__((aligned));", 16),
        ("struct s { char a; } __attribute__((aligned(2 * sizeof(int))));", 8),
        ("typedef struct { char a; } __attribute__((aligned(4))) t; struct s { t a; } __attribute__((aligned(2)));", 2),
    ],
)
def test_alignment_of_a_struct(text: str, align: int) -> None:
    assert struct(text).align == align


@pytest.mark.parametrize(
    ("member", "align"),
    [
        ("int x __attribute__((aligned(16)));", 16),
        ("_Alignas(16) int x;", 16),
        ("alignas(double) char x;", 8),
        ("int y, x __attribute__((aligned(8)));", 8),
        ("__attribute__((aligned(4))) char y, x;", 4),
        ("int x [[deprecated]];", 0),
    ],
)
def test_alignment_of_a_member(member: str, align: int) -> None:
    fields = struct(f"struct s {{ {member} }};").fields
    assert fields is not None
    assert {field.name: field.align for field in fields}["x"] == align


def test_comments_of_members_are_kept() -> None:
    fields = struct("struct s {\n/* above a */\nint a;\nint b; // behind b\nint c, d; /**< both */\nint e;\n};").fields
    assert fields is not None
    assert [(field.name, comment_text(field.comment)) for field in fields] == [
        ("a", "above a"), ("b", "behind b"), ("c", "both"), ("d", "both"), ("e", ""),
    ]


def test_a_member_stands_at_its_name() -> None:
    fields = struct("struct s {\n  int a,\n    *b;\n  unsigned : 3;\n};").fields
    assert fields is not None
    assert [tuple(field.position)[1:] for field in fields] == [(2, 7), (3, 6), (4, 12)]


def test_a_struct_may_contain_one_that_is_defined_later() -> None:
    declared = parse("struct a { struct b x; struct a *y; }; struct b { int z; };")
    assert members_of(declared.records[Record("struct", "a")]) == ["struct b x", "struct a *y"]


def test_structs_may_not_contain_one_another_across_texts() -> None:
    first = parse("struct a { struct b x[2]; };")
    with pytest.raises(CDefError, match="'struct b' contains itself through its members"):
        parse("struct b { const struct a y; };", known=first)


def test_types_inside_a_struct_are_visible_outside() -> None:
    declared = parse("struct s { struct t { int x; } y; }; struct t z;")
    assert declared.globals["z"].type == Record("struct", "t")
    assert struct("struct s { struct t { int x; } *y[2]; };", "t").fields is not None
    assert Array(Pointer(Record("struct", "t")), 2) == (struct("struct s { struct t { int x; } *y[2]; };").fields or ())[0].type


def test_members_are_read_alike_wherever_their_types_were_written_before() -> None:
    types = ["int", "unsigned int", "const char *", "t", "struct s *", "aligned_t", "const t"]
    declared = "typedef long t; typedef char aligned_t __attribute__((aligned(8))); int f(t, struct s *, register int, aligned_t);"
    members = " ".join(f"{ctype} m{index}; {ctype} n{index};" for index, ctype in enumerate(types))
    fields = parse(f"{declared} struct s {{ {members} }};").records[Record("struct", "s")].fields
    assert fields is not None
    for first, second in zip(fields[::2], fields[1::2]):
        alone = parse(f"{declared} struct s {{ {types[int(first.name[1:])]} m; }};").records[Record("struct", "s")].fields
        assert alone is not None
        expected = (alone[0].type, alone[0].align, alone[0].pack)
        assert (first.type, first.align, first.pack) == (second.type, second.align, second.pack) == expected


def test_a_member_cannot_be_static_though_a_parameter_was() -> None:
    with pytest.raises(CDefError, match="a member cannot be 'static'"):
        parse("int f(static int x); struct s { static int x; };")
