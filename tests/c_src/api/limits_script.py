"""Calls every function and method with every kind of object; prints what raised something that no documentation speaks of.

Run in a process of its own: `limits_script.py SEED`. A crash of it is the failure that it looks for; `limits_script.py SEED trace`
shows each call before it is made.
"""

from __future__ import annotations

import gc
import itertools
import operator
import os
import random
import resource
import sys
from typing import Any, Callable

import _cffi_backend as backend

resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
sys.unraisablehook = lambda unraisable: None  # callbacks that raise

TRACE = "trace" in sys.argv
ffi = backend.FFI()
INT, CHAR, WCHAR, LONG_DOUBLE, COMPLEX, BOOL = map(
    backend.new_primitive_type, ["int", "char", "wchar_t", "long double", "_cffi_double_complex_t", "_Bool"])
VOID = backend.new_void_type()
VOID_P, INT_P, CHAR_P, WCHAR_P = map(backend.new_pointer_type, [VOID, INT, CHAR, WCHAR])
POINT, OPAQUE, FLEXIBLE = map(backend.new_struct_type, ["struct point", "struct opaque", "struct flexible"])
NUMBER = backend.new_union_type("union number")
INTS, THREE = backend.new_array_type(INT_P, None), backend.new_array_type(INT_P, 3)
POINT_P = backend.new_pointer_type(POINT)
backend.complete_struct_or_union(POINT, [("x", INT, -1), ("bits", INT, 3), ("next", POINT_P, -1), ("items", THREE, -1)])
backend.complete_struct_or_union(FLEXIBLE, [("n", INT, -1), ("items", INTS, -1)])
backend.complete_struct_or_union(NUMBER, [("i", INT, -1), ("p", VOID_P, -1)])
FLEXIBLE_P, OPAQUE_P, NUMBER_P = map(backend.new_pointer_type, [FLEXIBLE, OPAQUE, NUMBER])
FUNCTION = backend.new_function_type((INT, CHAR_P, POINT_P), INT)
PAIR = backend.new_struct_type("struct pair")
backend.complete_struct_or_union(PAIR, [("a", INT, -1), ("b", LONG_DOUBLE, -1)])
BY_VALUE = backend.new_function_type((PAIR, LONG_DOUBLE), PAIR)
COLOR = backend.new_enum_type("enum color", ("RED", "GREEN"), (0, 1), INT)
CHARS = backend.new_array_type(CHAR_P, None)


class Index:
    def __index__(self) -> int:
        raise KeyError("from __index__")


class Pretender:
    __cffi_cdata__ = 5


def released(ctype: Any, initializer: Any = None) -> Any:
    cdata = backend.newp(ctype, initializer)
    backend.release(cdata)
    return cdata


NUMBERS = [0, 1, -1, 3, 2**31, 2**62, 2**63 - 1, -2**63, 2**64, 2**200, -2**200, 1.5, float("nan"), float("inf"), 1j, True]
TEXTS = ["", "x", "int", "int *", "int[5]", "int[", "struct nope", "int[99999999999999999999]", "int" + "*" * 2000, "int" + "[9]" * 40,
         "\0", "\udc80", "\U0001f600", "next", "items", "([(" * 3000, "int(*)(" * 400, b"", b"abc", b"\0", bytearray(4)]
OTHERS: list[Callable[[], Any]] = [
    lambda: None, list, lambda: [1, 2], lambda: [1, [2, [3]]], lambda: (1,), dict, lambda: {"x": 1}, lambda: {1: 2}, object,
    Index, Pretender, lambda: (lambda *a: 5), lambda: len, lambda: int, lambda: memoryview(b"abcd")[::2], lambda: iter([1]), lambda: gc,
    lambda: slice(None), lambda: slice(0, 1), lambda: slice(2**70, 0, 0), lambda: slice(-5, 5),
]
TYPES = [INT, CHAR, WCHAR, LONG_DOUBLE, COMPLEX, BOOL, VOID, VOID_P, INT_P, CHAR_P, WCHAR_P, POINT, POINT_P, PAIR, OPAQUE, OPAQUE_P,
         FLEXIBLE, FLEXIBLE_P, NUMBER, NUMBER_P, INTS, THREE, CHARS, FUNCTION, BY_VALUE, COLOR]
