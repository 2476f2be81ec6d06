"""Constants, enumerators and variables of generated modules in the reference runtime."""

import pytest

TEXT = """
    #define SMALL 42
    #define LEFT_OPEN ...
    #define NEGATIVE -5
    #define LOWEST (-9223372036854775807 - 1)
    #define HIGHEST 18446744073709551615
    static const int TYPED = 7;
    static const long LONG_ONE;
    static const unsigned char BYTE;
    static const _Bool FLAG;
    typedef int... some_t;
    static const some_t SOME;
    static const double PI;
    static const float HALF;
    static const char LETTER;
    static const wchar_t WIDE;
    static const char *const TEXT;
    static void *const NOTHING;
    static const char LETTERS[];
    static const int NUMBERS[3];
    struct point { int x, y; };
    static const struct point ORIGIN;
    enum color { RED, GREEN = 5, BLUE = ..., LAST = -1 };
    static const enum color FAVOURITE;
    enum { NAMELESS = 3, NEXT };
    typedef enum { ONLY_TYPEDEF = 1 } only_t;
    enum left_open { FIRST, ... };
    enum huge { HUGE = 0x123456789AB };
    typedef int (*callback)(int);
    static callback const TWICE;
    int printf(const char *format, ...);

    extern int counter;
    extern int row[4];
    extern int measured[...];
    extern int grid[...][3];
    extern int grid2[2][...];
    extern char open_ended[];
    extern struct point where;
    extern const char *name;
    extern callback hook;
    extern enum color paint;
    extern int own;
    extern int in_macro;
    extern FILE *stream;
"""

SOURCE = """
#define SMALL 42
#define LEFT_OPEN (SMALL + 1)
#define NEGATIVE -5
#define LOWEST (-9223372036854775807LL - 1)
#define HIGHEST 18446744073709551615ULL
#define TYPED 7
static const long LONG_ONE = 1L << 40;
#define BYTE 255
#define FLAG 1
typedef unsigned short some_t;
static const some_t SOME = 65535;
static const double PI = 3.25;
static const float HALF = 0.5;
static const char LETTER = 'L';
static const wchar_t WIDE = L'W';
static const char *const TEXT = "hello";
static void *const NOTHING = NULL;
static const char LETTERS[] = "letters";
static const int NUMBERS[3] = {10, 20, 30};
struct point { int x, y; };
static const struct point ORIGIN = {3, 4};
enum color { RED, GREEN = 5, BLUE = 77, LAST = -1 };
#define FAVOURITE GREEN
enum { NAMELESS = 3, NEXT };
typedef enum { ONLY_TYPEDEF = 1 } only_t;
enum left_open { BEFORE, FIRST, AFTER };
enum huge { HUGE = 0x123456789AB };
typedef int (*callback)(int);
static int twice(int x) { return 2 * x; }
#define TWICE twice

static int counter = 5;
static int row[4] = {1, 2, 3, 4};
static int measured[6];
static int grid[2][3];
static int grid2[2][5];
static char open_ended[] = "open";
static struct point where = {1, 2};
static const char *name = "name";
static callback hook = twice;
static enum color paint = BLUE;
static __thread int own = 8;
static int hidden = 9;
#define in_macro (*&hidden)
#define stream stderr
"""


@pytest.fixture(scope="module", params=["gcc", "clang", "g++"])
def results(request, shared_workshop):
    """The value of every expression below in the reference runtime, per compiler."""
    shared_workshop.build("constants", TEXT, SOURCE, request.param)
    expressions = [expression for expression, _ in EXPECTED]
    return shared_workshop.run(f"from constants import ffi, lib\nanswer({{text: eval(text) for text in {expressions!r}}})")


EXPECTED = [
    ("lib.SMALL, lib.LEFT_OPEN, lib.NEGATIVE", [42, 43, -5]),
    ("lib.LOWEST, lib.HIGHEST", [-(1 << 63), (1 << 64) - 1]),
    ("lib.TYPED, lib.LONG_ONE, lib.BYTE, lib.FLAG, lib.SOME", [7, 1 << 40, 255, 1, 65535]),
    ("lib.PI, lib.HALF", [3.25, 0.5]),
    ("list(lib.LETTER), lib.WIDE", [[76], "W"]),
    ("ffi.string(lib.TEXT).decode(), lib.NOTHING == ffi.NULL", ["hello", True]),
    ("bytes(ffi.buffer(lib.LETTERS, 7)).decode(), list(lib.NUMBERS)", ["letters", [10, 20, 30]]),
    ("lib.ORIGIN.x, lib.ORIGIN.y", [3, 4]),
    ("lib.RED, lib.GREEN, lib.BLUE, lib.LAST, lib.FAVOURITE", [0, 5, 77, -1, 5]),
    ("sorted(ffi.typeof('enum color').elements.items())", [[-1, "LAST"], [0, "RED"], [5, "GREEN"], [77, "BLUE"]]),
    ("lib.NAMELESS, lib.NEXT, lib.ONLY_TYPEDEF", [3, 4, 1]),
    ("lib.FIRST, ffi.sizeof('enum left_open')", [1, 4]),
    ("lib.HUGE, ffi.sizeof('enum huge')", [0x123456789AB, 8]),
    ("ffi.string(ffi.cast('only_t', 1))", "ONLY_TYPEDEF"),
    ("lib.TWICE(21)", 42),
    ("ffi.typeof(lib.printf).cname", "int(*)(char *, ...)"),
    ("ffi.integer_const('SMALL'), ffi.typeof('int[SMALL]').length", [42, 42]),
    ("lib.counter, setattr(lib, 'counter', 6), lib.counter, ffi.addressof(lib, 'counter')[0]", [5, None, 6, 6]),
    ("list(lib.row), ffi.typeof(lib.row).cname", [[1, 2, 3, 4], "int[4]"]),
    ("ffi.typeof(lib.measured).cname, ffi.typeof(lib.grid).cname, ffi.typeof(lib.grid2).cname", ["int[6]", "int[2][3]", "int[2][5]"]),
    ("ffi.string(ffi.cast('char *', lib.open_ended)).decode()", "open"),
    ("lib.where.y, ffi.string(lib.name).decode(), lib.hook(4), lib.paint", [2, "name", 8, 77]),
    ("lib.own, lib.in_macro, lib.stream != ffi.NULL", [8, 9, True]),
    ("setattr(lib, 'in_macro', 10), lib.in_macro", [None, 10]),
]


@pytest.mark.parametrize("expression, expected", EXPECTED)
def test_values(expression, expected, results):
    assert results[expression] == expected


def test_a_variable_behind_a_macro_with_a_side_effect_is_looked_up_once(shared_workshop):
    source = "static int calls, values[9];\nstatic int *find(void) { return &values[calls++]; }\n#define found (*find())\n"
    shared_workshop.build("sideways", "extern int found;\nextern int calls;\n", source)
    assert shared_workshop.run("from sideways import lib\nlib.found\nanswer(lib.calls)") == 1


def test_user_code_can_tell_that_it_is_inside_a_generated_module(shared_workshop):
    shared_workshop.build("inside", "#define INSIDE 1\n", "#ifdef _CFFI_\n#define INSIDE 1\n#endif\n")
    assert shared_workshop.run("from inside import lib\nanswer(lib.INSIDE)") == 1
