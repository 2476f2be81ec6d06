import re
import subprocess

import pytest

from cffi_build.cdef import parse
from cffi_build.emit import py_source
from cffi_build.errors import CDefError, VerificationMissing
from cffi_runtime import FFI

# one struct or union "t" each; what sizeof, _Alignof and offsetof say comes from the C compiler
LAYOUTS = [
    "struct t { char a; int b; };",
    "struct t { char a; short b; char c; long d; char e; };",
    "struct t { char a[3]; double b; char c; };",
    "union t { char a; int b; double c[2]; };",
    "struct t { int a : 3; int b : 30; char c; };",
    "struct t { unsigned char a : 4, b : 4; short c : 9; long long d : 40; };",
    "struct t { char a; struct { short b; union { int c; char d; }; } e; };",
    "struct t { char a; struct { short b; int c; }; char d; };",
    "struct t { int a; short b[]; };",
    "enum small { A, B }; enum big { C = 0x7fffffffff }; struct t { enum small a; char b; enum big c; };",
    "struct t { char a; void (*b)(int); char c; struct t *next; };",
    "struct t { char a; long double b; _Bool c; };",
    "struct t { char a; int b __attribute__((aligned(16))); char c; };",
    "struct t { char a; short b; } __attribute__((aligned(8)));",
    "union t { char a; short b __attribute__((aligned(4))); } __attribute__((aligned(32)));",
    "struct t { char a; int b; short c; } __attribute__((packed));",
    "\n#pragma pack(push, 2)\nstruct t { char a; int b; char c; long d; };\n#pragma pack(pop)\n",
    "struct t { char a; int b[2][3]; char c; };",
    "typedef struct { char x; long y; } inner; struct t { char a; inner b[2]; };",
    "struct t { float _Complex a; char b; double _Complex c; };",
]
FIELD = re.compile(r"\b([a-e])\b(?=\s*(\[[^;]*|__attribute__[^;]*|\)\(int\))?;)")


