"""Repeats operations and prints those after which there is more memory in use; run by test_leaks.py."""

import gc
import os
import sys
import weakref

from cffi import FFI

OPERATIONS = """
new("int *", 5); new("int[]", numbers); new("char[]", 100000); new("struct s *", [1, 2.0, b"abc", 3]); new("struct s *", {"x": 1})
new("struct vs *", [1, [1, 2, 3]]); new("wchar_t[]", "hello"); new("union u *", {"b": 1.0}); new("FILE **", file)
fails(new, "int *", "x"); fails(new, "int[2]", [1, 2, 3]); fails(new, "struct s *", {"zz": 1}); fails(new, "struct s *", [1, 2, "x"])
fails(new, "int[1000]", ["x"]); p.x; setattr(p, "x", 1); setattr(p, "b", 5); p.b; p.name; setattr(p, "name", b"abc"); p.within.u
fails(getattr, p, "zz"); fails(setattr, p, "zz", 1); fails(setattr, p, "x", "y"); p.__setitem__(0, p[0]); p.__setitem__(0, {"x": 3})
a[1]; a.__setitem__(1, 2); fails(a.__getitem__, 100); a[1:4]; a.__setitem__(slice(0, 3), [1, 2, 3])
fails(cast("int *", 0).__getitem__, 0); a.__setitem__(slice(0, 3), iter([1, 2, 3])); fails(a.__setitem__, slice(0, 3), [1])
a.__setitem__(slice(0, 3), a[1:4]); a + 1; pa - 1; (pa + 3) - pa; pa == a; pa < a + 1; hash(pa); bool(pa); fails(lambda: pa + "x")
fails(pa); cast("int", 3); cast("int", 1 << 90); cast("char", b"x"); cast("void *", a); cast("enum e", 7); cast("_Bool", 1)
cast("long double", 3); cast("double _Complex", 1j); fails(cast, "int", None); cast("FILE *", file); int(cast("int", 3))
float(cast("long double", 3)); complex(cast("float _Complex", 1j)); cast("int", 3) == 3; cast("int", 3) < cast("long", 5)
hash(cast("double", 3.5)); repr(p); repr(p[0]); repr(a); repr(cast("enum e", 0)); repr(cast("long double", 1)); repr(a[0:2])
repr(handle); dir(p); ffi.string(text); ffi.string(wide); ffi.string(cast("enum e", 1)); ffi.unpack(a, 5); ffi.unpack(text, 3)
ffi.unpack(wide, 3); fails(ffi.string, a); fails(ffi.unpack, a, -1); ffi.buffer(a)[:]; ffi.buffer(a, 5) == b""; fails(ffi.buffer, 5)
ffi.buffer(a).__setitem__(slice(0, 4), b"abcd"); ffi.memmove(a, data, 8); fails(ffi.memmove, b"x", a, 1); ffi.from_buffer(data)
ffi.from_buffer("int[]", data); fails(ffi.from_buffer, "int[1000]", data); fails(ffi.from_buffer, "char[]", b"a", True)
ffi.release(ffi.from_buffer(data)); ffi.gc(new("int *"), id); ffi.gc(ffi.gc(new("int *"), id), None)
ffi.release(ffi.gc(new("int *"), id)); ffi.release(new("int[]", 1000)); new("int *").__enter__(); ffi.from_handle(handle)
ffi.new_handle(numbers); cycle(); fails(ffi.from_handle, cast("void *", 8)); reference(new("int *")); reference(a + 1)
used_after_its_pointer(new); p[0]; used_after_its_pointer(allocate); allocate("int *", 5); unclean("int[5]")
ffi.release(allocate("struct s *")); fails(allocate, "int[2]", [1] * 3); list(a); next(iter(a)); memoryview(a)[0]
memoryview(p[0]).nbytes; bytes(a); fails(memoryview, p); flexible.t[0]; setattr(flexible, "t", [1, 2]); ffi.addressof(p, "x")
ffi.addressof(p[0]); ffi.addressof(a, 3); ffi.offsetof("struct s", "d"); fails(ffi.addressof, p, "zz")
fails(setattr, flexible, "t", [1] * 9); new("int[]", Length()); fails(new, "int[]", 1 << 62); memoryview(new("struct s[2]")).format
"""

ffi = FFI()
ffi.cdef("""struct s { int x; double d; char name[8]; unsigned b : 3; struct { int u; } within; int *p; };
            struct vs { int n; int t[]; }; union u { int a; double b; }; enum e { A, B, C = 7 };""")
new, cast, numbers, data, file = ffi.new, ffi.cast, list(range(10)), bytearray(100), open(os.devnull, "w")  # noqa: PTH123, SIM115
p, a, flexible = new("struct s *"), new("int[10]"), new("struct vs *", [1, [1, 2, 3]])
text, wide, pa, handle = new("char[]", b"hello"), new("char16_t[]", "x\U00012345"), a + 0, ffi.new_handle(5)
allocate = ffi.new_allocator(lambda size: new("char[]", size), lambda memory: None)
unclean, reference = ffi.new_allocator(should_clear_after_alloc=False), weakref.ref


class Length:
    def __index__(self):
        return 7


class Node:
    pass


def fails(function, *arguments):
    try:
        function(*arguments)
    except Exception:
        return
    raise AssertionError("no exception")


def cycle():
    node = Node()
    node.handle = ffi.new_handle(node)
    node.gc = ffi.gc(new("int *"), lambda memory, node=node: None)


def used_after_its_pointer(make):
    pointer = make("struct s *", [5])
    record, again = pointer[0], pointer[0]
    del pointer
    assert record.x == 5
    assert again is record


def resident():
    try:
        with open("/proc/self/statm") as statm:  # noqa: PTH123
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def repeat(code, count):
    for _ in range(count):
        eval(code)
    gc.collect()


def growth(operation, count):
    code = compile(operation, operation, "eval")
    repeat(code, count)
    blocks, memory = sys.getallocatedblocks(), resident()
    repeat(code, count)
    return sys.getallocatedblocks() - blocks, resident() - memory


for line in OPERATIONS.strip().split("\n"):
    for operation in line.split("; "):
        count = 200 if operation == "cycle()" else int(sys.argv[1])
        blocks, memory = growth(operation, count)
        if blocks > count / 4 or memory > 50 * count + (1 << 20):
            print(operation, blocks, memory)
file.close()
