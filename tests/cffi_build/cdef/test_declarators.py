"""Pointers, arrays, functions and parentheses: the type that a name gets."""

from __future__ import annotations

import pytest

from cffi_build.cdef import parse, parse_type
from cffi_build.declarations import Declarations
from cffi_build.errors import CDefError
from cffi_build.model import (
    UNKNOWN_LENGTH,
    Array,
    CType,
    Function,
    Pointer,
    Primitive,
    Qualified,
    Record,
    Void,
    spelling,
)

INT, CHAR, LONG, VOID = Primitive("int"), Primitive("char"), Primitive("long"), Void()
EMPTY = Declarations()


def variable(text: str) -> CType:
    (declared,) = parse(text).globals.values()
    assert declared.type is not None
    return declared.type


@pytest.mark.parametrize(
    ("text", "ctype"),
    [
        ("int x;", INT),
        ("int (x);", INT),
        ("int *x;", Pointer(INT)),
        ("int **x;", Pointer(Pointer(INT))),
        ("int *(*x);", Pointer(Pointer(INT))),
        ("int x[3];", Array(INT, 3)),
        ("int x[];", Array(INT, None)),
        ("int x[...];", Array(INT, UNKNOWN_LENGTH)),
        ("int x[2][3];", Array(Array(INT, 3), 2)),
        ("int x[][3];", Array(Array(INT, 3), None)),
        ("int x[...][...];", Array(Array(INT, UNKNOWN_LENGTH), UNKNOWN_LENGTH)),
        ("int *x[3];", Array(Pointer(INT), 3)),
        ("int (*x)[3];", Pointer(Array(INT, 3))),
        ("int x(void);", Function(INT, ())),
        ("int x();", Function(INT, ())),
        ("int (x)(void);", Function(INT, ())),
        ("int *x(void);", Function(Pointer(INT), ())),
        ("int (*x)(void);", Pointer(Function(INT, ()))),
        ("int (*x[2])(void);", Array(Pointer(Function(INT, ())), 2)),
        ("int (*x(char))(long);", Function(Pointer(Function(INT, (LONG,))), (CHAR,))),
        ("int (*(*x)(char))[3];", Pointer(Function(Pointer(Array(INT, 3)), (CHAR,)))),
        ("void (*x(int, void (*)(int)))(int);",
         Function(Pointer(Function(VOID, (INT,))), (INT, Pointer(Function(VOID, (INT,)))))),
        ("int x(int, ...);", Function(INT, (INT,), True)),
        ("const int *x;", Pointer(Qualified(INT, const=True))),
        ("int const *x;", Pointer(Qualified(INT, const=True))),
        ("char *const *x;", Pointer(Qualified(Pointer(CHAR), const=True))),
        ("char *const volatile *restrict *x;",
         Pointer(Qualified(Pointer(Qualified(Pointer(CHAR), const=True, volatile=True)), restrict=True))),
        ("volatile int x;", Qualified(INT, volatile=True)),
        ("const int x[3];", Array(Qualified(INT, const=True), 3)),
    ],
)
def test_declarator(text: str, ctype: CType) -> None:
    assert variable(text) == ctype


@pytest.mark.parametrize(
    ("parameter", "ctype"),
    [
        ("int", INT),
        ("int x", INT),
        ("int (x)", INT),
        ("int *x", Pointer(INT)),
        ("int *", Pointer(INT)),
        ("int x[]", Pointer(INT)),
        ("int x[3]", Pointer(INT)),
        ("int [3]", Pointer(INT)),
        ("int x[static 3]", Pointer(INT)),
        ("int x[const *]", Pointer(INT)),
        ("int x[2][3]", Pointer(Array(INT, 3))),
        ("const int x[3]", Pointer(Qualified(INT, const=True))),
        ("int x(char)", Pointer(Function(INT, (CHAR,)))),
        ("int (char)", Pointer(Function(INT, (CHAR,)))),
        ("int (*x)(char)", Pointer(Function(INT, (CHAR,)))),
        ("int (*)(char)", Pointer(Function(INT, (CHAR,)))),
        ("int *(*x)(char)", Pointer(Function(Pointer(INT), (CHAR,)))),
        ("int (*(*)(void))(char)", Pointer(Function(Pointer(Function(INT, (CHAR,))), ()))),
        ("const int x", INT),
        ("char *const x", Pointer(CHAR)),
        ("char *restrict x", Pointer(CHAR)),
        ("register int x", INT),
    ],
)
def test_a_parameter_has_the_type_that_the_function_sees(parameter: str, ctype: CType) -> None:
    assert variable(f"void f({parameter});") == Function(VOID, (ctype,))


