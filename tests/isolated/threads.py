"""threads.py [ROUNDS]: the same things in several threads at once, each thread starting at the same moment.

Without a GIL this is a test of the runtime's locks, with one of its switches. Prints the names of the scenarios that went well.
"""

from __future__ import annotations

import functools
import gc
import importlib.util
import itertools
import sys

import _isolated
from in_threads import in_threads

from cffi import FFI

THREADS = 6
ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 30
ffi, lib = _isolated.ffi, _isolated.lib


def together(work):
    """Run work(number) in each of the threads; return the results in order."""
    return in_threads([functools.partial(work, number) for number in range(THREADS)])


def same(results):
    assert all(result is results[0] for result in results), results
    return results[0]


def first_use_of_a_compiled_struct(number):
    name = f"struct late{number % 40}"

    def use(_):
        value = ffi.new(name + " *", {"a": 3, "p": [4, 5]})
        assert (value.a, value.p.x, value.p.y, value.next) == (3, 4, 5, ffi.NULL)
        assert ffi.sizeof(name) == 24 and ffi.offsetof(name, "p") == 4
        return ffi.typeof(value)

    same(together(use))


def first_use_of_a_declared_struct(number):
    own = FFI()
    own.cdef("struct inner { long n; char c[3]; }; struct outer { struct inner i[2]; struct outer *next; double d; };")

    def use(thread):
        value = own.new("struct outer *", {"d": 1.5})
        value.i[1].n = thread
        assert (value.i[1].n, value.d, own.sizeof(value[0])) == (thread, 1.5, 48)
        return own.typeof("struct outer")

    same(together(use))


def first_use_of_a_library(number):
    own = FFI()
    own.cdef("int abs(int); size_t strlen(const char *); typedef struct { int quot, rem; } div_t; div_t div(int, int);")
    library = own.dlopen(None)

    def use(thread):
        assert library.abs(-thread) == thread
        assert library.strlen(b"x" * thread) == thread
        result = library.div(7, 2)
        assert (result.quot, result.rem) == (3, 1)
        return own.typeof(library.abs)

    same(together(use))


def types_by_text(number):
    def use(_):
        return tuple(ffi.typeof(f"struct point *(*)[{number}][{n}]") for n in range(1, 30))

    results = together(use)
    for kinds in zip(*results):
        same(kinds)


def types_made_and_dropped(number):
    """Every thread makes and drops the same types, so that one finds what another is just giving up."""

    def use(_):
        for n in range(200):
            made = ffi.typeof(ffi.getctype("struct point", f"*[{n % 5 + 100 * number + 1}]"))
            assert made.length == n % 5 + 100 * number + 1
            assert made.item.item is ffi.typeof("struct point")
            del made

    together(use)
    gc.collect()


def function_types_called_first(number):
    own = FFI()
    own.cdef(f"typedef int (*f{number})(int, int);")

    def use(thread):
        function = own.cast(f"int(*)(int, int{', int' * (number % 5)})", int(own.cast("intptr_t", ffi.addressof(lib, "add"))))
        arguments = [1] * (number % 5)
        return [function(thread, n, *arguments) for n in range(50)]

    assert together(use) == [[thread + n for n in range(50)] for thread in range(THREADS)]


def attributes_of_a_lib(number):
    importlib.import_module("_isolated2")
    fresh = sys.modules.pop("_isolated2")
    sys.modules.pop("_isolated2.lib", None)

    def use(thread):
        assert fresh.lib.LIMIT == 1000 and fresh.lib.BLUE == 6 and fresh.lib.counter == 17
        assert fresh.lib.add(thread, 1) == thread + 1
        assert (fresh.lib.mirrored([1, 2]).x, fresh.lib.sum([1, 2, 3], 3)) == (2, 6)
        return fresh.lib.add

    same(together(use))
    fresh = None  # the last reference: its tables are free for the next import
    gc.collect()


def one_import_in_all_threads(number):
    results = together(lambda _: importlib.import_module("_isolated2").ffi)
    same(results)
    sys.modules.pop("_isolated2")
    sys.modules.pop("_isolated2.lib", None)
    del results
    gc.collect()


