"""Declarations are printed as people write them, and mean the same when they are read again."""

import pytest

from cffi_build.cdef.headers.printing import WIDTH, documented, one_line, print_words
from cffi_build.cdef.lexer import tokenize


def printed(text):
    tokens = tokenize(text)
    return "\n".join(line.text for line in print_words(tokens.texts[:-4], tokens.above, tokens.behind))


@pytest.mark.parametrize(
    "text",
    [
        "int f(void);",
        "char *f(const char *s, char **end, int n);",
        "void (*signal(int number, void (*handler)(int)))(int);",
        "int (*table[4])(int);",
        "int a[4 * 8 + 1];",
        "typedef int... number;",
        "extern const char *const names[];",
        "int printf(const char *format, ...);",
        "char c[sizeof(long) * 2];",
        "unsigned long long int x;",
        "int a[(1 << 4) - 1];",
        "void f(int *restrict p, int (*q)[3]);",
    ],
)
def test_a_line_that_is_well_written_is_printed_as_it_is(text):
    assert one_line(tokenize(text).texts[:-4]) == text


def test_members_and_enumerators_have_lines_of_their_own():
    text = "typedef struct s{int a;unsigned b:3;struct{int x,y;}p;enum e{A,B=-1,C=(A+2)}k;int(*f)(int,int);}s_t;"
    assert printed(text) == """\
typedef struct s {
    int a;
    unsigned b : 3;
    struct {
        int x, y;
    } p;
    enum e {
        A,
        B = -1,
        C = (A + 2)
    } k;
    int (*f)(int, int);
} s_t;"""


def test_comments_keep_their_places():
    text = "/* a point */\nstruct point {\n  /* across */\n  int x;\n  int y; // down\n};"
    assert printed(text) == "/* a point */\nstruct point {\n    /* across */\n    int x;\n    int y;  // down\n};"


def test_a_long_parameter_list_is_wrapped_behind_a_comma():
    text = f"int f({', '.join(f'const struct something *parameter_{index}' for index in range(8))});"
    lines = printed(text).split("\n")
    assert len(lines) > 1 and all(len(line) <= WIDTH for line in lines) and all(line.endswith(",") for line in lines[:-1])
    assert tokenize(" ".join(lines)).texts == tokenize(text).texts


@pytest.mark.parametrize(
    "text", ["struct s { int a[2 * 3]; char *p, **q; union { float f; }; };", "enum { A = 1 << 2, B = ~A, C = -A, D = !B };"]
)
def test_printing_changes_no_token(text):
    assert tokenize(printed(text)).texts == tokenize(text).texts


def test_a_comment_cannot_end_before_its_time():
    assert documented("a */ b\nc") == ["/* a * / b", "   c */"]
    assert documented("") == []