def test_a_length_may_name_an_earlier_parameter() -> None:
    assert variable("void f(int n, char a[n]);") == Function(VOID, (INT, Pointer(CHAR)))
    callback = Pointer(Function(VOID, (INT,)))
    assert variable("void f(int n, void (*g)(int m), char a[n]);") == Function(VOID, (INT, callback, Pointer(CHAR)))
    assert variable("void f(int n, void (*g)(void), char a[n]);") == Function(VOID, (INT, Pointer(Function(VOID, ())), Pointer(CHAR)))
    with pytest.raises(CDefError, match="unknown constant 'n'"):
        parse("void f(int n, char a[2][n], int); int x[n];")


def test_names_of_parameters_are_kept() -> None:
    function = variable("int f(int a, char *, long (*callback)(int inner), struct s c[2]);")
    assert isinstance(function, Function)
    assert function.names == ("a", None, "callback", "c")


def test_names_of_parameters_do_not_count_in_comparisons() -> None:
    assert variable("int f(int a);") == variable("int f(int b);") == variable("int f(int);")


def test_a_parameter_name_hides_a_typedef() -> None:
    declared = parse("typedef int t; void f(t t, t); void g(int (t));")
    assert declared.globals["f"].type == Function(VOID, (INT, INT))
    assert declared.globals["g"].type == Function(VOID, (Pointer(Function(INT, (INT,))),))  # C11 6.7.6.3p11


def test_the_result_of_a_function_has_no_qualifiers() -> None:
    assert variable("const int f(void);") == Function(INT, ())
    assert variable("const char *f(void);") == Function(Pointer(Qualified(CHAR, const=True)), ())


@pytest.mark.parametrize(
    "text",
    [
        "int __stdcall f(int);", "__stdcall int f(int);", "int WINAPI f(int);", "int f(int) __attribute__((stdcall));",
        "typedef int __stdcall t(int); t f;", "int (__stdcall f)(int);",
    ],
)
def test_a_function_may_be_stdcall(text: str) -> None:
    assert parse(text).globals["f"].type == Function(INT, (INT,), abi="__stdcall")


@pytest.mark.parametrize(
    "text",
    [
        "int (__stdcall *f)(int);", "int (WINAPI *f)(int);", "int (*__stdcall f)(int);", "int (__attribute__((stdcall)) *f)(int);",
        "int (__stdcall * __attribute__((unused)) f)(int);", "typedef int (__stdcall *t)(int); t f;", "typedef int (WINAPI t)(int); t *f;",
    ],
)
def test_a_pointer_to_a_function_may_be_stdcall(text: str) -> None:
    assert parse(text).globals["f"].type == Pointer(Function(INT, (INT,), abi="__stdcall"))


def test_only_the_function_that_is_marked_is_stdcall() -> None:
    inner = Pointer(Function(INT, (), abi="__stdcall"))
    assert variable("int (__stdcall *f(char))(void);") == Function(inner, (CHAR,))
    assert variable("int *__stdcall f(int (*)(void));") == Function(
        Pointer(INT), (Pointer(Function(INT, ())),), abi="__stdcall"
    )


def test_cdecl_is_the_default() -> None:
    assert variable("int __cdecl f(int);") == variable("int f(int);")
    assert variable("int (__cdecl *f)(int);") == variable("int (*f)(int);")


def test_several_declarators_share_their_specifiers() -> None:
    declared = parse("const char *a, b, *c[2], d(int);")
    assert {name: spelling(one.type, name) for name, one in declared.globals.items() if one.type} == {
        "a": "const char *a", "b": "char b", "c": "const char *c[2]", "d": "char d(int)",
    }


