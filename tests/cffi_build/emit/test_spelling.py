"""How types are spelled in C."""

import pytest

from cffi_build import cdef
from cffi_build.emit.spelling import Spelling
from cffi_build.errors import FFIError
from cffi_build.model import Array, Enum, Function, Pointer, Primitive, Record, Void, qualify

TEXT = """
    typedef struct { int a; } point;
    typedef struct { int a; } *behind;
    typedef ... opaque;
    typedef ... *handle;
    typedef enum { A } letter;
    typedef int row[...];
    typedef struct tagged { int a; } first, second;
    union later { int a; };
    typedef union later later;
    enum color { RED };
    typedef enum color color;
    struct outer { struct { struct { int deep; } inner; } named[3]; };
"""


@pytest.fixture(scope="module")
def declarations():
    return cdef.parse(TEXT)


@pytest.fixture(scope="module")
def spelling(declarations):
    return Spelling(declarations)


@pytest.mark.parametrize("name", ["point", "behind", "opaque", "handle", "letter"])
def test_a_type_that_only_a_typedef_names_is_spelled_by_it(name, declarations, spelling):
    assert spelling.spell(declarations.typedefs[name].type, "x") == f"{name} x"


@pytest.mark.parametrize("ctype, name", [
    (Record("struct", "tagged"), "first"), (Record("union", "later"), "later"), (Enum("color"), "color"),
])
def test_a_type_with_a_tag_goes_by_its_first_typedef_which_is_often_all_that_the_c_code_has(ctype, name, spelling):
    assert spelling.spell(ctype, "x") == f"{name} x"


def test_the_typedef_is_found_inside_other_types(declarations, spelling):
    point, behind = (declarations.typedefs[name].type for name in ("point", "behind"))
    ctype = Pointer(Function(Pointer(point), (qualify(behind, const=True),)))
    assert spelling.spell(ctype, "f") == "point *(*f)(const behind)"


@pytest.mark.parametrize(
    "ctype, text",
    [
        (Record("struct", "_IO_FILE"), "FILE x"),
        (Record("union", "u"), "union u x"),
        (Enum("e"), "enum e x"),
        (Primitive("_Bool"), "_cffi_bool_t x"),
        (Pointer(qualify(Pointer(Primitive("char")), restrict=True)), "char *__restrict *x"),
        (Pointer(Function(Void(), (), abi="__stdcall")), "void(_cffi_stdcall *x)(void)"),
        (Pointer(qualify(Array(Primitive("int"), 3), const=True)), "const int(*x)[3]"),
    ],
)
def test_spelling(ctype, text, spelling):
    assert spelling.spell(ctype, "x") == text


def test_an_array_whose_length_a_typedef_leaves_open_is_spelled_with_the_name_of_the_length(declarations, spelling):
    row = declarations.typedefs["row"].type
    assert spelling.spell(Pointer(row), "x") == "int(*x)[_cffi_length_row_0]"


def test_a_nameless_record_without_typedef_has_no_spelling(spelling):
    with pytest.raises(FFIError, match="no C name for the type 'struct \\$99'"):
        spelling.spell(Record("struct", "$99"))


def test_a_named_record_is_found_by_its_name(spelling):
    place = spelling.place(Record("struct", "outer"))
    assert (place.offset("named"), place.value("named")) == ("offsetof(struct outer, named)", "((struct outer *)0)->named")


def test_a_nameless_record_is_found_inside_another(declarations, spelling):
    deepest = next(record for record, found in declarations.records.items() if found.fields and found.fields[0].name == "deep")
    expected = "offsetof(struct outer, named[0].inner.deep) - offsetof(struct outer, named[0].inner)"
    assert spelling.place(deepest).offset("deep") == expected


def test_a_nameless_record_is_found_behind_a_pointer(declarations, spelling):
    record = declarations.typedefs["behind"].type.target
    assert spelling.place(record).offset("a") == "(size_t)&((behind)0)->a"
