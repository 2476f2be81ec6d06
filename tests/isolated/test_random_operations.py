"""Random sequences of operations on cdata, against a model: bytes of Python's own, read and written by `struct` and ctypes.

CFFI_TEST_LONG=1 makes thirty times as many steps, best with tools/sanitize.sh.
"""

from __future__ import annotations

import ctypes
import gc
import os
import struct
from typing import Any

import pytest

pytest.importorskip("hypothesis")
from hypothesis import HealthCheck, assume, settings, strategies
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from cffi import FFI

ffi = FFI()
ffi.cdef("struct point { int8_t a; double b; uint16_t c[4]; unsigned low : 5, high : 20; struct { int x, y; } in; };")

NUMBERS = {"int8_t": "b", "uint8_t": "B", "int16_t": "h", "uint16_t": "H", "int32_t": "i", "uint32_t": "I", "int64_t": "q",
           "uint64_t": "Q", "double": "d"}
LONG = bool(os.environ.get("CFFI_TEST_LONG"))


class Inner(ctypes.Structure):
    _fields_ = [("x", ctypes.c_int), ("y", ctypes.c_int)]


class Point(ctypes.Structure):
    _fields_ = [("a", ctypes.c_int8), ("b", ctypes.c_double), ("c", ctypes.c_uint16 * 4), ("low", ctypes.c_uint, 5),
                ("high", ctypes.c_uint, 20), ("inner", Inner)]


class Block:
    """Memory that a cdata owns, and what should be in it."""

    def __init__(self, owner: Any, expected: bytes) -> None:
        self.owner, self.expected, self.released = owner, bytearray(expected), False
        self.address = int(ffi.cast("uintptr_t", ffi.cast("void *", owner)))


class View:
    """A pointer to numbers somewhere in a block."""

    def __init__(self, pointer: Any, block: Block, offset: int, name: str) -> None:
        self.pointer, self.block, self.offset, self.name = pointer, block, offset, name
        self.format = "=" + NUMBERS[name]
        self.size = struct.calcsize(self.format)
        self.length = (len(block.expected) - offset) // self.size

    def expected(self, index: int) -> Any:
        return struct.unpack_from(self.format, self.block.expected, self.offset + index * self.size)[0]

    def store(self, index: int, value: Any) -> None:
        struct.pack_into(self.format, self.block.expected, self.offset + index * self.size, value)

    def fits(self, value: Any) -> bool:
        try:
            struct.pack(self.format, value)
        except (struct.error, OverflowError):
            return False
        return True


names = strategies.sampled_from(sorted(NUMBERS))
values = strategies.one_of(strategies.integers(-10, 300), strategies.integers(-(2**66), 2**66), strategies.floats(allow_nan=False))
small = strategies.integers(0, 40)


def refused(work: Any, *errors: type[BaseException]) -> None:
    with pytest.raises(errors):
        work()


def same(found: Any, expected: Any) -> bool:
    """Whether both are one value; NaNs, which come from random bytes, are."""
    return found == expected or (found != found and expected != expected)