@pytest.mark.parametrize(
    ("text", "ctype"),
    [
        ("int", INT),
        ("const char *", Pointer(Qualified(CHAR, const=True))),
        ("int(*)(int, ...)", Pointer(Function(INT, (INT,), True))),
        ("int[5]", Array(INT, 5)),
        ("int[]", Array(INT, None)),
        ("int(int)", Function(INT, (INT,))),
        ("struct nowhere *", Pointer(Record("struct", "nowhere"))),
        ("point_t*", Pointer(Record("struct", "$point_t"))),
        ("point_t[SIZE + 1]", Array(Record("struct", "$point_t"), 4)),
        ("unsigned", Primitive("unsigned int")),
        ("va_list *", Pointer(Record("struct", "$va_list"))),
        ("int x", INT),
        ("int callback(int x)", Function(INT, (INT,))),
    ],
)
def test_a_type_alone(text: str, ctype: CType) -> None:
    declarations = parse("#define SIZE 3\ntypedef struct { int x; } point_t;")
    before = repr(declarations)
    assert parse_type(text, declarations) == ctype
    assert repr(declarations) == before


def test_a_type_finds_what_was_included() -> None:
    base = parse("typedef long t; struct s { t x; }; enum { SIZE = 7 };")
    declarations = parse("int f(t);", included=[base])
    assert parse_type("t[SIZE]", declarations) == Array(LONG, 7)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected a type, found the end of the text"),
        ("int;", "expected the end of the type, found ';'"),
        ("int, int", "expected the end of the type, found ','"),
        ("foo *", "unknown type name 'foo'"),
        ("foo", "unknown type name 'foo'"),
        ("foo[3]", "unknown type name 'foo'"),
        ("struct { int x; }", "a type cannot define a struct, union or enum here"),
        ("enum { A }", "a type cannot define an enum here"),
        ("static int", "a type cannot be 'static'"),
        ("int[", "expected an integer constant, found the end of the text"),
        ("int[N]", "unknown constant 'N'"),
        ("...", "expected a type, found '...'"),
    ],
)
def test_what_is_no_type_alone(text: str, message: str) -> None:
    with pytest.raises(CDefError) as caught:
        parse_type(text, EMPTY)
    assert caught.value.errors[0].message == message


def parameter_types(text: str, name: str, *, override: bool = False) -> tuple[CType, ...]:
    function = parse(text, override=override).globals[name].type
    assert isinstance(function, Function)
    return function.parameters


def test_a_type_written_again_is_what_its_typedef_has_become() -> None:
    before = "int f(size_t, size_t *, const uint8_t *n, my_t, struct s *); "
    again = before.replace("f(", "g(")
    text = f"typedef int my_t; {before} typedef char size_t; typedef short uint8_t; typedef long my_t; {again}"
    char, short = Primitive("char"), Qualified(Primitive("short"), const=True)
    expected = (char, Pointer(char), Pointer(short), Primitive("long"), Pointer(Record("struct", "s")))
    assert parameter_types(text, "g", override=True) == expected
    earlier = parse("typedef char size_t; typedef short uint8_t; typedef long my_t;")
    function = parse(again, known=earlier).globals["g"].type
    assert isinstance(function, Function)
    assert function.parameters == expected


def test_parameters_are_read_alike_wherever_their_types_were_written_before() -> None:
    parameters = ["int a", "unsigned", "const char *s", "struct s *p", "struct s *", "unsigned char c", "enum e e"]
    parameters += ["t", "t x", "t *const y", "int z[3]"]
    declared = "typedef float t; struct s; enum e { A };"
    once = [parameter_types(f"{declared} int f({one});", "f")[0] for one in parameters]
    text = f"{declared} int f({', '.join(parameters)}); int g({', '.join(reversed(parameters))}, ...);"
    assert parameter_types(text, "f") == tuple(once)
    assert parameter_types(text, "g") == tuple(reversed(once))


def test_a_comma_at_the_end_of_parameters_is_an_error_each_time() -> None:
    with pytest.raises(CDefError) as caught:
        parse("int f(int,); int g(int,);")
    assert str(caught.value).count("error:") == 2
