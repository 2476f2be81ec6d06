"""leaks.py [TIMES]: every kind of operation many times; prints for each what is left of it afterwards, and fails when that is too much.

Counted are the blocks of Python's allocator, the pages of the process and, in a debug build of Python, all references.
"""

from __future__ import annotations

import contextlib
import copy
import gc
import pickle
import sys
import weakref
from pathlib import Path

import _isolated

import _cffi_backend
from cffi import FFI, CDefError

ffi, lib = _isolated.ffi, _isolated.lib
inline = FFI()
inline.cdef("""int abs(int); int snprintf(char *, size_t, const char *, ...); struct pair { int a; double b; };
               typedef struct { int quot, rem; } div_t; div_t div(int, int); union number { int i; float f; };
               double cabs(double _Complex); double _Complex conj(double _Complex); extern char **environ;
               struct bits { unsigned a : 3; int b : 20; }; enum e { A, B = 5 };
               #define TEN 10
               struct chain { struct chain *next; struct pair pairs[3]; wchar_t name[8]; };""")
libc = inline.dlopen(None)
math = inline.dlopen("libm.so.6")
room, word = inline.new("char[]", 64), inline.new("char[]", b"hello")

array, pointer, path = ffi.new("int[]", list(range(10))), ffi.new("struct point *", [1, 2]), ffi.new("struct path *")
shorts, text, destination = ffi.new("short[5]"), ffi.new("char[]", b"hello"), ffi.new("char[]", 64)
plus_one = ffi.callback("int(int)", lambda x: x + 1)
failing = ffi.callback("int(int)", lambda x: x.nothing, onerror=lambda *_: 3)
by_libffi = inline.cast("int(*)(int)", int(ffi.cast("intptr_t", plus_one)))
number = iter(range(10**12))
ffi.def_extern("handler")(lambda x: x + 1)


def refused(work, *errors):
    with contextlib.suppress(*errors):
        work()
        raise SystemExit(f"{work} was not refused")


def set_counter():
    lib.counter = lib.counter + 1 & 1023


def set_fields():
    path.points[1].x = path.count = path.points[1].y + 1
    path.points[2] = pointer[0]
    path.next = path


def set_slice():
    array[2:5] = array[0:3]


def within(context):
    with context as value:
        value[0]


def cycle_of_a_destructor():
    holder = []
    holder.append(ffi.gc(array, holder.append))


def cycle_of_a_callback():
    holder = []
    holder.append(ffi.callback("int(int)", lambda x: holder))


def cycle_of_a_handle():
    holder = []
    holder.append(ffi.new_handle(holder))


def declare():
    own = FFI()
    own.cdef("struct s { int a; struct t *b; }; typedef struct t { struct s s[2]; } t; enum e { A, B };")
    assert own.sizeof("t") == 32


def open_library():
    own = FFI()
    own.cdef("int abs(int);")
    library = own.dlopen(None)
    assert library.abs(-1) == 1
    own.dlclose(library)


def callback_of_records():
    swap = inline.callback("union number(struct pair, union number)", lambda pair, number: [pair.a + number.i])
    assert swap([2, 0.5], [40]).i == 42


def declare_wrongly():
    own = FFI()
    refused(lambda: own.cdef("int f(unknown);\nstruct s { int; } x = ;"), CDefError)
    assert own.list_types() == ([], [], [])


def include():
    own = FFI()
    own.include(inline)
    assert own.integer_const("TEN") == 10
    assert own.new("struct pair *", [1]).a == 1


def write_to_a_file():
    with Path("/dev/null").open("wb") as file:
        assert ffi.cast("FILE *", file) != ffi.NULL


def released_while_looked_at():
    own = ffi.new("int[4]")
    with memoryview(own):
        refused(lambda: ffi.release(own), BufferError)


class Unusable:
    """Fails in every way in which a value is asked what it is."""

    def __getattr__(self, name):
        raise ValueError(name)

    def __index__(self):
        raise ValueError("index")

    __len__ = __iter__ = __float__ = __bool__ = __buffer__ = __index__


