"""What the C compiler refuses: every declaration that does not fit the C code, in the line of the declaration."""

import re

import pytest

SOURCE = """
struct s@ { int a; double d; char *p; unsigned u; int arr[3]; char c; };
struct inner@ { struct { long x; } n; union { int v; float w; }; };
struct bits@ { unsigned b : 3; unsigned c : 9; };
static int f@(int x) { return x; }
static void g@(struct s@ *p) { (void)p; }
static char *h@(void) { return 0; }
static double fd@(double x) { return x; }
static struct s@ by_value@(void) { struct s@ x; memset(&x, 0, sizeof x); return x; }
#define K@ 43
#define NEGATIVE@ -1
#define BIG@ 4294967295u
static int var@;
static const char *const text@ = "x";
static int array@[4];
enum e@ { A@ = 3 };
typedef float real_t@;
typedef char *pointer_t@;
typedef unsigned char byte_t@;
"""

WRONG = {
    "field: another pointer": "struct s@ {\nint *p; ...; };",
    "field: pointer for integer": "struct s@ {\nint *a; ...; };",
    "field: integer for floating point": "struct s@ {\nint d; ...; };",
    "field: floating point for integer": "struct s@ {\nfloat a; ...; };",
    "field: float for double": "struct s@ {\nfloat d; ...; };",
    "field: longer integer": "struct s@ {\nlong a; ...; };",
    "field: shorter integer": "struct s@ {\nshort a; ...; };",
    "field: sign": "struct s@ {\nint u; ...; };",
    "field: array length": "struct s@ {\nint arr[4]; ...; };",
    "field: array item": "struct s@ {\nlong arr[3]; ...; };",
    "field: absent": "struct s@ {\nint zz; ...; };",
    "field: inside a nameless struct": "struct inner@ { struct {\nint x; } n; ...; };",
    "field: inside an anonymous union": "struct inner@ { union {\nlong v; float w; }; ...; };",
    "bit-field: of a pointer": "struct s@ {\nint p : 3; };",
    "struct: a field too few": "\nstruct s@ { int a; double d; char *p; unsigned u; int arr[3]; };",
    "struct: order of fields": "struct s@ {\ndouble d; int a; char *p; unsigned u; int arr[3]; char c; };",
    "struct: absent": "\nstruct nowhere@ { int a; };",
    "union: absent": "\nunion nowhere@ { int a; };",
    "bits: width": "\nstruct bits@ { unsigned b : 3; unsigned c : 30; };",
    "function: too few parameters": "\nint f@(void);",
    "function: too many parameters": "\nint f@(int, int);",
    "function: pointer for integer": "\nint f@(int *);",
    "function: result pointer for integer": "\nchar *f@(int);",
    "function: another result pointer": "\nint *h@(void);",
    "function: result for void": "struct s@;\nint g@(struct s@ *);",
    "function: another struct": "struct q@;\nvoid g@(struct q@ *);",
    "function: pointer for double": "\ndouble fd@(void *);",
    "function: struct result": "\nint by_value@(void);",
    "function: absent": "\nint nowhere@(int);",
    "function: variadic": "\nint f@(int, ...);",
    "constant: absent": "\n#define NOWHERE@ ...",
    "constant: value": "\n#define K@ 42",
    "constant: sign of the value": "\n#define BIG@ -1",
    "constant: a string": "\n#define text@ ...",
    "constant: type": "\nstatic int *const text@;",
    "variable: type": "\nextern double var@;",
    "variable: array length": "\nextern int array@[5];",
    "variable: absent": "\nextern int nowhere@;",
    "enumerator: value": "enum e@ {\nA@ };",
    "enumerator: absent": "enum e@ { A@ = 3,\nB@ };",
    "typedef: absent": "\ntypedef int... nowhere_t@;",
    "typedef: no integer": "\ntypedef int... real_t@;",
    "typedef: a pointer": "\ntypedef int... pointer_t@;",
}

LENIENT = [
    "field: longer integer",
    "field: shorter integer",
    "field: sign",
    "constant: value",
    "struct: order of fields",
    "enumerator: value",
]


def in_case(text, number):
    """Return `text` with the names of case `number`."""
    return text.replace("@", str(number))