def layout_in_c(text, folder):
    """Size, alignment and offsets of the fields a to e that are no bit-fields, from a program compiled by the C compiler."""
    tag = re.search(r"\b(struct|union) t\b", text)[0]
    bits = set(re.findall(r"\b(\w+) : \d", text))
    fields = sorted({name for name, _ in FIELD.findall(text)} - bits)
    prints = [f'printf("%zu\\n", sizeof({tag}));', f'printf("%zu\\n", _Alignof({tag}));']
    prints += [f'printf("{name} %zu\\n", offsetof({tag}, {name}));' for name in fields if has_field(text, name)]
    body = "#include <stdio.h>\n#include <stddef.h>\n" + text + "\nint main(void) { " + " ".join(prints) + " return 0; }\n"
    (folder / "layout.c").write_text(body)
    subprocess.run(["cc", "-o", folder / "layout", folder / "layout.c"], check=True)
    size, alignment, *offsets = subprocess.run([folder / "layout"], check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    return int(size), int(alignment), {line.split()[0]: int(line.split()[1]) for line in offsets}


def has_field(text, name):
    """Whether `name` is a field of t itself, not of a named member."""
    ffi = FFI()
    ffi.cdef(text)
    return name in dict(ffi.typeof(re.search(r"\b(struct|union) t\b", text)[0]).fields)


@pytest.mark.parametrize("text", LAYOUTS)
def test_layouts_are_those_of_the_c_compiler(text, tmp_path):
    ffi = FFI()
    ffi.cdef(text)
    tag = re.search(r"\b(struct|union) t\b", text)[0]
    size, alignment, offsets = layout_in_c(text, tmp_path)
    assert offsets or ":" in text
    assert {name: ffi.offsetof(tag, name) for name in offsets} == offsets
    assert (ffi.sizeof(tag), ffi.alignof(tag)) == (size, alignment)


@pytest.mark.parametrize(("values", "base"), [
    ("A", "unsigned int"), ("A = 0xffffffff", "unsigned int"), ("A = -1", "int"), ("A = -1, B = 0x7fffffff", "int"),
    ("A = 0x100000000", "unsigned long"), ("A = -1, B = 0x80000000", "long"), ("A = -2147483649", "long"),
])  # fmt: skip
def test_an_enum_has_the_size_and_sign_that_gcc_gives_it(values, base):
    ffi = FFI()
    ffi.cdef(f"enum e {{ {values} }};")
    assert ffi.sizeof("enum e") == ffi.sizeof(base)
    assert (int(ffi.cast("enum e", -1)) < 0) == (not base.startswith("unsigned"))


@pytest.mark.parametrize("text", [
    "enum t { A } __attribute__((packed));", "enum __attribute__((packed)) t { A, B = 255 };", "enum [[gnu::packed]] t { A, B = 256 };",
    "enum __attribute__((__packed__)) t { A = -1, B = 127 };", "enum __attribute__((packed)) t { A = -1, B = 128 };",
    "enum __attribute__((packed)) t { A = -1, B = 0xffff };", "enum __attribute__((packed)) t { A = -32768 };",
    "enum __attribute__((packed)) t { A = 0xffffffff }; ", "enum __attribute__((packed)) t { A = 0x100000000 };",
])  # fmt: skip
def test_a_packed_enum_has_the_size_and_sign_that_the_c_compiler_gives_it(text, tmp_path):
    ffi = FFI()
    ffi.cdef(text + "struct s { char c; enum t e; char d[sizeof(enum t)]; };")
    (tmp_path / "main.c").write_text(text + """
#include <stdio.h>
struct s { char c; enum t e; };
int main(void) { printf("%d %d %d", (int)sizeof(enum t), (enum t)-1 < 0, (int)__builtin_offsetof(struct s, e)); return 0; }
""")
    subprocess.run(["cc", "-std=gnu2x", "-w", "main.c", "-o", "main"], cwd=tmp_path, check=True)
    printed = subprocess.run(["./main"], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    size, negative, offset = map(int, printed.split())
    assert (ffi.sizeof("enum t"), ffi.offsetof("struct s", "e"), ffi.sizeof(ffi.new("struct s *").d)) == (size, offset, size)
    assert (int(ffi.cast("enum t", -1)) < 0) == negative
    scope = {}
    exec(py_source("_m", parse(text)), scope)
    assert (scope["ffi"].sizeof("enum t"), int(scope["ffi"].cast("enum t", -1)) < 0) == (size, negative)


def test_an_enum_that_no_type_holds_is_an_error():
    ffi = FFI()
    ffi.cdef("enum e { A = -1, B = 0xffffffffffffffff };")
    with pytest.raises(CDefError, match=r"no integer type of C .* from -1 to 18446744073709551615"):
        ffi.typeof("enum e")


def test_types_without_tags_are_the_same_object_in_every_ffi():
    first, second = FFI(), FFI()
    first.cdef("typedef int *number_p;")
    pairs = {"int": "signed int", "number_p": "int*", "char(*)(int, long*)": "char ( * ) (int x, long *y)", "int[5][2]": "int [5] [2]"}
    for one, two in pairs.items():
        assert first.typeof(one) is second.typeof(two)


def test_structs_of_two_ffis_are_different_types():
    first, second = FFI(), FFI()
    for ffi in (first, second):
        ffi.cdef("struct s { int a; };")
    assert first.typeof("struct s") is not second.typeof("struct s")
    assert first.typeof("struct s") is first.typeof("struct s *").item


def test_parameters_of_array_and_function_type_become_pointers():
    ffi = FFI()
    ffi.cdef("typedef int array_t[3]; typedef int function_t(int);")
    assert ffi.typeof("void(*)(array_t, function_t)") is ffi.typeof("void(*)(int *, int(*)(int))")


def test_a_struct_that_is_only_pointed_to_is_completed_too():
    ffi = FFI()
    ffi.cdef("struct a { struct b *to; }; struct b { struct a *back; int n; };")
    p = ffi.new("struct a *")
    q = ffi.new("struct b *", {"n": 9, "back": p})
    p.to = q
    assert p.to.back.to.n == 9


def test_a_struct_used_before_its_fields_are_declared_gets_them_later():
    ffi = FFI()
    ffi.cdef("struct late; typedef struct late *late_p;")
    pointer = ffi.typeof("late_p")
    with pytest.raises(TypeError):
        ffi.new("late_p")
    ffi.cdef("struct late { short n; };")
    assert ffi.typeof("struct late *") is pointer
    assert ffi.new("late_p", [3]).n == 3


def test_opaque_types_are_usable_through_pointers_only():
    ffi = FFI()
    ffi.cdef("typedef ... thing; typedef ... *handle;")
    assert ffi.typeof("thing").fields is None
    assert not ffi.cast("handle", 0)
    with pytest.raises((TypeError, ValueError)):
        ffi.new("thing *")
    with pytest.raises((TypeError, ValueError)):
        ffi.typeof("thing[2]")


@pytest.mark.parametrize(("text", "use", "subject"), [
    ("struct p { int a; ...; };", "struct p", "struct p"),
    ("struct p { int a; ...; }; struct q { struct p in; };", "struct q", "struct p"),
    ("enum e { A, ... };", "enum e", "enum e"),
    ("enum e { A, B = ... };", "enum e *", "enum e"),
    ("typedef int many[...];", "many", "int"),
    ("struct s { int a[...]; };", "struct s", ""),
])  # fmt: skip
def test_what_only_the_c_compiler_knows_is_missing_and_named(text, use, subject):
    ffi = FFI()
    ffi.cdef(text)
    with pytest.raises(VerificationMissing, match=f"{subject}.*the cdef leaves .* to the C compiler"):
        ffi.typeof(use)


def test_a_pointer_to_a_partial_struct_is_a_type_but_new_says_what_is_missing():
    ffi = FFI()
    ffi.cdef("struct p { int a; ...; };")
    assert ffi.typeof("struct p *").kind == "pointer"
    with pytest.raises(VerificationMissing, match="struct p: the cdef leaves its layout"):
        ffi.new("struct p *")


def test_numbers_of_unknown_size_need_compilation():
    ffi = FFI()
    ffi.cdef("typedef int... some_int; typedef float... some_float;")
    for name in ("some_int", "some_float"):
        with pytest.raises(NotImplementedError, match=f"'{name}' can only be used after compilation"):
            ffi.typeof(name)


def test_a_struct_cannot_contain_itself_through_others():
    ffi = FFI()
    ffi.cdef("struct b; struct a { struct b x; };")
    with pytest.raises(CDefError, match="'struct b' contains itself"):
        ffi.cdef("struct b { struct a y; };")


def test_a_bare_function_type_is_refused_with_the_pointer_to_write():
    ffi = FFI()
    with pytest.raises(CDefError, match=r"'int\(long\)' is a function type, .* write 'int\(\*\)\(long\)'"):
        ffi.typeof("int(long)")


def test_a_bit_field_beside_an_alignment_attribute_is_not_guessed():
    ffi = FFI()
    ffi.cdef("struct s { int a : 3; int b __attribute__((aligned(8))); };")
    with pytest.raises(NotImplementedError, match="struct s: bit-field 'a' beside an 'aligned' attribute"):
        ffi.typeof("struct s")


def test_an_undeclared_enum_is_taken_for_an_unsigned_int_with_a_warning():
    ffi = FFI()
    with pytest.warns(UserWarning, match="'enum nowhere' has no values explicitly defined"):
        assert ffi.sizeof("enum nowhere") == ffi.sizeof("int")


def test_file_is_the_one_type_that_takes_python_files(tmp_path):
    ffi = FFI()
    ffi.cdef("int fputs(const char *, FILE *);")
    assert ffi.typeof("FILE *") is FFI().typeof("FILE *")
    with (tmp_path / "out").open("wb") as file:
        ffi.dlopen(None).fputs(b"through C", file)
    assert (tmp_path / "out").read_bytes() == b"through C"


def test_a_file_struct_that_the_cdef_describes_is_an_ordinary_struct():
    ffi = FFI()
    ffi.cdef("struct _IO_FILE { int flags; }; typedef struct _IO_FILE FILE;")
    assert ffi.new("FILE *", [3]).flags == 3


def test_a_text_may_define_a_struct_without_a_tag():
    ffi = FFI()
    ffi.cdef("typedef struct { int n; } known;")
    made = ffi.new("struct { int items[3]; known k; union { char c; short s; }; } *", {"items": [1, 2, 3], "k": [4], "c": b"x"})
    assert (list(made.items), made.k.n, made.c) == ([1, 2, 3], 4, b"x")
    assert ffi.typeof(made.k) is ffi.typeof("known")
    assert ffi.typeof("struct { int a; }") is ffi.typeof("struct { int a; }") is not ffi.typeof("struct { int b; }")
    assert ffi.list_types() == (["known"], [], [])


@pytest.mark.parametrize("text", ["struct tag { int a; } *", "enum { A }", "struct { enum { A } e; }"])
def test_what_would_declare_a_name_for_later_texts_belongs_into_a_cdef(text):
    with pytest.raises(CDefError, match="a type cannot define"):
        FFI().typeof(text)
