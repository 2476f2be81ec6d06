"""The same declarations through our generator and the reference's: the same types, names and values in one runtime."""

import pytest

DESCRIBE = '''
def describe(ffi, lib):
    """Everything that a module says about itself."""
    typedefs, structs, unions = ffi.list_types()
    names = typedefs + ["struct " + name for name in structs] + ["union " + name for name in unions]
    found = {name: describe_type(ffi, name) for name in names}
    found.update((name, describe_global(ffi, lib, name)) for name in dir(lib))
    return found

def describe_type(ffi, name):
    try:
        ctype = ffi.typeof(name)
    except ffi.error as error:
        return str(error)
    said = [ctype.kind, ctype.cname]
    try:
        said += [ffi.sizeof(ctype), ffi.alignof(ctype)]
    except ffi.error as error:
        return said + [str(error)]
    if ctype.kind in ("struct", "union"):
        said += [[n, f.type.cname, f.offset, f.bitshift, f.bitsize] for n, f in ctype.fields]
    if ctype.kind == "enum":
        said += [sorted(ctype.elements.items()), ctype.relements]
    return said

def describe_global(ffi, lib, name):
    try:
        value = getattr(lib, name)
    except ffi.error as error:
        return str(error)
    try:
        address = ffi.typeof(ffi.addressof(lib, name)).cname
    except (AttributeError, TypeError) as error:
        address = str(error)
    if isinstance(value, ffi.CData):
        return ["cdata", ffi.typeof(value).cname, address]
    return ["function" if callable(value) else repr(value), address]
'''

EVERYTHING = (
    """
    typedef struct { int a; } nameless;
    typedef struct { int a; } *behind;
    typedef ... opaque; typedef ... *handle; typedef int... some_int; typedef float... some_float;
    struct outer { int a; char b[3]; int c : 5; double d; int *e; struct { int f; struct { int g; } h; } i;
                   union { int j; float k; }; int l[]; };
    struct partial { int a; ...; };
    struct never_defined;
    struct lengths { int a; short b[...]; };
    typedef struct node { struct node *next; ...; } node_t;
    union shape { int a; double b; };
    struct single { struct { int x; } deep[2][3]; union shape s; };
    enum e1 { A, B = 5, C = ... }; enum { N1, N2 = -1 }; typedef enum { T1, T2 } te; enum ep { P1, ... };
    #define K 42
    #define D ...
    static const int SC = 5; static const int SD; static const double DD; static char *const STR;
    static const some_int SU; static const te STE;
    static const char LETTER; static const nameless NAMELESS; static const int ITEMS[3];
    extern int gi; extern int garr[4]; extern int gopen[]; extern int gunk[...]; extern const char *gstr; extern struct outer *gs;
    extern nameless ga; extern int g2[...][3]; extern int (*gfn)(int); extern enum ep gep;
    int noargs(void); int one(int); int two(int, double); void vv(int, ...); char *gfp(int);
    nameless sbv(nameless x, struct partial *, behind, handle, opaque *, some_int, some_float, enum e1, te);
    FILE *fopen2(const char *, FILE *); int arrarg(int x[10], int y[]); _Bool truth(_Bool); long double ld(long double);
    extern "Python" int cb(int, double, nameless, nameless *); extern "Python+C" void cb2(void); extern "Python" nameless cb3(void);
    typedef int farr[...]; typedef int (*fpt)(int, ...); typedef int fty(int);
    farr *retarr(void);
    """,
    """
    #include <stdio.h>
    typedef struct { int a; } nameless;
    typedef struct { int a; } *behind;
    typedef struct op_s opaque; typedef struct hnd *handle; typedef unsigned short some_int; typedef float some_float;
    struct outer { int a; char b[3]; int c : 5; double d; int *e; struct { int f; struct { int g; } h; } i;
                   union { int j; float k; }; int l[]; };
    struct partial { char z; int a; };
    struct lengths { int a; short b[7]; };
    typedef struct node { int x; struct node *next; } node_t;
    union shape { int a; double b; };
    struct single { struct { int x; } deep[2][3]; union shape s; };
    enum e1 { A, B = 5, C = 7 }; enum { N1, N2 = -1 }; typedef enum { T1, T2 } te; enum ep { P1 = 3, P2 };
    #define K 42
    #define D 43
    #define SC 5
    static const int SD = 9; static const double DD = 1.5; static char letters[] = "hi"; static char *const STR = letters;
    static const some_int SU = 3; static const te STE = T2; static const char LETTER = 'x'; static const nameless NAMELESS = {4};
    static const int ITEMS[3] = {1, 2, 3};
    static int gi; static int garr[4]; static int gopen[5]; static int gunk[6]; static const char *gstr; static struct outer *gs;
    static nameless ga; static int g2[2][3]; static int (*gfn)(int); static enum ep gep;
    static int noargs(void) { return 1; } static int one(int x) { return x; } static int two(int x, double y) { return x + (int)y; }
    static void vv(int x, ...) { (void)x; } static char *gfp(int x) { return x ? letters : 0; }
    static nameless sbv(nameless x, struct partial *a, behind b, handle c, opaque *d, some_int e, some_float f, enum e1 g, te h)
    { return a || b || c || d || e || (f > 0) || g || h ? x : x; }
    static FILE *fopen2(const char *a, FILE *b) { return a ? b : b; } static int arrarg(int x[10], int y[]) { return x == y; }
    static _Bool truth(_Bool x) { return x; } static long double ld(long double x) { return x; }
    typedef int farr[3]; typedef int (*fpt)(int, ...); typedef int fty(int);
    static farr *retarr(void) { return 0; }
    """,
)
WRONG = (
    """
    struct s { int a; short b; };
    struct t { long a; ...; };
    struct u { int a[2]; };
    #define A 4
    #define B -1
    enum e { C = 2, E };
    """,
    """
    struct s { short b; int a; };
    struct t { int a; };
    struct u { int a[2]; int b; };
    #define A 5
    #define B 4294967295U
    enum e { C, E };
    """,
)
PACKED = "struct p { char a; int b; short c : 3; };\nstruct q { char a; double b; ...; };\n"
PACKED_SOURCE = f"#pragma pack(push, 1)\n{PACKED.replace('...;', 'char c;')}#pragma pack(pop)\n"


