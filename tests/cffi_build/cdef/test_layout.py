"""Packing and alignment: what the declarations say gives the sizes that the C compiler computes."""

from __future__ import annotations

import random
from typing import Callable, Iterable

import pytest

from cffi_build.cdef import parse, parse_type
from cffi_build.cdef.layout import Layout, UnknownLayout

Accepts = Callable[[Iterable[str]], None]

STRUCTS = """
struct plain { char a; int b; char c; };
struct __attribute__((packed)) packed { char a; int b; char c; };
struct behind { char a; int b; char c; } __attribute__((packed));
struct both { char a; long b; } __attribute__((packed, aligned(4)));
struct aligned { char a; } __attribute__((aligned(32)));
struct bare { char a; } __attribute__((aligned));
struct lower { long a; } __attribute__((aligned(2)));
struct member { char a; char b __attribute__((aligned(8))); char c; };
struct alignas_ { char a; _Alignas(16) char b; _Alignas(double) char c; };
struct __attribute__((packed)) inside { char a; struct plain b; int c __attribute__((aligned(4))); };
#pragma pack(push, 1)
struct pragma1 { char a; int b; double c; };
struct pragma1b { char a; struct plain b; short c __attribute__((aligned(4))); };
#pragma pack(2)
struct pragma2 { char a; int b; double c; };
union pragma2u { char a[5]; int b; };
#pragma pack(pop)
struct after { char a; int b; double c; };
union u { char a[5]; int b; };
struct nested { char a; struct { char b; union { short c; char d[3]; }; } e; struct { long f; }; char g; };
struct flexible { char a; short b[]; };
struct empty {};
struct arrays { char a[3]; short b[2][3]; struct plain c[2]; };
struct pointers { char a; void *b; void (*c)(int); char d; };
struct long_double { char a; long double b; wchar_t c; };
struct many { _Bool a; float b; char c; double d; char e; long long f; char g; float _Complex h; char i; double _Complex j; };
"""


def agreements(text: str, names: Iterable[str]) -> list[str]:
    declared = parse(text)
    layout = Layout([declared])
    lines = [text]
    for name in names:
        size, align = layout.of(parse_type(name, declared))
        lines.append(f'_Static_assert(sizeof({name}) == {size} && _Alignof({name}) == {align}, "{name}: {size}, {align}");')
    return lines


TYPEDEFS = """
typedef struct { char a; int b; char c[8]; } multiple __attribute__((aligned(16)));
typedef union { char a[64]; } lines __attribute__((aligned(32))), *lines_p;
typedef struct { int a; } lower __attribute__((aligned(2)));
typedef struct { char a; } __attribute__((aligned(4))) both __attribute__((aligned(8)));
typedef struct { multiple m; char c; } around;
typedef multiple another;
"""


def test_the_alignment_of_a_typedef_is_that_of_the_nameless_struct_it_defines(c_compiler_accepts: Accepts) -> None:
    names = ["multiple", "lines", "around", "another", "multiple[3]"]
    c_compiler_accepts(agreements(TYPEDEFS, names))
    assert [record.name for record in parse(TYPEDEFS).records] == ["$multiple", "$lines", "$lower", "$both", "$around"]
    assert parse(TYPEDEFS, known=parse(TYPEDEFS)).records == parse(TYPEDEFS).records


def test_sizes_and_alignments(c_compiler_accepts: Accepts) -> None:
    records = [f"{record.kind} {record.name}" for record in parse(STRUCTS).records if not record.name.startswith("$")]
    assert len(records) == 23
    c_compiler_accepts(agreements(STRUCTS, records))


def random_struct(chance: random.Random, name: str, earlier: list[str]) -> str:
    types = ["char", "short", "int", "long", "float", "double", "void *", "long long", "_Bool", *earlier]
    members = []
    for index in range(chance.randrange(1, 7)):
        array = chance.choice(["", "", "", "[3]", "[2][2]"])
        align = chance.choice(["", "", "", "", " __attribute__((aligned(8)))", " __attribute__((aligned(2)))"])
        members.append(f"{chance.choice(types)} m{index}{array}{align};")
    attribute = chance.choice(["", "", " __attribute__((packed))", " __attribute__((aligned(16)))", " __attribute__((packed, aligned(2)))"])
    body = f"{chance.choice(['struct', 'struct', 'union'])} {name} {{ {' '.join(members)} }}{attribute};"
    pack = chance.choice([0, 0, 0, 1, 2, 4])
    return f"#pragma pack(push, {pack})\n{body}\n#pragma pack(pop)" if pack else body


def test_random_structs(c_compiler_accepts: Accepts) -> None:
    chance = random.Random(19991201)
    text: list[str] = []
    names: list[str] = []
    for number in range(400):
        declaration = random_struct(chance, f"r{number}", names[-5:])
        text.append(declaration)
        names.append(f"{'union' if f'union r{number} ' in declaration else 'struct'} r{number}")
    c_compiler_accepts(agreements("\n".join(text), names))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("struct s;", "struct s"),
        ("struct s { int x; ...; };", "struct s"),
        ("struct s { int x : 3; };", "struct s"),
        ("struct s { int_fast16_t x; };", "struct s"),
        ("struct s { int x[...]; };", "struct s"),
        ("typedef int... t;", "t"),
        ("enum e { A = ... };", "enum e"),
        ("enum e;", "enum e"),
        ("", "void"),
    ],
)
def test_some_sizes_only_the_compiler_knows(text: str, name: str) -> None:
    declared = parse(text)
    with pytest.raises(UnknownLayout):
        Layout([declared]).of(parse_type(name, declared))


def test_an_enum_is_as_large_as_the_compiler_makes_it(c_compiler_accepts: Accepts) -> None:
    cases = ["0", "0, -1", "0xFFFFFFFF", "0xFFFFFFFF, -1", "1 << 31", "0x7FFFFFFF, -0x7FFFFFFF - 1", "1LL << 40", "-0x10000000000"]
    text = "".join(
        f"enum e{case} {{ {', '.join(f'E{case}_{number} = {value}' for number, value in enumerate(values.split(',')))} }};\n"
        for case, values in enumerate(cases)
    )
    c_compiler_accepts(agreements(text, [f"enum e{case}" for case in range(len(cases))]))