CDATA: list[Callable[[], Any]] = [
    *(lambda t=t: backend.cast(t, 0) for t in [INT, CHAR, WCHAR, LONG_DOUBLE, COMPLEX, BOOL, COLOR]),  # type: ignore[misc]
    *(lambda t=t: backend.cast(t, 0) for t in [VOID_P, INT_P, CHAR_P, WCHAR_P, POINT_P, OPAQUE_P, FLEXIBLE_P, FUNCTION, THREE]),  # type: ignore[misc]
    *(lambda t=t: backend.newp(t) for t in [INT_P, CHAR_P, WCHAR_P, POINT_P, NUMBER_P, THREE]),  # type: ignore[misc]
    lambda: backend.newp(INTS, 4), lambda: backend.newp(INTS, 0), lambda: backend.newp(CHARS, b"abc"),
    lambda: backend.newp(FLEXIBLE_P, [1, [2, 3]]), lambda: backend.newp(POINT_P)[0], lambda: backend.newp(NUMBER_P)[0],
    lambda: released(INT_P), lambda: released(INTS, 4), lambda: released(CHARS, b"abc"), lambda: released(POINT_P),
    lambda: backend.gcp(backend.newp(INT_P), lambda p: None), lambda: backend.gcp(backend.newp(INT_P), lambda p: 1 / 0),
    lambda: backend.from_buffer(CHARS, bytearray(5)), lambda: backend.from_buffer(CHARS, b"abcd"), lambda: ffi.new_handle(5),
    lambda: backend.callback(FUNCTION, lambda *a: 5), lambda: backend.callback(BY_VALUE, lambda *a: 5),
    lambda: backend.buffer(backend.newp(INTS, 2)), lambda: iter(backend.newp(INTS, 2)), lambda: ffi, backend.FFI,
    lambda: backend.load_library(None), lambda: ffi.dlopen(None), lambda: POINT.fields[0][1],
]
POOL: list[Callable[[], Any]] = [*(lambda v=v: v for v in [*NUMBERS, *TEXTS, *TYPES]), *OTHERS, *CDATA]  # type: ignore[misc]