def both(workshop, text, source, packed):
    """Build a module by each generator; return what each says of itself in the reference runtime."""
    ours = f"#pragma pack(push, 1)\n{text}\n#pragma pack(pop)\n" if packed else text
    workshop.build("ours", ours, source, strict=False)
    compile_theirs = f"""
import warnings; warnings.simplefilter("ignore")
import os, cffi
os.dup2(2, 1)
f = cffi.FFI()
f.cdef({text!r}, packed={packed})
f.set_source("theirs", {source!r})
f.compile(tmpdir={str(workshop.folder)!r})
"""
    workshop.run(f"import subprocess\nsubprocess.run([sys.executable, '-W', 'ignore', '-c', {compile_theirs!r}], check=True)\nanswer(0)")
    return workshop.run(f"{DESCRIBE}\nimport ours, theirs\nanswer([describe(m.ffi, m.lib) for m in (ours, theirs)])")


@pytest.mark.parametrize(
    "text, source, packed",
    [(*EVERYTHING, False), (PACKED, PACKED_SOURCE, True)],
    ids=["everything", "packed"],
)
def test_both_generators_describe_the_same(text, source, packed, workshop):
    ours, theirs = both(workshop, text, source, packed)
    assert len(theirs) > 1
    # a module of theirs that mentions FILE lists it; in ours it is the runtime's, as size_t is
    assert ours == {name: said for name, said in theirs.items() if name not in ("FILE", "struct _IO_FILE")}


def test_both_generators_tell_what_is_wrong(workshop):
    ours, theirs = both(workshop, *WRONG, packed=False)
    assert ours["C"][0] == "0"
    assert ours == theirs
