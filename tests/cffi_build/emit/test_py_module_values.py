"""What Python modules of the out-of-line ABI mode do in the reference runtime."""

import pytest

from cffi_build import cdef, emit

TEXT = """
    struct point { int x; double y; };
    union number { int i; float f; };
    struct bits { int a : 3; unsigned b : 17; };
    struct anonymous { char a; union { int b; char c; }; };
    struct nested { struct { int x; } inner; struct point *next; int tail[]; };
    #pragma pack(push, 1)
    struct packed { char a; int b; };
    #pragma pack(pop)
    struct opaque;
    typedef struct { short s; } only_typedef;
    typedef struct { int hidden; } *behind;
    typedef int (*callback)(int, ...);
    typedef unsigned char digest[16];
    enum color { RED, GREEN = 5, BLUE = -7 };
    enum { NAMELESS = 3 };
    enum huge { HUGE = 0x123456789AB };
    #define TEN 10
    #define LOWEST (-9223372036854775807 - 1)
    static const int TYPED = 12;
    size_t strlen(const char *);
    int abs(int);
    int snprintf(char *, size_t, const char *, ...);
    FILE *tmpfile(void);
    extern FILE *const stdout;
    extern char **environ;
"""


@pytest.fixture(scope="module")
def built(shared_workshop):
    """The workshop with two modules, the second of which includes the first."""
    first = cdef.parse(TEXT)
    (shared_workshop.folder / "abi_first.py").write_text(emit.py_source("abi_first", first))
    second = cdef.parse("struct pair { struct point p, q; }; digest *md5(behind); int labs(int);", included=[first])
    (shared_workshop.folder / "abi_second.py").write_text(emit.py_source("abi_second", second, included_modules=["abi_first"]))
    return shared_workshop


@pytest.mark.parametrize(
    "expression, expected",
    [
        ("ffi.sizeof('struct point'), ffi.offsetof('struct point', 'y')", [16, 8]),
        ("ffi.sizeof('union number'), ffi.sizeof('struct bits'), ffi.sizeof('struct packed')", [4, 4, 5]),
        ("ffi.offsetof('struct anonymous', 'c'), ffi.sizeof('struct nested')", [4, 16]),
        ("ffi.sizeof('only_typedef'), ffi.new('behind', [3]).hidden", [2, 3]),
        ("ffi.typeof('callback').cname, ffi.typeof('digest').cname", ["int(*)(int, ...)", "unsigned char[16]"]),
        ("sorted(ffi.typeof('enum color').elements.values())", ["BLUE", "GREEN", "RED"]),
        ("int(ffi.cast('enum color', -7)), ffi.sizeof('enum huge')", [-7, 8]),
        ("lib.TEN, lib.LOWEST, lib.TYPED, lib.HUGE, lib.NAMELESS", [10, -(1 << 63), 12, 0x123456789AB, 3]),
        ("lib.strlen(b'hello'), lib.abs(-4)", [5, 4]),
        ("lib.snprintf(ffi.new('char[9]'), 9, b'%d', ffi.cast('int', 1234))", 4),
        ("ffi.typeof(lib.stdout).cname, lib.environ != ffi.NULL", ["FILE *", True]),
        ("second.typeof('struct point') is ffi.typeof('struct point'), second.sizeof('struct pair')", [True, 32]),
        ("second.typeof('digest').cname, second.dlopen(None).labs(-5)", ["unsigned char[16]", 5]),
    ],
)
def test_values(expression, expected, built):
    code = f"from abi_first import ffi\nfrom abi_second import ffi as second\nlib = ffi.dlopen(None)\nanswer({expression})"
    assert built.run(code) == expected