@pytest.fixture(scope="module", params=["gcc", "clang", "g++"])
def lines_with_errors(request, shared_workshop):
    """Compile all wrong declarations in one file; return the lines of the cdef for which the compiler reports an error."""
    text = "".join(f'#line 1 "case{number}.h"\n{in_case(each, number)}\n' for number, each in enumerate(WRONG.values()))
    source = "".join(in_case(SOURCE, number) for number, _ in enumerate(WRONG))
    path = shared_workshop.generate("wrong", text, source)
    limit = "-ferror-limit=0" if request.param == "clang" else "-fmax-errors=0"
    _, said = shared_workshop.try_compile(path, request.param, "-Wno-error", "-Wno-unused-function", "-fsyntax-only", limit)
    return re.findall(r"^(case\d+\.h:\d+):\d+: error:", said, re.MULTILINE)


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_declaration_does_not_compile_and_the_error_is_in_its_line(what, lines_with_errors):
    number = list(WRONG).index(what)
    assert f"case{number}.h:2" in lines_with_errors


def complaint(workshop, text, compiler="gcc", **options):
    """Compile one wrong declaration; return what the compiler says."""
    path = workshop.generate("alone", in_case(text, 0) + "\n", in_case(SOURCE, 0), **options)
    return workshop.try_compile(path, compiler, "-Wno-error", "-Wno-unused-function", "-fsyntax-only")[1]


@pytest.mark.parametrize("what", LENIENT)
def test_sizes_offsets_and_values_can_be_left_to_the_runtime(what, shared_workshop):
    assert "error" not in complaint(shared_workshop, WRONG[what], strict=False)


@pytest.mark.parametrize(
    "text, words",
    [
        ("struct s@ { long a; ...; };", "field 'a' of 'struct s0': the cdef says 'long', C has another size or sign"),
        ("#define K@ 42", "'K0' is not 42 in C, as the cdef says"),
        ("struct s@ { int a; };", "'struct s0' has another size in C than the cdef says"),
        ("struct bits@ { unsigned b : 3; unsigned c : 30; };", "'struct bits0' has another size in C"),
    ],
)
@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_the_message_says_what_differs(text, words, compiler, shared_workshop):
    assert words in complaint(shared_workshop, text, compiler).replace("\\'", "'")


RIGHT = """
    struct s@ { int a; double d; char *p; unsigned u; int arr[3]; char c; };
    struct inner@ { struct { long x; } n; union { int v; float w; }; };
    struct bits@ { unsigned b : 3; unsigned c : 9; };
    int f@(int);
    void g@(struct s@ *);
    struct s@ by_value@(void);
    double fd@(double);
    char *h@(void);
    #define K@ 43
    #define NEGATIVE@ -1
    #define BIG@ 4294967295
    extern int var@;
    extern int array@[4];
    static const char *const text@;
    enum e@ { A@ = 3 };
    typedef int... byte_t@;
"""


@pytest.mark.parametrize("compiler", ["gcc", "clang", "g++", "clang++"])
def test_the_right_declarations_compile_without_a_warning(compiler, shared_workshop):
    shared_workshop.build("right", in_case(RIGHT, 0), in_case(SOURCE, 0), compiler)


def test_arithmetic_types_of_functions_are_converted_as_c_does(shared_workshop):
    """The reference allows it, and it is safe: our plain C function has the types of the cdef, and C converts."""
    shared_workshop.build("sines", "float sin(float); int cos(int);", "#include <math.h>", flags=["-fno-builtin"])
    assert shared_workshop.run("from sines import lib\nanswer([lib.sin(1.25), lib.cos(3)])") == [0.9489846229553223, 0]


def test_constants_that_c_computes_at_run_time_are_compared_at_run_time(shared_workshop):
    source = "static int tell(void) { return 7; }\n#define GOOD tell()\n#define BAD (tell() + 1)\n"
    shared_workshop.build("computed", "#define GOOD 7\n#define BAD 7\n", source)
    code = "from computed import ffi, lib\ntry: lib.BAD\nexcept ffi.error as e: answer([lib.GOOD, str(e)])"
    good, message = shared_workshop.run(code)
    assert good == 7 and "8" in message and "BAD" in message


def test_a_wrong_size_raises_when_used_if_left_to_the_runtime(shared_workshop):
    shared_workshop.build("sized", "struct s { int a; };", "struct s { long a; };", strict=False)
    code = "from sized import ffi\ntry: ffi.new('struct s *')\nexcept ffi.error as e: answer(str(e))"
    assert "struct s" in shared_workshop.run(code)


def test_a_wrong_value_raises_when_used_if_left_to_the_runtime(shared_workshop):
    shared_workshop.build("valued", "#define K 42\nenum e { A };", "#define K 43\nenum e { A = 3 };", strict=False)
    code = "from valued import ffi, lib\nfor name in 'KA':\n try: getattr(lib, name)\n except ffi.error as e: print(e)\nanswer(0)"
    assert shared_workshop.run(code) == 0
