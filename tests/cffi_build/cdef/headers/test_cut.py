"""Preprocessed text is cut into declarations, macros and pragmas, each with its place."""

import pytest

from cffi_build.cdef.headers.cut import cut


def words(text):
    return [" ".join(piece.words) for piece in cut(text).pieces]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("extern int f (int) __attribute__ ((__nothrow__ , __leaf__));", "int f ( int ) ;"),
        ("__extension__ typedef long long quad_t;", "typedef long long quad_t ;"),
        ("static __inline__ __attribute__((always_inline)) int f(int x) { if (x) { return 1; } return 0; }", "static int f ( int x ) ;"),
        ("int f(const char *__restrict p) __asm__ (\"\" \"g\");", "int f ( const char * restrict p ) ;"),
        ("[[nodiscard]] int f(void);", "int f ( void ) ;"),
        ("struct __attribute__((packed)) s { char c; int i; };", "struct __attribute__((packed)) s { char c ; int i ; } ;"),
        ("struct s { int i; } __attribute__((__aligned__(2 * sizeof (long long)), unused));",
         "struct s { int i ; } __attribute__((aligned(2*sizeof(long long)))) ;"),
        ("__declspec(dllimport) int f(void);", "int f ( void ) ;"),
        ("typedef unsigned u8 __attribute__((mode(QI)));", "typedef unsigned u8 __attribute__((mode(QI))) ;"),
        ("int table[] = { 1, 2, 3 };", "int table [ ] = { 1 , 2 , 3 } ;"),
    ],
)  # fmt: skip
def test_what_means_nothing_in_a_declaration_is_dropped(text, expected):
    assert words(text) == [expected]


def test_a_function_body_is_dropped_and_noted_but_the_braces_of_a_struct_behind_an_attribute_are_none():
    pieces = cut("int f(void) { return 1; } struct __attribute__((packed)) { int x; } v;").pieces
    assert [piece.has_body for piece in pieces] == [True, False]


def test_an_asm_label_is_noted():
    assert [piece.renamed for piece in cut('int f(void) asm("g"); int h(void);').pieces] == [True, False]


def test_asm_at_the_top_level_is_no_declaration():
    assert words('__asm__ (".symver a, b"); int f(void);') == ["int f ( void ) ;"]


def test_places_follow_the_line_markers():
    text = '# 1 "main.c"\n# 1 "/usr/include/a.h" 1\nint a;\n# 1 "/usr/include/b.h" 1\n\nint b;\n'
    text += '# 3 "/usr/include/a.h" 2\nint c;\n# 2 "main.c" 2\n'
    contents = cut(text)
    assert [(piece.words[1], piece.file, piece.line) for piece in contents.pieces] == [
        ("a", "/usr/include/a.h", 1), ("b", "/usr/include/b.h", 2), ("c", "/usr/include/a.h", 3),
    ]  # fmt: skip
    assert contents.entered == ["/usr/include/a.h"]


def test_macros_are_those_in_force_at_the_end_with_their_last_definition():
    text = "#define A 1\n#define B 2\n#undef A\n#define B 3\n#define F(x) x\n#define EMPTY\n"
    macros = cut(text).macros
    assert [(macro.name, macro.parameters, macro.body) for macro in macros] == [("B", None, "3"), ("F", "(x)", "x"), ("EMPTY", None, "")]


def test_a_macro_in_parentheses_has_no_parameters():
    assert [(macro.parameters, macro.body) for macro in cut("#define A (1)\n").macros] == [(None, "(1)")]


def test_comments_stay_with_the_tokens_that_they_explain():
    (piece,) = cut("/* opens */\nextern int f(int a, /* first */\n int b);").pieces
    assert piece.above == {0: ["/* opens */"]}
    assert piece.behind == {5: "/* first */"}


def test_packs_are_kept_in_place():
    contents = cut("#pragma pack(push, 1)\nstruct s { int x; };\n#pragma pack(pop)\n#pragma once\n")
    assert [pack.text for pack in contents.packs] == ["#pragma pack(push, 1)", "#pragma pack(pop)"]
    assert contents.packs[0].offset < contents.pieces[0].offset < contents.packs[1].offset


UNFINISHED = "int f(|struct s {|__attribute__((|} ) ]|asm|asm volatile|[[||int f(int) {|__attribute__((aligned("


@pytest.mark.parametrize("text", UNFINISHED.split("|"))
def test_text_that_ends_too_early_is_no_trouble(text):
    cut(text)