# A call of each that works; then each argument of it is replaced by everything.
RIGHT: dict[str, list[tuple[Any, ...]]] = {
    "backend.alignof": [(INT,)], "backend.sizeof": [(INT,), (5,)], "backend.getcname": [(INT, "x")], "backend.typeof": [(5,)],
    "backend.typeoffsetof": [(POINT, "x"), (POINT_P, "items", 0), (THREE, 1)], "backend.new_primitive_type": [("int",)],
    "backend.new_pointer_type": [(INT,)], "backend.new_array_type": [(INT_P, 5)], "backend.new_void_type": [()],
    "backend.new_struct_type": [("s",)], "backend.new_union_type": [("u",)], "backend.new_enum_type": [("e", ("A",), (1,), INT)],
    "backend.complete_struct_or_union": [(OPAQUE, [("a", INT, 3)], None, 8, 4, 0, 0), (OPAQUE, [("a", INT, -1, 0)])],
    "backend.new_function_type": [((INT, POINT), INT, True, 2)], "backend.callback": [(FUNCTION, len, 5, len)],
    "backend.cast": [(INT, 5), (VOID_P, 5), (LONG_DOUBLE, 5), (COMPLEX, 5), (COLOR, 5), (BOOL, 5), (FUNCTION, 5), (THREE, 5), (WCHAR, 5)],
    "backend.newp": [(INT_P, 5), (INTS, 5), (CHARS, b"a"), (POINT_P, [5]), (FLEXIBLE_P, [1, 5]), (VOID_P, None), (THREE, [1])],
    "backend.newp_handle": [(VOID_P, 5)], "backend.from_handle": [(None,)],
    "backend.from_buffer": [(INTS, bytearray(8), True), (INT_P, b"a")],
    "backend.gcp": [(None, len, 5)], "backend.release": [(None,)], "backend.string": [(None, 1)], "backend.unpack": [(None, 1)],
    "backend.memmove": [(None, None, 1)], "backend.buffer": [(None, 1)], "backend.rawaddressof": [(INT_P, None, 0)],
    "backend.load_library": [(None, 2)], "backend.set_errno": [(5,)], "backend.get_errno": [()], "backend._get_types": [()],
    "backend._get_common_types": [({},)], "backend._init_cffi_1_0_external_module": [("x",)], "backend._init_cffi_3_0_module": [("x",)],
    "backend._tokenize": [("int x;",)],
    "backend.FFI": [("x", 0x2601, b"", ())],
    "ffi.new": [("int *", 5), (INTS, 5)], "ffi.cast": [("int", 5)], "ffi.from_buffer": [("char[]", b"a", True)], "ffi.gc": [(None, len, 5)],
    "ffi.new_handle": [(5,)], "ffi.from_handle": [(None,)], "ffi.release": [(None,)], "ffi.string": [(None, 1)], "ffi.unpack": [(None, 1)],
    "ffi.memmove": [(None, None, 1)], "ffi.typeof": [("int",)], "ffi.sizeof": [("int",)], "ffi.alignof": [("int",)],
    "ffi.buffer": [(None, 1)], "ffi.enum_class": [(COLOR, True)],
    "ffi.offsetof": [(POINT, "items", 1)], "ffi.addressof": [(None, "items", 1), (ffi.dlopen(None), "x")], "ffi.getctype": [("int", "x")],
    "ffi.integer_const": [("x",)], "ffi.dlopen": [(None, 2)], "ffi.dlclose": [(None,)], "ffi.callback": [("int(*)(int)", len, 5, len)],
    "ffi.def_extern": [("x", 5, len)], "ffi.init_once": [(len, 5)], "ffi.new_allocator": [(len, len, True)], "ffi.list_types": [()],
    "library.load_function": [(FUNCTION, "strlen")], "library.read_variable": [(INT, "stdout")],
    "library.write_variable": [(INT, "nope", 5)], "library.close_lib": [()],
    "getattr": [(None, "x"), (None, "items"), (None, "length"), (None, "kind"), (None, "errno"), (None, "NULL")],
    "setattr": [(None, "x", 5), (None, "items", 5), (None, "next", 5), (None, "errno", 5)], "delattr": [(None, "x")],
    "dir": [(None,)], "repr": [(None,)], "hash": [(None,)], "len": [(None,)], "iter": [(None,)], "list": [(None,)], "bytes": [(None,)],
    "memoryview": [(None,)], "bool": [(None,)], "int": [(None,)], "float": [(None,)], "complex": [(None,)], "call": [(None, 1, b"a", None)],
    "enter": [(None,)], "reduce": [(None,)], "type": [(None,)], "subclass": [(None,)], "next": [(None,)],
    **{f"operator.{name}": [(None, 1)] for name in "add sub eq lt contains mul getitem delitem".split()},
    "operator.setitem": [(None, 0, 5)],
}
SPECIAL: dict[str, Callable[..., Any]] = {
    "call": lambda f, *arguments: f(*arguments), "enter": lambda cdata: cdata.__enter__(), "reduce": lambda cdata: cdata.__reduce_ex__(2),
    "subclass": lambda base: type("Sub", (base if isinstance(base, type) else type(base),), {})(),
}
DOCUMENTED = (TypeError, ValueError, OverflowError, IndexError, KeyError, AttributeError, RuntimeError, MemoryError, OSError, BufferError,
              NotImplementedError, ZeroDivisionError, LookupError, StopIteration, ImportError, backend.FFI.error)
OURS = (backend.FFI.CData, backend.FFI.CType, backend.FFI, backend.Lib, backend.CLibrary, backend.CField, backend.buffer,
        backend.__CData_iterator)