class Operations(RuleBasedStateMachine):
    blocks, views, points, handles, functions = (Bundle(name) for name in ("blocks", "views", "points", "handles", "functions"))

    def __init__(self) -> None:
        super().__init__()
        self.all: list[Block] = []
        self.collected: list[Any] = []

    # ---- memory ----

    def add(self, owner: Any, expected: bytes) -> Block:
        self.all.append(Block(owner, expected))
        return self.all[-1]

    @rule(target=views, name=names, items=strategies.lists(values, max_size=12))
    def new_array(self, name: str, items: list[Any]) -> Any:
        model = View(None, Block(ffi.new("char[1]"), bytes(8)), 0, name)
        if any(not model.fits(item) for item in items):
            refused(lambda: ffi.new(f"{name}[]", items), TypeError, OverflowError)
            return multiple()
        array = ffi.new(f"{name}[]", items)
        assert list(array) == [float(item) if name == "double" else item for item in items]
        return View(array + 0, self.add(array, struct.pack(f"={len(items)}{NUMBERS[name]}", *items)), 0, name)

    @rule(target=points, a=strategies.integers(-128, 127), b=strategies.floats(allow_nan=False), low=strategies.integers(0, 31))
    def new_struct(self, a: int, b: float, low: int) -> Block:
        owner = ffi.new("struct point *", {"a": a, "b": b, "low": low, "in": [7]})
        model = Point(a=a, b=b, low=low, inner=Inner(x=7))
        return self.add(owner, bytes(model))

    @rule(target=views, data=strategies.binary(max_size=40))
    def from_buffer(self, data: bytes) -> View:
        window = ffi.from_buffer("uint8_t[]", bytearray(data))
        return View(window + 0, self.add(window, data), 0, "uint8_t")

    @rule(target=views, view=views, name=names, skipped=small)
    def cast_and_move(self, view: View, name: str, skipped: int) -> Any:
        assume(not view.block.released and skipped <= view.length)
        moved = View(ffi.cast(f"{name} *", view.pointer + skipped), view.block, view.offset + skipped * view.size, name)
        assert moved.pointer == view.pointer + skipped
        assert (view.pointer + skipped) - view.pointer == skipped
        assert hash(ffi.cast("void *", moved.pointer)) == hash(ffi.cast("char *", moved.pointer))
        return moved

    @rule(target=views, point=points)
    def address_of_a_field(self, point: Block) -> Any:
        if point.released:
            refused(lambda: point.owner.c, RuntimeError)
            return multiple()
        offset = ffi.offsetof("struct point", "c")
        view = View(ffi.addressof(point.owner, "c", 0), point, offset, "uint16_t")
        view.length = 4
        return view

    @rule(target=views, view=views, size=strategies.one_of(strategies.just(0), small))
    def collected_with_a_destructor(self, view: View, size: int) -> Any:
        assume(not view.block.released)
        ended: list[Any] = []
        guarded = [ffi.gc(view.pointer, ended.append, size)]
        assert guarded[0] == view.pointer
        if size % 2:
            ffi.release(guarded[0])
            assert ended == [view.pointer]
            refused(lambda: guarded[0][0], RuntimeError)
        guarded.clear()
        assert ended == [view.pointer]
        return view

    @rule(point=points, by_with=strategies.booleans())
    def release_a_struct(self, point: Block, by_with: bool) -> None:
        self.release(point, by_with)

    @rule(view=consumes(views), by_with=strategies.booleans())
    def release_a_block(self, view: View, by_with: bool) -> None:
        self.release(view.block, by_with)

    def release(self, block: Block, by_with: bool) -> None:
        assume(not block.released)
        if by_with:
            with block.owner as entered:
                assert entered is block.owner
        else:
            ffi.release(block.owner)
        block.released = True
        refused(lambda: block.owner[0], RuntimeError)

    # ---- reading and writing ----

    @rule(view=views, index=small)
    def read(self, view: View, index: int) -> None:
        assume(not view.block.released and index < view.length)
        assert same(view.pointer[index], view.expected(index))

    @rule(view=views, index=small, value=values)
    def write(self, view: View, index: int, value: Any) -> None:
        assume(not view.block.released and index < view.length)
        if view.fits(value):
            view.pointer[index] = value
            view.store(index, value)
        else:
            refused(lambda: view.pointer.__setitem__(index, value), TypeError, OverflowError)

    @rule(view=views, start=small, length=small, items=strategies.lists(strategies.integers(0, 100), max_size=8))
    def slices(self, view: View, start: int, length: int, items: list[int]) -> None:
        assume(not view.block.released and start + length <= view.length)
        part = view.pointer[start:start + length]
        expected = [view.expected(start + i) for i in range(length)]
        assert all(map(same, part, expected))
        assert all(map(same, ffi.unpack(part, length), expected))
        if len(items) == length:
            part[0:length] = items
            for i, item in enumerate(items):
                view.store(start + i, item)
        else:
            refused(lambda: part.__setitem__(slice(0, length), items), ValueError, IndexError)
            for i, item in enumerate(items[:length]):  # what fitted has been written
                view.store(start + i, item)

    @rule(point=points, name=strategies.sampled_from(["a", "b", "low", "high"]), value=values)
    def fields(self, point: Block, name: str, value: Any) -> None:
        assume(not point.released)
        model = Point.from_buffer(point.expected)
        assert same(getattr(point.owner, name), getattr(model, name))
        width = {"a": range(-128, 128), "low": range(32), "high": range(2**20)}.get(name)
        if isinstance(value, float) if width is None else isinstance(value, int) and value in width:
            setattr(point.owner, name, value)
            setattr(model, name, value)
        elif width is not None:
            refused(lambda: setattr(point.owner, name, value), TypeError, OverflowError)

    @rule(point=points, other=points)
    def copy_a_struct(self, point: Block, other: Block) -> None:
        assume(not point.released and not other.released)
        point.owner[0] = other.owner[0]
        point.expected[:] = other.expected
        record = other.owner[0]
        assert record.b == other.owner.b or record.b != record.b
        assert getattr(record, "in").x == Point.from_buffer_copy(other.expected).inner.x

    @rule(target=views, source=views, to=views, size=small)
    def move_memory(self, source: View, to: View, size: int) -> Any:
        assume(not source.block.released and not to.block.released)
        size = min(size, len(source.block.expected) - source.offset, len(to.block.expected) - to.offset)
        ffi.memmove(to.pointer, source.pointer, size)
        to.block.expected[to.offset:to.offset + size] = bytes(source.block.expected[source.offset:source.offset + size])
        return to

    @rule(view=views, at=small, data=strategies.binary(max_size=8))
    def through_a_buffer(self, view: View, at: int, data: bytes) -> None:
        rest = len(view.block.expected) - view.offset
        assume(not view.block.released and at + len(data) <= rest)
        window = ffi.buffer(view.pointer, rest)
        window[at:at + len(data)] = data
        view.block.expected[view.offset + at:view.offset + at + len(data)] = data
        assert bytes(window) == view.block.expected[view.offset:]

    # ---- what is no memory ----

    @rule(target=handles, value=strategies.text(max_size=3))
    def new_handle(self, value: str) -> Any:
        thing = [value]
        return [ffi.new_handle(thing), thing]

    @rule(handle=handles)
    def from_handle(self, handle: list[Any]) -> None:
        assert ffi.from_handle(handle[0]) is handle[1]
        assert ffi.from_handle(ffi.cast("char *", handle[0])) is handle[1]

    @rule(handle=consumes(handles))
    def drop_a_handle(self, handle: list[Any]) -> None:
        address = ffi.cast("void *", handle[0])
        handle.clear()
        refused(lambda: ffi.from_handle(address), SystemError, RuntimeError)

    @rule(target=functions, name=names, count=strategies.integers(0, 7))
    def new_callback(self, name: str, count: int) -> Any:
        signature = f"{name}({', '.join(['int', 'double'] * 4) if count == 7 else ', '.join([name] * count) or 'void'})"
        return ffi.callback(signature, lambda *args: args[-1] if args else 3), name, count

    @rule(function=functions, value=values)
    def call(self, function: Any, value: Any) -> None:
        pointer, name, count = function
        fitting = View(None, Block(ffi.new("char[1]"), bytes(8)), 0, name).fits(value)
        if count == 0:
            assert pointer() == 3
        elif count < 7 and fitting:
            assert pointer(*[value] * count) == (float(value) if name == "double" else value)
        elif count < 7:
            refused(lambda: pointer(*[value] * count), TypeError, OverflowError)

    @rule(function=consumes(functions))
    def drop_a_callback(self, function: Any) -> None:
        del function

    @rule(name=names, length=small)
    def types(self, name: str, length: int) -> None:
        made = ffi.typeof(f"{name}(*)[{length}]")
        assert made is ffi.typeof(ffi.getctype(ffi.typeof(f"{name}[{length}]"), "*"))
        assert ffi.sizeof(made.item) == length * struct.calcsize("=" + NUMBERS[name])

    @rule()
    def collect(self) -> None:
        gc.collect(1)

    @invariant()
    def memory_is_as_expected(self) -> None:
        for block in self.all[-5:]:
            if not block.released:
                assert bytes(ffi.buffer(block.owner)) == bytes(block.expected)


TestOperations = Operations.TestCase
TestOperations.settings = settings(
    max_examples=1500 if LONG else 100, stateful_step_count=80 if LONG else 40, deadline=None, suppress_health_check=list(HealthCheck))
