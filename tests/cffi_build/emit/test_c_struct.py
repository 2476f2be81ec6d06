"""Structs and unions of generated modules in the reference runtime, compared with what the C compiler says."""

import re

import pytest

from cffi_build import cdef, emit
from cffi_build.errors import FFIError

# one definition for the cdef and for C; each field is also measured by C code
SAME = """
    struct plain { char a; int b; short c; double d; char e; };
    union mixed { char a; double b; int c[5]; };
    struct nested { char a; struct plain p; union mixed m; struct plain *next; };
    struct arrays { short a[3]; char b[2][5]; struct plain c[2]; };
    struct pointers { void *a; int (*b)(int, ...); char *const c; const char *const d; struct nested **e; };
    enum color { RED, GREEN };
    struct enums { enum color a; char b; };
    struct floats { float a; long double b; char c; };
    struct flexible { char a; int b[]; };
    struct wide { wchar_t a; _Bool b; size_t c; int8_t d; uint64_t e; };
    typedef struct { char a; long b; } only_typedef;
    struct inner_names { char a; struct { char x; int y; } b; struct { short z; } c[2]; };
    struct anonymous { char a; union { int b; struct { char c; short d; }; }; char e; };
    struct inner_unions { char a; struct { short x; union { int y; char z[3]; }; } b; struct { union { char u; long v; }; char w; } c[2]; };
    typedef struct { char a; int b; char c[8]; } aligned_typedef __attribute__((aligned(16)));
    typedef struct { char a; int b; } odd_typedef __attribute__((aligned(16)));
    struct aligned_inside { char a; aligned_typedef b; odd_typedef c; char d; };
    struct tagged { char a; int b; };
    typedef struct tagged tagged_typedef __attribute__((aligned(16)));
    struct tags_inside { char a; struct tagged b; tagged_typedef c; char d; };
    struct empty_array { int a; char b[0]; };
"""

PARTIAL = """
    struct some { int b; char a; ...; };
    struct measured { char data[...]; int rest; ...; };
    struct wraps { struct { int y; ...; } in; ...; };
    typedef struct { int last; ...; } typedef_some;
    typedef struct { int hidden; } *behind_pointer;
    struct opaque;
    typedef ... opaque_t;
    typedef ... *handle_t;
    struct opaque *get(void);
    opaque_t *get_t(void);
    handle_t get_handle(void);
"""

PARTIAL_SOURCE = """
    struct some { char first; char a; double x; int b; };
    struct measured { short before; char data[13]; int rest; };
    struct wraps { char first; struct { char x; int y; char z; } in; };
    typedef struct { char first[9]; int last; } typedef_some;
    typedef struct { int hidden; } *behind_pointer;
    struct opaque { int value; };
    typedef struct secret opaque_t;
    typedef struct secret2 *handle_t;
    static struct opaque *get(void) { static struct opaque o; return &o; }
    static opaque_t *get_t(void) { return (opaque_t *)get(); }
    static handle_t get_handle(void) { return (handle_t)get(); }
"""

BITS = """
    struct bits { int a : 3; unsigned b : 17; int : 5; char c : 2; int d; int : 0; unsigned e : 1; };
    struct packed_bits { unsigned long long a : 40; unsigned long long b : 24; };
"""

MEASURED = [
    ("struct plain", "a b c d e"),
    ("union mixed", "a b c"),
    ("struct nested", "a p m next"),
    ("struct arrays", "a b c"),
    ("struct pointers", "a b c d e"),
    ("struct enums", "a b"),
    ("struct floats", "a b c"),
    ("struct flexible", "a b"),
    ("struct wide", "a b c d e"),
    ("only_typedef", "a b"),
    ("struct inner_names", "a b c"),
    ("struct anonymous", "a b c d e"),
    ("struct inner_unions", "a b b.x b.y b.z c c[1].v c[1].w"),
    ("aligned_typedef", "a b c"),
    ("odd_typedef", "a b"),
    ("struct aligned_inside", "a b c d"),
    ("struct tagged", "a b"),
    ("struct tags_inside", "a b c d"),
    ("struct some", "a b"),
    ("struct measured", "data rest"),
    ("struct wraps", "in"),
    ("typedef_some", "last"),
]


def slug(name):
    return re.sub(r"\W", "_", name)


@pytest.fixture(scope="module", params=["gcc", "clang", "g++"])
def built(request, shared_workshop):
    """The workshop with a module that also carries, as constants, what its C compiler measures."""
    text, source = SAME + PARTIAL + BITS, SAME + PARTIAL_SOURCE + BITS
    for name, fields in MEASURED:
        text += f"#define {slug(name)}_size ...\n#define {slug(name)}_align ...\n"
        source += f"#define {slug(name)}_size sizeof({name})\nstruct align_{slug(name)} {{ char a; {name} b; }};\n"
        source += f"#define {slug(name)}_align offsetof(struct align_{slug(name)}, b)\n"
        for field in fields.split():
            text += f"#define {slug(name)}_at_{slug(field)} ...\n"
            source += f"#define {slug(name)}_at_{slug(field)} offsetof({name}, {field})\n"
    source = source.replace("_Bool", "_cffi_bool_t")
    shared_workshop.build("structs", text, source, request.param)
    return shared_workshop


