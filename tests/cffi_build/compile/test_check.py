"""A cdef for dlopen() is compared with the headers: mistakes planted one by one are found, at their place, and nothing else is."""

import pytest

from cffi_build import cdef
from cffi_build.compile.c_compiler import find_compiler
from cffi_build.compile.check import check
from cffi_build.compile.pkgconfig import Flags

HEADER = """
#include <stddef.h>
#include <stdint.h>
#define THING_MAX 10
#define THING_TWICE(x) (2 * (x))
enum thing_kind { KIND_A, KIND_B = 4 };
typedef struct thing thing;
typedef struct { int x, y; } point;
#pragma pack(push, 2)
struct packed { char c; int i; };
#pragma pack(pop)
struct thing {
    int id;
    double weight;
    unsigned flags : 3;
    point at;
    char name[16];
    void *data;
    union { int whole; char bytes[4]; };
};
typedef int (*thing_callback)(thing *, long);
typedef unsigned long thing_size_t;
int thing_open(const char *name, double scale, thing **out);
thing_size_t thing_size(const thing *t);
void thing_each(thing_callback callback, void *data);
int thing_log(const char *format, ...);
enum thing_kind thing_kind_of(thing *t);
extern int thing_count;
extern const char *const thing_names[3];
static inline int thing_fast(int x) { return x; }
"""
RIGHT = """
#define THING_MAX 10
enum thing_kind { KIND_A, KIND_B = 4 };
typedef struct { int x; int y; } point;
#pragma pack(push, 2)
struct packed { char c; int i; };
#pragma pack(pop)
typedef struct thing {
    int id;
    double weight;
    unsigned flags : 3;
    point at;
    char name[16];
    void *data;
    union { int whole; char bytes[4]; };
} thing;
typedef int (*thing_callback)(thing *, long);
int thing_open(const char *name, double scale, thing **out);
size_t thing_size(const thing *t);
void thing_each(thing_callback callback, void *data);
int thing_log(const char *format, ...);
enum thing_kind thing_kind_of(thing *t);
extern int thing_count;
extern const char *const thing_names[3];
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("headers")
    (folder / "thing.h").write_text(HEADER)
    return folder


@pytest.fixture(scope="module")
def compiler(folder):
    return find_compiler(Flags((str(folder),)))


def mistakes(text, compiler):
    """Line and message of each mistake."""
    return [(mistake.position.line, mistake.message) for mistake in check(cdef.parse(text), ["thing.h"], compiler)]


def test_a_right_cdef_has_no_mistakes(compiler):
    assert mistakes(RIGHT, compiler) == []


IN_TYPES = [
    ("THING_MAX 10", "THING_MAX 11", "the constant 'THING_MAX': the cdef says 11, C says 10"),
    ("KIND_B = 4", "KIND_B = 5", "the constant 'KIND_B': the cdef says 5, C says 4"),
    ("double scale", "float scale", "argument 2 ('scale') of 'thing_open': the cdef says 'float', C says 'double'"),
    ("size_t thing_size", "int thing_size", "the result of 'thing_size': the cdef says 'int', C says 'unsigned long'"),
    (", void *data)", ")", "'thing_each': the cdef gives it 1 argument, C says 2 arguments: "),
    ("*format, ...", "*format", "'thing_log' takes further arguments, '...', only in C"),
    ("(thing *, long)", "(thing *, int)", "the typedef 'thing_callback': the cdef says 'int(*)(struct thing *, int)', C says "),
    ("extern int thing_count;", "int thing_count(void);", "'thing_count' is a variable in C, a function in the cdef"),
    ("thing_names[3]", "thing_names[4]", "the variable 'thing_names': the cdef says 'const char *const[4]', C says 'const char *const[3]'"),
]
"""Right, wrong, how the message begins."""


def test_mistakes_in_types_and_values_are_found_where_they_are(compiler):
    text = RIGHT
    for right, wrong, _ in IN_TYPES:
        assert right in text
        text = text.replace(right, wrong, 1)
    lines = [number for number, (before, after) in enumerate(zip(RIGHT.split("\n"), text.split("\n")), 1) if before != after]
    found = [(line, message) for line, message in mistakes(text, compiler) if "('callback')" not in message]
    assert sorted(line for line, _ in found) == lines
    for _, _, begin in IN_TYPES:
        assert [message for _, message in found if message.startswith(begin)], begin


def test_what_the_headers_do_not_have_is_told(compiler):
    text = "#define THING_MIN 1\nenum thing_kind { KIND_A, KIND_C };\nint thing_close(void *);\n"
    text += "extern int thing_sum;\nstruct unpacked { int x; };\n"
    assert mistakes(text, compiler) == [
        (1, "the headers define no integer constant 'THING_MIN'"),
        (2, "the headers define no integer constant 'KIND_C'"),
        (3, "the headers declare no function 'thing_close'"),
        (4, "the headers declare no variable 'thing_sum'"),
        (5, "the headers do not define 'struct unpacked'"),
    ]


@pytest.mark.parametrize(
    "right, wrong, line, message",
    [
        ("double weight", "float weight", 10, "the member 'weight' of 'struct thing': the cdef says 'float', C says 'double'"),
        ("    unsigned flags : 3;\n", "", 8, "'struct thing' has a member in C that the cdef lacks: unsigned int flags, behind 'weight'"),
        ("flags : 3", "flags : 4", 11, "the member 'flags' of 'struct thing': the cdef says 4 bits, C says 3 bits"),
        ("char name[16]", "char name[15]", 13, "the member 'name' of 'struct thing': the cdef says 'char[15]', C says 'char[16]'"),
        ("void *data;", "void *datum;", 14, "'struct thing' has no member 'datum' in C (did you mean 'data'?)"),
        ("char bytes[4]", "char bytes[8]", 15, "the member 'bytes' of 'struct thing': the cdef says 'char[8]', C says 'char[4]'"),
        ("int x; int y;", "int y; int x;", 4, "the offset of 'y' in 'point': 0 bytes by the cdef, 4 in C"),
        ("pack(push, 2)", "pack(push, 1)", 6, "the offset of 'i' in 'struct packed': 1 bytes by the cdef, 2 in C"),
    ],
)
def test_a_mistake_in_a_struct_is_found_where_it_is(compiler, right, wrong, line, message):
    assert right in RIGHT
    assert (line, message) in mistakes(RIGHT.replace(right, wrong, 1), compiler)


def test_what_a_caller_need_not_care_about_is_no_mistake(compiler):
    text = RIGHT
    for right, harmless in [
        ("const char *name, double scale, thing **out", "unsigned char *name, double scale, void *out"),
        ("const thing *t", "void *t"),
        (", void *data);", ", thing *data);"),
        ("enum thing_kind thing_kind_of", "int thing_kind_of"),
        ("size_t thing_size", "unsigned long long thing_size"),
        ("const char *const thing_names[3]", "char *thing_names[]"),
    ]:
        assert right in text
        text = text.replace(right, harmless, 1)
    assert mistakes(text, compiler) == []


def test_a_struct_without_a_name_is_compared_where_it_is_used(tmp_path):
    (tmp_path / "outer.h").write_text("struct a { struct { int x; } in; }; struct b { struct { long y; } in; };")
    compiler = find_compiler(Flags((str(tmp_path),)))
    said = cdef.parse("struct b { struct { long y; } in; }; struct a { struct { long x; } in; };")
    (found,) = check(said, ["outer.h"], compiler)
    assert found.message.startswith("the member 'in' of 'struct a': ")


def test_an_opaque_struct_may_go_by_another_name(compiler):
    text = "typedef struct _mine *handle; int thing_open(const char *, double, handle *); size_t thing_size(handle);"
    assert check(cdef.parse(text), ["thing.h"], compiler) == []


def test_what_no_library_exports_cannot_be_used(compiler):
    found = check(cdef.parse("int thing_fast(int x);\nint THING_TWICE(int);"), ["thing.h"], compiler)
    assert [mistake.message.partition(" (")[0] for mistake in found] == [
        "the function 'thing_fast' cannot be used in ABI mode: it is static: no library exports it",
        "the function 'THING_TWICE' cannot be used in ABI mode: a macro with parameters; declare it as a function if it is one",
    ]


def test_what_the_libraries_lack_is_told_when_they_are_named(compiler):
    (found,) = check(cdef.parse("size_t thing_size(void *);", filename="a.h"), ["thing.h"], compiler, symbols=True)
    expected = "a.h:1:8: error: the function 'thing_size' cannot be used in ABI mode: the libraries do not contain it (thing.h:"
    assert str(found).startswith(expected)


def test_the_header_of_a_real_library_agrees_with_its_own_scan(compiler):
    from cffi_build.compile.scan import Request, scan

    compiler = find_compiler(Flags(libraries=("z",)))
    found = scan(Request(("zlib.h",), abi=True, check_symbols=True), compiler)
    assert check(found.declared, ["zlib.h"], compiler, symbols=True) == []