unusable = Unusable()
chain = inline.new("struct chain *")
bits = inline.new("struct bits *")
dead = ffi.new("int[3]")
ffi.release(dead)
MORE = {
    "libffi: struct as result": lambda: libc.div(7, 2).rem,
    "libffi: complex": lambda: (math.cabs(3 + 4j), math.conj(1j)),
    "libffi: callback of records": callback_of_records,
    "libffi: variadic refused": lambda: refused(lambda: libc.snprintf(room, 3, b"%d", 4), TypeError),
    "libffi: too few arguments": lambda: refused(lambda: libc.div(7), TypeError),
    "libffi: NULL called": lambda: refused(inline.cast("void(*)(void)", 0), RuntimeError),
    "libffi: record not passable": lambda: refused(lambda: inline.cast("int(*)(struct bits)", 64)(bits[0]), NotImplementedError),
    "library: variable": lambda: libc.environ[0],
    "library: address": lambda: inline.addressof(libc, "environ"),
    "library: nothing of that name": lambda: refused(lambda: inline.dlopen("libno_such_library.so"), OSError),
    "integer_const": lambda: inline.integer_const("TEN"),
    "integer_const refused": lambda: refused(lambda: inline.integer_const("struct"), AttributeError),
    "include": include,
    "declare wrongly": declare_wrongly,
    "asdict": lambda: inline.asdict(chain),
    "layout": lambda: str(inline.layout("struct chain")),
    "enum": lambda: (inline.string(inline.cast("enum e", 5)), repr(inline.cast("enum e", 4)), inline.cast("enum e", 5) == 5),
    "bit-fields": lambda: (setattr(bits, "b", -7), bits.b, refused(lambda: setattr(bits, "a", 8), OverflowError)),
    "wide strings": lambda: (setattr(chain, "name", "gr\u00fc\u00df"), inline.string(chain.name), inline.unpack(chain.name, 3)),
    "wide string too long": lambda: refused(lambda: setattr(chain, "name", "too long for it"), IndexError),
    "cast of a file": write_to_a_file,
    "gc with a size": lambda: ffi.release(ffi.gc(array, lambda _: None, 1000)),
    "gc refused": lambda: refused(lambda: ffi.gc(array, 5), TypeError),
    "from_handle refused": lambda: refused(lambda: ffi.from_handle(ffi.cast("void *", 1234)), SystemError, RuntimeError),
    "callback refused": lambda: refused(lambda: ffi.callback("int(int)", 5), TypeError),
    "callback of a wrong type": lambda: refused(lambda: ffi.callback("int", len), TypeError),
    "callback with a wrong result": lambda: lib.call(wrong_result, 7),
    "callback decorator": lambda: ffi.callback("int(int)", error=7)(lambda x: x),
    "allocator that fails": lambda: refused(lambda: failing_new("int *"), ZeroDivisionError),
    "allocator with nothing": lambda: refused(lambda: ffi.new_allocator(lambda _: ffi.NULL)("int *"), MemoryError),
    "def_extern refused": lambda: refused(lambda: ffi.def_extern("nothing")(len), ffi.error),
    "init_once fails": lambda: refused(lambda: type(ffi)().init_once(unusable.__index__, "tag"), ValueError),
    "unusable: new": lambda: [refused(lambda t=t: ffi.new(t, unusable), ValueError, TypeError) for t in INITIALIZED],
    "unusable: cast": lambda: [refused(lambda t=t: ffi.cast(t, unusable), ValueError, TypeError) for t in ("int", "double", "_Bool")],
    "unusable: item": lambda: refused(lambda: array.__setitem__(1, unusable), ValueError, TypeError),
    "unusable: index": lambda: refused(lambda: array[unusable], ValueError, TypeError),
    "unusable: slice": lambda: refused(lambda: array.__setitem__(slice(0, 3), unusable), ValueError, TypeError),
    "unusable: from_buffer": lambda: refused(lambda: ffi.from_buffer(unusable), ValueError, TypeError),
    "unusable: call": lambda: refused(lambda: lib.sum(unusable, 3), ValueError, TypeError),
    "unusable: argument": lambda: refused(lambda: by_libffi(unusable), ValueError, TypeError),
    "unusable: string": lambda: refused(lambda: ffi.string(unusable), ValueError, TypeError),
    "unusable: unpack": lambda: refused(lambda: ffi.unpack(array, unusable), ValueError, TypeError),
    "unusable: memmove": lambda: refused(lambda: ffi.memmove(unusable, array, 4), ValueError, TypeError),
    "unusable: field": lambda: refused(lambda: setattr(pointer, "x", unusable), ValueError, TypeError),
    "unusable: variable": lambda: refused(lambda: setattr(lib, "counter", unusable), ValueError, TypeError),
    "released: item": lambda: refused(lambda: dead[0], RuntimeError),
    "released: release": lambda: ffi.release(dead),
    "released while looked at": released_while_looked_at,
    "no such field": lambda: (refused(lambda: pointer.z, AttributeError), refused(lambda: ffi.offsetof("struct point", "z"), KeyError)),
    "no copies": lambda: (refused(lambda: copy.copy(array), TypeError), refused(lambda: pickle.dumps(array), TypeError)),
    "no order": lambda: refused(lambda: pointer < 5, TypeError),
    "out of range": lambda: (refused(lambda: array[10], IndexError), refused(lambda: array[2:20], IndexError)),
    "an item of NULL": lambda: refused(lambda: ffi.NULL[0], TypeError, RuntimeError),
    "iterators left half-way": lambda: next(iter(array)),
    "slices of slices": lambda: array[2:9][1:4][0:2],
    "memoryview of a struct": lambda: memoryview(path[0]).nbytes,
    "buffer refused": lambda: refused(lambda: ffi.buffer(5), TypeError),
    "buffer too far": lambda: refused(lambda: ffi.buffer(array)[400], IndexError),
    "read-only buffer": lambda: refused(lambda: ffi.from_buffer("char[]", b"x", require_writable=True), BufferError),
}
INITIALIZED = ["int *", "int[]", "int[3]", "struct path *", "struct flexible *", "double *", "char[5]"]
wrong_result = ffi.callback("int(int)", lambda x: "no number", onerror=lambda *_: 3)
failing_new = ffi.new_allocator(lambda size: 1 // 0)

DECLARATIONS = "/* a */\n#define A 1\nint f(int a /* a */, char[2]); // b\n/* c */\n"

OPERATIONS = {
    "tokens": lambda: _cffi_backend._tokenize(DECLARATIONS),
    "no tokens": lambda: _cffi_backend._tokenize(DECLARATIONS + "'"),
    "new number": lambda: ffi.new("int *", 5),
    "new array": lambda: ffi.new("int[]", [1, 2, 3]),
    "new large": lambda: ffi.new("char[]", 5000),
    "new struct": lambda: ffi.new("struct path *", {"count": 2, "points": [[1, 2], {"x": 3}]}),
    "new flexible": lambda: ffi.new("struct flexible *", [2, [7, 8, 9]]),
    "new refused": lambda: refused(lambda: ffi.new("struct path *", {"count": "x"}), TypeError),
    "new and release": lambda: within(ffi.new("char[]", 2000)),
    "weak reference": lambda: weakref.ref(ffi.new("int *")),
    "first item of a struct": lambda: ffi.new("struct point *")[0].x,
    "set fields": set_fields,
    "set slice": set_slice,
    "iterate": lambda: list(array),
    "compare": lambda: (pointer == path.points, hash(pointer), repr(pointer), bool(pointer)),
    "arithmetic": lambda: ((array + 3) - array, array + 1 < array + 2),
    "cast": lambda: (int(ffi.cast("long", 3.7)), float(ffi.cast("double", 2)), ffi.cast("char *", 0)),
    "cast to enum": lambda: ffi.string(ffi.cast("enum color", 5)),
    "cast refused": lambda: refused(lambda: ffi.cast("int", "xy"), TypeError),
    "strings": lambda: (ffi.string(text), ffi.unpack(array, 4), ffi.unpack(shorts, 5)),
    "typeof": lambda: ffi.typeof("struct path"),
    "typeof new": lambda: ffi.typeof(ffi.getctype("int", f"[{next(number) + 100}]")),
    "typeof of a new ffi": lambda: type(ffi)().typeof(f"short(*)[{next(number) % 1000 + 7}]"),
    "typeof refused": lambda: refused(lambda: ffi.typeof("struct nothing *"), ffi.error),
    "sizes": lambda: (ffi.sizeof("struct path"), ffi.alignof("long"), ffi.offsetof("struct path", "points", 2, "y"), ffi.sizeof(array)),
    "attributes of types": lambda: (ffi.typeof("struct path").fields, ffi.typeof("int(*)(int)").args, ffi.typeof("enum color").elements),
    "list types": lambda: ffi.list_types(),
    "gc": lambda: ffi.gc(array, lambda _: None),
    "gc cancelled": lambda: ffi.gc(ffi.gc(array, lambda _: None), None),
    "gc cycle": cycle_of_a_destructor,
    "allocator": lambda: ffi.new_allocator(lambda size: ffi.new("char[]", size), lambda _: None)("int[]", 20),
    "handle": lambda: ffi.from_handle(ffi.new_handle([1])),
    "handle cycle": cycle_of_a_handle,
    "from buffer": lambda: within(ffi.from_buffer(bytearray(20))),
    "from typed buffer": lambda: ffi.from_buffer("short[]", b"abcdef")[1],
    "from buffer refused": lambda: refused(lambda: ffi.from_buffer("int[]", "text"), TypeError),
    "buffer": lambda: (bytes(ffi.buffer(array)), ffi.buffer(array)[3:9]),
    "memoryview": lambda: within(memoryview(array)),
    "memmove": lambda: ffi.memmove(destination, b"12345", 5),
    "addressof": lambda: (ffi.addressof(path, "points", 1), ffi.addressof(pointer[0]), ffi.addressof(lib, "counter")),
    "call": lambda: lib.add(1, 2),
    "call with array": lambda: lib.sum([1, 2, 3, 4], 4),
    "call with struct": lambda: lib.mirrored([1, 2]).x,
    "call refused": lambda: refused(lambda: lib.add("x", 2), TypeError),
    "call out of range": lambda: refused(lambda: lib.add(2**40, 2), OverflowError),
    "call by libffi": lambda: by_libffi(4),
    "call by libffi refused": lambda: refused(lambda: by_libffi("x"), TypeError),
    "call variadic": lambda: libc.snprintf(room, 60, b"%d %s", inline.cast("int", 4), word),
    "call of an opened library": lambda: libc.abs(-5),
    "callback new": lambda: lib.call(ffi.callback("int(int)", lambda x: x * 2), 7),
    "callback cycle": cycle_of_a_callback,
    "callback": lambda: lib.call(plus_one, 7),
    "callback that fails": lambda: lib.call(failing, 7),
    "callback in a thread": lambda: lib.call_in_thread(plus_one, 5),
    "extern Python": lambda: lib.call_handler(4),
    "def_extern": lambda: ffi.def_extern("handler")(lambda x: x + 1),
    "variable": set_counter,
    "constants": lambda: (lib.LIMIT, lib.BLUE, dir(lib)),
    "no such attribute": lambda: refused(lambda: lib.nothing, AttributeError),
    "errno": lambda: setattr(ffi, "errno", ffi.errno),
    "init_once": lambda: ffi.init_once(lambda: None, "tag"),
    "init_once of a new ffi": lambda: type(ffi)().init_once(lambda: [1], "tag"),
    "declare": declare,
    "open library": open_library,
    **MORE,
}
SLOW = {"declare", "declare wrongly", "include", "open library", "library: nothing of that name", "layout", "callback in a thread"}


def state():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return getattr(sys, "gettotalrefcount", int)(), sys.getallocatedblocks(), pages


def growth(operation, times):
    """What the operation leaves behind after the first time round: references, blocks, pages."""
    before = after = (0, 0, 0)
    for _ in range(2):
        for _ in range(times):
            operation()
        gc.collect()
        before, after = after, state()
    return [new - old for new, old in zip(after, before)]


def is_leak(left, times):
    """Whether that grows with the number of times: 16 bytes each are a block, and 4 pages for 1000 times."""
    return left[0] > 20 + times // 50 or left[1] > 100 + times // 50 or left[2] > 64 + times // 500


def check(operations, times):
    """Return the names of those that leak."""
    leaking = []
    for name, operation in operations.items():
        count = max(times // 200, 250) if name in SLOW else times
        left = growth(operation, count)
        if is_leak(left, count):
            left = growth(operation, count)  # what grows by steps does not do so twice
        if is_leak(left, count):
            leaking.append(name)
        print(f"{name:26} references {left[0]:+} blocks {left[1]:+} pages {left[2]:+}", flush=True)
    return leaking


if __name__ == "__main__":
    found = check(OPERATIONS, int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
    sys.exit(f"leaking: {found}" if found else None)
