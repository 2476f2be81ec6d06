"""The targets that were set for the run time, in instructions per operation: data only. page.py compares them with what was counted."""

from __future__ import annotations

from typing import NamedTuple, Tuple, Union


class Of(NamedTuple):
    """A bound that depends on what was counted: so many times what `other` takes."""

    factor: float
    other: str


class Target(NamedTuple):
    """Cases that have one kind of bound, of one implementation of ours. `bounds`: one for each case, or one for all."""

    title: str
    implementation: str
    cases: Tuple[str, ...]
    bounds: Tuple[Union[int, Of], ...]


CALLS = ("call.noop", "call.add", "call.f4", "call.f8", "call.fma3")
POINTERS = ("call.strlen.bytes", "call.ptr_arg", "call.ptr_ret", "call.struct_arg", "call.struct_ret")
ABI_CALLS = ("call.noop", "call.add", "call.f8", "call.fma3", "call.strlen.bytes")

TARGETS = (
    Target("Call", "cffi-api", CALLS, (Of(1.12, "limit-gil"),)),
    Target("The same with `hold-gil`", "cffi-hold", CALLS, (Of(1.25, "limit"),)),
    Target("Pointers, structs", "cffi-api", POINTERS, (Of(1.2, "limit-gil"),)),
    Target("List of 16 ints; variadic", "cffi-api", ("call.list16_arg", "call.variadic"), (1300, 2000)),
    Target("Call in ABI mode", "cffi-abi", ABI_CALLS, (730, 860, 1200, 900, 810)),
    Target("Function pointer", "cffi-api", ("call.fnptr.noop", "call.fnptr"), (730, 860)),
    Target('Callback; `extern "Python"`', "cffi-api", ("cb.int", "cb.int.extern"), (1150, 1050)),
    Target("`ffi.new()`", "cffi-api", ("new.int*", "new.int*.ctype", "new.struct", "new.int[100].list"), (520, 330, 560, 4000)),
    Target("Fields, items", "cffi-api", ("data.p.x", "data.p.x=", "data.a[i]", "data.a[i]="), (180, 210, 170, 190)),
    Target("Casts, addresses", "cffi-api", ("data.cast_int", "data.cast_ptr", "data.addressof", "data.ptr_to_int"), (500,)),
    Target("Copies", "cffi-api", ("data.string10", "data.buffer1K", "data.unpack_int1000", "data.list1000"), (450, 1000, 130000, 90000)),
    Target("lib", "cffi-api", ("lib.global", "lib.global=", "lib.CONST", "lib.func_attr"), (330, 350, 140, 140)),
    Target("In-line ffi", "cffi-abi", ("ffi.typeof", "ffi.sizeof.str", "new.int*"), (300, 330, 560)),
)

OVERALL = {"reference": 2.4, "reference-O2": 2.0}
"""How many times fewer instructions than each build of the reference, as geometric mean, in API and in ABI mode."""

NO_WORK_OF_CTYPES = ("ffi.", "lib.global", "data.bool(p)")
"""Beginnings of the names of cases where ctypes does other work: they are not compared with it."""
