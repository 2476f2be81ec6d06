import pickle

import pytest

from cffi import cparser, model
from cffi_runtime import FFI

CDEF = """
    struct s { int a; struct s *next; char c[5]; unsigned bits : 3; }; union u { int a; float b; };
    typedef struct s s_t; typedef struct { int z; } anon_t; enum e { A, B = 5 };
    int f(int, struct s *, ...); extern const char *text; extern double real; static const int K = 5; static const double D;
    #define M 3
    #define N ...
    extern "Python" int cb(int); typedef int... some; typedef void (*handler)(const char *const *);
"""


@pytest.fixture
def ffi():
    ffi = FFI()
    ffi.cdef(CDEF)
    return ffi


def test_the_keys_name_kind_and_name(ffi):
    assert set(ffi._parser._declarations) == {
        "struct s", "union u", "enum e", "typedef s_t", "typedef anon_t", "anonymous anon_t", "typedef some", "typedef handler",
        "function f", "extern_python cb", "variable text", "variable real", "macro K", "constant D", "macro M", "macro N",
    }  # fmt: skip


def test_the_values_are_types_to_look_at_and_qualifiers(ffi):
    table = ffi._parser._declarations
    struct, _ = table["struct s"]
    assert isinstance(struct, model.StructType)
    assert not isinstance(struct, model.UnionType)
    assert (struct.name, struct.fldnames, struct.fldbitsize) == ("s", ("a", "next", "c", "bits"), (-1, -1, -1, 3))
    assert struct.fldtypes[1].totype == struct
    assert (struct.fldtypes[2].item.name, struct.fldtypes[2].length) == ("char", 5)
    function, _ = table["function f"]
    assert isinstance(function, model.FunctionPtrType)
    assert (function.result.is_integer_type(), len(function.args), function.ellipsis) == (True, 2, True)
    enum, _ = table["enum e"]
    assert (enum.enumerators, enum.enumvalues) == (("A", "B"), (0, 5))
    assert (table["macro M"], table["macro N"], table["macro K"]) == ((3, 0), ("...", 0), (5, 0))
    assert isinstance(table["typedef some"][0], model.UnknownIntegerType)
    assert table["typedef s_t"][0] == struct
    assert table["constant D"][1] == model.Q_CONST


@pytest.mark.parametrize(("text", "name", "declared"), [
    ("int", "int", "int x"), ("const char*", "char const *", "char const * x"), ("int[3]", "int[3]", "int x[3]"),
    ("struct s", "struct s", "struct s x"), ("anon_t *", "anon_t *", "anon_t * x"),
    ("int(*)(long, ...)", "int(*)(long, ...)", "int(* x)(long, ...)"), ("void(*)(void)", "void(*)(void)", "void(* x)(void)"),
    ("int(*)[4]", "int(*)[4]", "int(* x)[4]"), ("int(long)", "int()(long)", "int( x)(long)"),
])  # fmt: skip
def test_types_are_written_as_c_writes_them(ffi, text, name, declared):
    found = ffi._parser.parse_type(text)
    assert (found.get_c_name(), found.get_c_name("x")) == (name, declared)
    assert repr(found) == f"<{name}>"


def test_pointers_to_const_have_a_class_of_their_own(ffi):
    found = ffi._parser.parse_type("const int *")
    assert isinstance(found, model.ConstPointerType)
    assert (found.quals, found.totype.name) == (model.Q_CONST, "int")
    assert type(ffi._parser.parse_type("int *")) is model.PointerType
    assert ffi._parser.parse_type_and_quals("int *const")[1] == model.Q_CONST


def test_declarations_pickled_in_one_process_serve_a_fresh_ffi_of_another(ffi, tmp_path, run_python):
    """As pyvex keeps its parsed header."""
    path = tmp_path / "cache"
    path.write_bytes(pickle.dumps({"_declarations": ffi._parser._declarations, "_int_constants": ffi._parser._int_constants}))
    code = """
import pathlib, pickle, sys
from cffi import FFI
ffi = FFI()
cache = pickle.loads(pathlib.Path(sys.argv[1]).read_bytes())
ffi._parser._declarations = cache["_declarations"]
ffi._parser._int_constants = cache["_int_constants"]
lib = ffi.dlopen(None)
print(ffi.sizeof("struct s"), lib.B, lib.M, ffi.typeof("handler").kind, ffi.new("struct s *", {"a": 4}).a)
"""
    assert run_python(code, path).split() == [str(ffi.sizeof("struct s")), "5", "3", "function", "4"]


def test_integer_constants_are_listed_and_can_be_added():
    ffi = FFI()
    ffi.cdef("#define ONE 1\nenum { TWO = 2 };")
    assert ffi._parser._int_constants == {"ONE": 1, "TWO": 2}
    ffi._parser._int_constants = {"ONE": 1, "THREE": 3}
    assert ffi.integer_const("THREE") == 3


def test_a_foreign_table_is_refused(ffi):
    with pytest.raises(TypeError, match="_declarations of another FFI"):
        ffi._parser._declarations = {}


def test_a_parser_works_without_an_ffi():
    parser = cparser.Parser()
    parser.parse("typedef int number_t;")
    assert parser.parse_type("number_t *").get_c_name() == "int *"


def test_common_names_are_those_mentioned_and_not_defined():
    assert cparser._common_type_names("typedef unsigned int uint8_t; uint8_t x(size_t n); FILE *f(int);") == {"size_t", "FILE"}
    assert cparser.COMMON_TYPES["bool"] == "_Bool"
    assert {"uint8_t", "DWORD", "FILE"} <= cparser.COMMON_TYPES.keys()
    assert not {"int", "void", "unsigned"} & cparser.COMMON_TYPES.keys()
