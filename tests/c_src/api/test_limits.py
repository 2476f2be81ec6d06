"""Nothing that is passed to any function crashes the process; huge, deep and numerous types are refused, or work and are given back."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import _cffi_backend as backend

SCRIPT = Path(__file__).with_name("limits_script.py")
SANITIZED = "libasan" in os.environ.get("LD_PRELOAD", "")
INT = backend.new_primitive_type("int")


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-W", "ignore", *command], env={**os.environ, **environment}, capture_output=True, text=True)


# ---- every function, every kind of object ----

@pytest.mark.skipif(SANITIZED, reason="limits its memory; the sanitizer reserves more")
@pytest.mark.parametrize("debug", ["", "1"])
@pytest.mark.parametrize("seed", range(2))
def test_nothing_that_is_passed_to_any_function_crashes(seed: int, debug: str) -> None:
    done = run(str(SCRIPT), str(seed), CFFI_DEBUG=debug)
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr


# ---- deep ----

def struct_around(field: object, name: str = "struct s") -> object:
    made = backend.new_struct_type(name)
    backend.complete_struct_or_union(made, [("f", field)])
    return made


def nested(levels: int) -> object:
    made: object = INT
    for _ in range(levels):
        made = struct_around(made)
    return made


def test_structs_inside_structs_work_as_deep_as_they_may_be() -> None:
    deepest = nested(256)
    pointer = backend.new_pointer_type(deepest)
    value: object = 5
    for _ in range(256):
        value = [value]
    memory = backend.newp(pointer, value)
    copy = backend.newp(pointer, memory[0])
    assert bytes(backend.buffer(copy)) == (5).to_bytes(4, sys.byteorder)
    assert backend.callback(backend.new_function_type((deepest,), INT), len)
    assert memoryview(copy[0]).nbytes == 4
    with pytest.raises(OverflowError, match="inside of 'struct s' would be nested more than 256 deep"):
        struct_around(deepest)
    with pytest.raises(OverflowError, match="inside of 'an array' would be nested more than 256 deep"):
        backend.new_array_type(pointer, 1)


def test_structs_of_abi_mode_tables_may_not_be_nested_deeper_either() -> None:
    count = 20000

    def number(value: int, operation: int) -> bytes:
        return ((value << 8) | operation).to_bytes(4, "big")

    types = b"".join(number(row, 9) for row in range(count)) + number(7, 1)
    structs = tuple((row.to_bytes(4, "big") + bytes(4) + b"s%05d" % row, number(row - 1 if row else count, 17) + b"f")
                    for row in range(count))
    ffi = backend.FFI("deep", _version=0x2601, _types=types, _struct_unions=structs)
    with pytest.raises(RecursionError, match="while completing a struct"):
        ffi.sizeof(f"struct s{count - 1:05}")
    assert ffi.sizeof("struct s00255") == 4
    with pytest.raises(OverflowError, match="nested more than 256 deep"):
        ffi.sizeof("struct s00256")


@pytest.mark.parametrize("text", ["int" + "*" * 10**5, "int(*)(" * 10**5, "int(" * 10**5, "int" + "[1]" * 10**5, "(" * 10**5,
                                  "int(*" * 10**5, "int(*)(" + "int," * 10**5 + "int)"])
def test_a_text_that_is_too_deep_or_long_is_no_type(text: str) -> None:
    with pytest.raises(backend.FFI.error):
        backend.FFI().typeof(text)


@pytest.mark.parametrize("make", [
    "new_pointer_type(t)", "new_array_type(new_pointer_type(t), 1) if i % 200 else new_pointer_type(t)", "new_function_type((t,), INT)",
    "new_function_type((), t) if i % 2 else new_pointer_type(t)", "struct(new_pointer_type(t))",
])
def test_chains_of_types_are_given_back_without_recursion(make: str) -> None:
    done = run("-c", f"""