@pytest.fixture(scope="module")
def layouts(built):
    """For every measured record what the runtime says and what the compiler says."""
    code = f"""
import re
from structs import ffi, lib
def path(field):
    return [int(part) if part.isdigit() else part for part in re.findall(r'\\w+', field)]
found = {{}}
for name, fields in {MEASURED!r}:
    slug = re.sub(r'\\W', '_', name)
    runtime = [ffi.sizeof(name), ffi.alignof(name)] + [ffi.offsetof(name, *path(field)) for field in fields.split()]
    compiler = [getattr(lib, slug + '_size'), getattr(lib, slug + '_align')]
    found[name] = runtime, compiler + [getattr(lib, slug + '_at_' + re.sub(r'\\W', '_', field)) for field in fields.split()]
answer(found)
"""
    return built.run(code)


@pytest.mark.parametrize("name", [name for name, _ in MEASURED])
def test_size_alignment_and_offsets_are_those_of_the_compiler(name, layouts):
    runtime, compiler = layouts[name]
    assert runtime == compiler


@pytest.mark.parametrize(
    "expression, expected",
    [
        ("ffi.offsetof('struct wraps', 'in', 'y'), ffi.sizeof(ffi.typeof('struct wraps').fields[0][1].type)", [8, 12]),
        ("ffi.typeof('struct measured').fields[0][1].type.cname", "char[13]"),
        ("[name for name, _ in ffi.typeof('struct anonymous').fields]", ["a", "b", "c", "d", "e"]),
        ("ffi.typeof('struct flexible').fields[1][1].type.cname", "int[]"),
        ("ffi.new('behind_pointer', [5]).hidden", 5),
        ("ffi.typeof('opaque_t *').cname, ffi.typeof('handle_t').kind", ["opaque_t *", "pointer"]),
        ("ffi.typeof(lib.get()).cname, lib.get_t() != ffi.NULL, lib.get_handle() != ffi.NULL", ["struct opaque *", True, True]),
        ("[f.bitsize for _, f in ffi.typeof('struct bits').fields if f.bitsize > 0]", [3, 17, 2, 1]),
        ("ffi.sizeof('struct bits'), ffi.sizeof('struct packed_bits')", [12, 8]),
    ],
)
def test_fields(expression, expected, built):
    assert built.run(f"from structs import ffi, lib\nanswer({expression})") == expected


@pytest.mark.parametrize("compiler", ["gcc", "clang", "g++"])
def test_packed_structs(compiler, shared_workshop):
    text = "#pragma pack(push, 1)\nstruct p1 { char a; int b; };\n#pragma pack(2)\nstruct p2 { char a; int b; };\n#pragma pack(pop)\n"
    text += "struct __attribute__((aligned(32))) al { char a; };\n"
    shared_workshop.build("packed", text, text, compiler)
    code = "from packed import ffi\n"
    code += "answer([(ffi.sizeof(n), ffi.offsetof(n, 'b')) for n in ('struct p1', 'struct p2')] + [ffi.sizeof('struct al')])"
    assert shared_workshop.run(code) == [[5, 1], [6, 2], 32]


@pytest.mark.parametrize("member", ["int a; ...;", "int a; union { int b; float c; };"])
def test_a_nameless_struct_that_c_must_measure_and_cannot_reach_is_refused(member):
    declarations = cdef.parse(f"typedef void (*f)(struct {{ {member} }} *p);", filename="x.h")
    with pytest.raises(FFIError, match=r"x\.h:1: 'struct \$1' needs a name"):
        emit.c_source("m", declarations, "")


def test_a_restricted_pointer_fits_a_field_with_and_without_restrict(shared_workshop):
    text = "struct r { void *restrict a; char *b; };"
    for compiler, source in (("gcc", text), ("g++", text.replace("restrict", "__restrict"))):
        shared_workshop.build("restricted", text, source, compiler)


@pytest.mark.parametrize("member", ["struct b b;", "struct b b[2];", "struct b b[];"])
def test_a_field_of_an_opaque_type_is_refused(member):
    with pytest.raises(TypeError, match=r"struct a: field 'a\.b' is of an opaque type \(not declared in cdef\(\)\)"):
        emit.c_source("m", cdef.parse(f"struct a {{ {member} }};"), "")


TYPEDEFS = """
    typedef int row[...];
    typedef int grid[...][...];
    struct s { row a; row *b; grid c; };
    int last(row a, row *b, row **c, grid d);
    extern row items;
"""
TYPEDEFS_SOURCE = """
    typedef int row[5];
    typedef int grid[6][7];
    struct s { row a; row *b; grid c; };
    static int last(row a, row *b, row **c, grid d) { return a[4] + (*b)[4] + (**c)[4] + d[5][6]; }
    static row items = {1, 2, 3, 4, 5};
"""


@pytest.mark.parametrize("compiler", ["gcc", "clang", "g++"])
def test_a_length_that_a_typedef_leaves_open_is_known_wherever_the_typedef_is_used(compiler, shared_workshop):
    shared_workshop.build("typedefs", TYPEDEFS, TYPEDEFS_SOURCE, compiler)
    code = """
from typedefs import ffi, lib
names = [ffi.typeof("row"), ffi.typeof("grid"), *(f.type for _, f in ffi.typeof("struct s").fields), ffi.typeof(lib.items)]
s = ffi.new("struct s *", [[1, 2, 3, 4, 100]])
s.c[5][6] = 1000
pointer = ffi.new("row **", ffi.addressof(s, "a"))
answer([t.cname for t in names], lib.last(s.a, pointer[0], pointer, s.c))
"""
    assert shared_workshop.run(code) == [["int[5]", "int[6][7]", "int[5]", "int(*)[5]", "int[6][7]", "int[5]"], 1300]
