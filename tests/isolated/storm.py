"""storm.py [SECONDS]: eight threads do everything at random, with objects of their own and with objects that all of them share.

Every operation checks its result. Prints how many were made of each; without a GIL this is a test of what threads share.
"""

from __future__ import annotations

import functools
import gc
import random
import sys
import time

import _isolated
from in_threads import in_threads

from cffi import FFI

THREADS = 8
SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
ffi, lib = _isolated.ffi, _isolated.lib
inline = FFI()
inline.cdef("struct shared { int n; long items[8]; struct shared *next; }; int abs(int); size_t strlen(const char *);")
libc = inline.dlopen(None)

POINT = ffi.typeof("struct point *")
path = ffi.new("struct path *", {"count": 3})
array = ffi.new("int[64]", list(range(64)))
node = inline.new("struct shared *", {"n": 7})
tripled = ffi.callback("int(int)", lambda x: 3 * x)
subject = object()
handle = ffi.new_handle(subject)


class Worker:
    """One thread: its random numbers, and the objects that only it changes."""

    def __init__(self, number):
        self.random, self.number, self.counts = random.Random(number), number, {}
        self.own = FFI()
        self.declared = 0
        self.kept = []

    def make(self):
        p = ffi.new("struct point *", [self.number, 2])
        q = ffi.new(POINT, {"x": 1})
        assert (p.x, p.y, q.x, q.y, p[0].y) == (self.number, 2, 1, 0, 2)
        self.kept.append(p)
        if len(self.kept) > 50:
            del self.kept[: self.random.randrange(50)]

    def fields(self):
        here = path.points[self.number % 4]
        here.x = value = self.random.randrange(100)
        assert 0 <= here.x < 100 and 0 <= path[0].points[self.number % 4].x < 100 and path.count == 3 and value >= 0
        node.items[self.number] = value
        assert node.items[self.number] == value and node.n == 7
        node.next = node
        assert node.next == node and node.next.next.n == 7

    def read_shared(self):
        first = self.random.randrange(60)
        assert array[first] == first and list(array[first : first + 4]) == list(range(first, first + 4))
        assert (array + first)[0] == first and ffi.addressof(array, first)[0] == first
        assert ffi.unpack(array + first, 3) == [first, first + 1, first + 2]

    def call(self):
        n = self.random.randrange(1000)
        assert lib.add(n, 1) == n + 1 and libc.abs(-n) == n and libc.strlen(b"x" * (n % 50)) == n % 50
        assert lib.sum([n, 1, 2], 3) == n + 3 and lib.sum(array, 10) == 45
        mirrored = lib.mirrored([n, 5])
        assert (mirrored.x, mirrored.y) == (5, n)
        assert (lib.LIMIT, lib.BLUE, lib.counter) == (1000, 6, 17)

    def call_pointers(self):
        function = ffi.cast("int(*)(int, int)", ffi.addressof(lib, "add"))
        assert function(self.number, 2) == self.number + 2

    def call_back(self):
        n = self.random.randrange(1000)
        own = ffi.callback("int(int)", lambda x: x - self.number)
        assert (lib.call(own, n), lib.call(tripled, n), lib.call_handler(n)) == (n - self.number, 3 * n, n + 1)
        if n % 20 == 0:
            assert lib.call_in_thread(tripled, n) == 3 * n

    def types(self):
        n = self.random.randrange(1, 500)
        made = ffi.typeof(f"struct point[{n}]")
        assert made.length == n and made.item is POINT.item and ffi.sizeof(made) == 8 * n
        assert ffi.typeof(ffi.new(made)) is made and ffi.typeof(f"int(*)(char[{n}])").result is ffi.typeof("int")
        assert inline.typeof("struct shared *").item is inline.typeof(node).item

    def declare(self):
        self.declared += 1
        self.own.cdef(f"struct d{self.declared} {{ int a[{self.declared}]; struct d{max(1, self.declared - 1)} *back; }};")
        value = self.own.new(f"struct d{self.declared} *")
        value.a[self.declared - 1] = 9
        assert value.a[self.declared - 1] == 9 and value.back == self.own.NULL
        if self.declared == 30:
            self.own, self.declared = FFI(), 0

    def release(self):
        for text, size in (("int[]", 30), ("char[]", 5000)):
            with ffi.new(text, size) as memory:
                memory[3] = b"x" if text == "char[]" else 3
            try:
                memory[3]
            except RuntimeError:
                continue
            raise AssertionError("released memory can be read")
        ended = []
        with ffi.gc(ffi.new("int *"), ended.append):
            pass
        assert len(ended) == 1

    def handles(self):
        mine = object()
        own = ffi.new_handle(mine)
        assert ffi.from_handle(own) is mine and ffi.from_handle(ffi.cast("void *", handle)) is subject

    def buffers(self):
        data = bytearray(b"0123456789")
        with ffi.from_buffer("char[]", data) as window:
            assert bytes(window) == b"0123456789" and window[self.number] == b"%d" % self.number
        assert ffi.string(ffi.new("char[]", b"abc")) == b"abc" and bytes(ffi.buffer(array, 8))[4] == 1
        with memoryview(array) as view:
            assert view[5] == 5

    def casts(self):
        n = self.random.randrange(200)
        assert int(ffi.cast("unsigned char", n + 256)) == n and ffi.cast("int *", array)[n % 64] == n % 64
        assert ffi.cast("void *", 0) == ffi.NULL and bool(array + 0)
        assert ffi.string(ffi.cast("enum color", 5)) == "GREEN"

    def collect(self):
        if self.random.randrange(50) == 0:
            gc.collect()

    OPERATIONS = (make, fields, read_shared, call, call_pointers, call_back, types, declare, release, handles, buffers, casts, collect)

    def run(self, until):
        while time.monotonic() < until:
            for operation in self.random.choices(self.OPERATIONS, k=20):
                operation(self)
                self.counts[operation.__name__] = self.counts.get(operation.__name__, 0) + 1


def main():
    workers = [Worker(number) for number in range(THREADS)]
    until = time.monotonic() + SECONDS
    in_threads([functools.partial(worker.run, until) for worker in workers])
    for operation in Worker.OPERATIONS:
        print(operation.__name__, sum(worker.counts.get(operation.__name__, 0) for worker in workers))


if __name__ == "__main__":
    sys.setswitchinterval(1e-5)
    ffi.def_extern("handler")(lambda x: x + 1)
    main()