from _cffi_backend import *
import gc
INT = t = new_primitive_type("int")
def struct(field):
    made = new_struct_type("s")
    complete_struct_or_union(made, [("f", field)])
    return made
for i in range(5000):
    t = {make}
del t
gc.collect()
print("done")
""")
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr


def test_chains_of_destructors_are_given_back_without_recursion() -> None:
    done = run("-c", """
import _cffi_backend as backend
p = backend.newp(backend.new_pointer_type(backend.new_primitive_type("int")))
calls = []
for i in range(200000):
    p = backend.gcp(p, calls.append)
calls.append(p)
del p
calls.clear()
print("done")
""")
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr


def test_initializers_may_contain_themselves() -> None:
    endless: list[object] = []
    endless.append(endless)
    three = backend.new_array_type(backend.new_pointer_type(INT), 3)
    with pytest.raises(TypeError):
        backend.newp(backend.new_array_type(backend.new_pointer_type(three), 2), endless)


# ---- huge ----

@pytest.mark.parametrize("length", [2**31, 2**61, 2**63 - 1, 2**63, 2**64, 10**30, -1, -2**63, -2**70])
def test_lengths_out_of_range_are_refused(length: int) -> None:
    pointer = backend.new_pointer_type(INT)
    longs = backend.new_array_type(backend.new_pointer_type(backend.new_array_type(pointer, 2**31 - 1)), None)
    with pytest.raises((OverflowError, ValueError, MemoryError)):
        backend.newp(longs, length)
    if not 0 <= length < 2**61:
        with pytest.raises((OverflowError, ValueError)):
            backend.new_array_type(pointer, length)


def test_structs_out_of_range_are_refused() -> None:
    half = backend.new_array_type(backend.new_pointer_type(backend.new_primitive_type("char")), 2**62)
    struct = backend.new_struct_type("struct huge")
    with pytest.raises(OverflowError):
        backend.complete_struct_or_union(struct, [("a", half), ("b", half)])
    with pytest.raises(MemoryError):
        backend.newp(backend.new_pointer_type(half))


# ---- numerous ----

@pytest.mark.skipif(SANITIZED, reason="the address sanitizer keeps freed memory")
@pytest.mark.parametrize("make", [
    "backend.new_pointer_type(backend.new_array_type(pointer, n))", "backend.new_function_type((backend.new_array_type(pointer, n),), INT)",
    "backend.new_struct_type('struct s%d' % n)", "backend.new_enum_type('enum e%d' % n, ('A',), (n,), INT)", "struct(n)",
    "compiled.typeof('int(*)[%d]' % n)", "inline.typeof('int(*)[%d]' % n)", "compiled.new('char[%d]' % (n % 300))",
    "inline.callback('int(*)(char[%d])' % n, len)",
])
def test_hundred_thousand_unused_types_keep_memory_flat(make: str) -> None:
    done = run("-c", f"""
import gc, resource
import _cffi_backend as backend
from cffi import FFI
compiled, inline = backend.FFI(), FFI()
INT = backend.new_primitive_type("int")
pointer = backend.new_pointer_type(INT)
def struct(n):
    made = backend.new_struct_type("struct s")
    backend.complete_struct_or_union(made, [("next", backend.new_pointer_type(made)), ("a", backend.new_array_type(pointer, n))])
def peak(start, stop):
    for n in range(start, stop):
        {make}
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak(1, 20000)
print(peak(20000, 120000) - before)
""")
    assert done.stderr == ""
    assert int(done.stdout) < 4000  # kilobytes; types that are kept would need ten times that


def test_hundred_thousand_types_can_be_alive_together() -> None:
    pointer = backend.new_pointer_type(INT)
    made = [backend.new_array_type(pointer, n) for n in range(100000)]
    assert [ctype.length for ctype in made[::9999]] == list(range(0, 100000, 9999))
    assert all(backend.new_array_type(pointer, n) is made[n] for n in range(0, 100000, 997))