def resolve(name: str) -> Callable[..., Any]:
    if name in SPECIAL:
        return SPECIAL[name]
    place, _, attribute = name.rpartition(".")
    owner = {"backend": backend, "ffi": backend.FFI(), "library": backend.load_library(None), "operator": operator, "": __builtins__}[place]
    function: Callable[..., Any] = getattr(owner, attribute)
    return function


def is_beyond(name: str, arguments: tuple[Any, ...]) -> bool:
    """Would C itself allow this, and crash? Then it is no test of ours."""
    short = name.rpartition(".")[2]
    numbers = [a for a in arguments if isinstance(a, (int, float))]
    if short in ("memmove", "unpack", "buffer", "getitem", "setitem", "delitem", "contains"):
        memory = [a for a in arguments if isinstance(a, ffi.CData) and backend.typeof(a).kind in ("pointer", "array")]
        if any(backend.typeof(a) is VOID_P for a in memory):
            return True  # a handle is memory of Python's
        count = min(map(items, memory), default=0)
        is_index = short not in ("memmove", "unpack", "buffer")
        far = any(n > count - is_index or (is_index and n < 0) for n in numbers) or any(isinstance(a, slice) for a in arguments)
        return bool(memory) and far and not os.environ.get("CFFI_DEBUG")
    if short.startswith("_init_cffi_"):
        return bool(numbers)  # it is an address
    is_python = "." not in name or name.startswith("operator.")  # what it is called on must be ours
    return is_python and not isinstance(arguments[0] if arguments else None, OURS)


def items(cdata: Any) -> int:
    """How many items are there for sure where a pointer leads, or in an array."""
    try:
        return len(cdata) if backend.typeof(cdata).kind == "array" else 1
    except RuntimeError:  # it has been released
        return 0


def attempt(name: str, arguments: tuple[Any, ...]) -> None:
    if is_beyond(name, arguments):
        return
    if TRACE:
        print(name, arguments, flush=True)
    try:
        resolve(name)(*arguments)
    except DOCUMENTED:
        pass
    except SystemError as error:
        if "live handle" not in str(error):
            complain(name, arguments, error)
    except Exception as error:
        complain(name, arguments, error)


def complain(name: str, arguments: tuple[Any, ...], error: BaseException) -> None:
    print(name, [type(a).__name__ + " " + ascii(a)[:60] for a in arguments], type(error).__name__, error)


def each_argument(name: str) -> None:
    for right in RIGHT[name]:
        for position, make in itertools.product(range(len(right)), POOL):
            attempt(name, (*right[:position], make(), *right[position + 1:]))


def at_random(name: str, chooser: random.Random) -> None:
    attempt(name, ())
    for make in POOL:
        attempt(name, (make(),))
    for _ in range(400):
        attempt(name, tuple(chooser.choice(POOL)() for _ in range(chooser.randrange(2, 6))))
    # two things of ours first: what is most often right
    for _ in range(400):
        attempt(name, (chooser.choice(CDATA)(), *(chooser.choice(POOL)() for _ in range(chooser.randrange(3)))))
    for _ in range(400):
        attempt(name, (chooser.choice(TYPES), *(chooser.choice(POOL)() for _ in range(chooser.randrange(3)))))


def unlisted() -> list[str]:
    """Return the functions and methods that are not in the table above."""
    made = {"backend": backend, "ffi": ffi, "library": backend.load_library(None)}
    return [f"{place}.{name}" for place, owner in made.items() for name in dir(owner)
            if callable(getattr(owner, name)) and not isinstance(getattr(owner, name), (type, ffi.CData)) and name[:2] != "__"
            and f"{place}.{name}" not in RIGHT]


def main(seed: int) -> None:
    chooser = random.Random(seed)
    for name in unlisted():
        print("not in the table of this test:", name)
    for name in RIGHT:
        each_argument(name)
        at_random(name, chooser)
    gc.collect()
    print("done")


main(int(sys.argv[1]))