def first_need_of_types_of_the_runtime(number):
    spec = importlib.util.find_spec("_cffi_backend")
    runtime = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(runtime)
    own = runtime.FFI()

    def use(thread):
        own_int, closed = own.new("int *", thread), own.gc(own.new("int[3]"), lambda _: None)
        made = (own_int, closed, own.new_handle(own), own.from_buffer(b"abc"), own.callback("int(int)", lambda n: n))
        return [*map(type, [*made, iter(closed)]), own.typeof("int"), own.typeof("char[]"), runtime.CField, runtime.CLibrary]

    for types in zip(*together(use)):
        same(types)


def values_of_one_struct(number):
    shared = ffi.new("struct path *")

    def use(thread):
        for n in range(300):
            shared.points[thread % 4].x = n
            assert 0 <= shared.points[thread % 4].x < 300
            shared.points[3] = [n, n]
            assert shared[0].points[3].y < 300
            shared.next = shared
            assert shared.next == shared
        return ffi.typeof(shared[0])

    same(together(use))


def one_record_of_one_pointer(number):
    pointer = ffi.new("struct point *")
    results = together(lambda _: [pointer[0] for _ in range(50)][-1])
    same(results)


def new_and_release(number):
    def use(thread):
        for n in range(200):
            with ffi.new("int[]", n) as array:
                if n:
                    array[n - 1] = thread
                    assert array[n - 1] == thread
            flexible = ffi.new("struct flexible *", {"items": n})
            ffi.release(flexible)

    together(use)


def released_by_all(number):
    array, ended = ffi.new("int[100]"), []
    collected = ffi.gc(ffi.new("int *"), ended.append)
    together(lambda _: (ffi.release(array), ffi.release(collected)))
    assert len(ended) == 1


def handles(number):
    objects = [object() for _ in range(THREADS)]

    def use(thread):
        for _ in range(100):
            handle = ffi.new_handle(objects[thread])
            assert ffi.from_handle(handle) is objects[thread]

    together(use)


def callbacks(number):
    shared = ffi.callback("int(int)", lambda x: x + 1)

    def use(thread):
        for n in range(20):
            own = ffi.callback("int(int)", lambda x: x * 2)
            assert (lib.call(own, n), lib.call(shared, n), lib.call_in_thread(shared, n)) == (2 * n, n + 1, n + 1)

    together(use)


def handlers_defined_while_called(number):
    def use(thread):
        for n in range(30):
            ffi.def_extern("handler")(lambda x: x + 1)
            assert lib.call_handler(n) == n + 1

    together(use)


def buffers(number):
    array = ffi.new("unsigned char[]", 64)

    def use(thread):
        for n in range(100):
            with memoryview(array) as view:
                view[thread] = n
                assert view[thread] == n
            assert ffi.buffer(array)[thread] == bytes([n])
            data = bytearray(16)
            with ffi.from_buffer(data) as window:
                window[3] = b"x"
            data.append(1)

    together(use)


def errno_is_per_thread(number):
    def use(thread):
        for _ in range(100):
            ffi.errno = thread + 1
            assert lib.add(1, 2) == 3 and ffi.errno == thread + 1

    together(use)


def once(number):
    done = []
    results = together(lambda _: ffi.init_once(lambda: done.append(1) or object(), number))
    same(results)
    assert done == [1]


def one_iterator(number):
    iterator = iter(ffi.new("int[]", list(range(600))))
    results = together(lambda _: list(iterator))
    assert sorted(itertools.chain.from_iterable(results)) == list(range(600))


SCENARIOS = [
    first_use_of_a_compiled_struct, first_use_of_a_declared_struct, first_use_of_a_library, types_by_text, types_made_and_dropped,
    function_types_called_first, attributes_of_a_lib, one_import_in_all_threads, first_need_of_types_of_the_runtime, values_of_one_struct,
    one_record_of_one_pointer, new_and_release, released_by_all, handles, callbacks, handlers_defined_while_called, buffers,
    errno_is_per_thread, once, one_iterator,
]

if __name__ == "__main__":
    sys.setswitchinterval(1e-5)
    for scenario in SCENARIOS:
        for number in range(ROUNDS):
            scenario(number)
        print(scenario.__name__, flush=True)
