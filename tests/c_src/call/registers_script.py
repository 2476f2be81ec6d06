"""Run by test_registers.py: calls C functions of random signatures and prints who called them; exits with the first disagreement.

python registers_script.py LIBRARY CDEF: the library and its declarations are those that test_registers.py writes.
"""

from __future__ import annotations

import random
import sys
from typing import Any

from cffi import FFI

INTEGERS = {"signed char": 8, "unsigned char": 8, "short": 16, "unsigned short": 16, "int": 32, "unsigned int": 32, "long": 64,
            "unsigned long": 64}


def value_of(ffi: FFI, ctype: Any, rng: random.Random) -> Any:
    """A random value; of a record as the list of its members."""
    if ctype.kind == "struct":
        return [value_of(ffi, field.type, rng) for _, field in ctype.fields]
    if ctype.kind == "array":
        return [value_of(ffi, ctype.item, rng) for _ in range(ctype.length)]
    if ctype.kind == "pointer":
        return ffi.cast(ctype, rng.getrandbits(47))
    if ctype.cname == "_Bool":
        return rng.random() < 0.5
    if ctype.cname in INTEGERS:
        bits = INTEGERS[ctype.cname]
        low = 0 if "unsigned" in ctype.cname else -(1 << bits - 1)
        return rng.choice([low, low + (1 << bits) - 1, 0, rng.randrange(low, low + (1 << bits)), rng.randrange(100)])
    return rng.choice([0.0, -1.5, rng.randrange(1 << 20) / 4])


def leaves(ffi: FFI, ctype: Any, value: Any) -> bytes:
    """The bytes of all scalars in `value`, in order, as the C functions log them."""
    if ctype.kind == "struct":
        return b"".join(leaves(ffi, field.type, each) for (_, field), each in zip(ctype.fields, value))
    if ctype.kind == "array":
        return b"".join(leaves(ffi, ctype.item, each) for each in value)
    return bytes(ffi.buffer(ffi.new(ffi.getctype(ctype, "*"), value)))


def plain(ffi: FFI, ctype: Any, value: Any) -> Any:
    """What Python has of a result in the form of value_of()."""
    if ctype.kind == "struct":
        return [plain(ffi, field.type, getattr(value, name)) for name, field in ctype.fields]
    return [plain(ffi, ctype.item, each) for each in value] if ctype.kind == "array" else value


def check(ffi: FFI, lib: Any, name: str, rng: random.Random) -> None:
    """Call one function with random arguments and compare what it got, and what came back."""
    function = ffi.addressof(lib, name)
    signature = ffi.typeof(function)
    values = [value_of(ffi, each, rng) for each in signature.args]
    given = [ffi.new(ffi.getctype(each, "*"), value)[0] if each.kind == "struct" and rng.random() < 0.5 else value
             for each, value in zip(signature.args, values)]
    extra = []
    if signature.ellipsis:
        kinds = ffi.string(getattr(lib, f"extra_{name}")).decode()
        extra = [ffi.cast(each, rng.randrange(-1000, 1000)) for each in kinds.split(",") if each]
    returned = None
    if signature.result.kind != "void":
        returned = value_of(ffi, signature.result, rng)
        ffi.addressof(lib, f"returned_{name}")[0] = returned
    lib.logged = 0
    result = function(*given, *extra)
    expected = b"".join(leaves(ffi, each, value) for each, value in zip(signature.args, values))
    expected += b"".join(bytes(ffi.buffer(ffi.new(ffi.getctype(ffi.typeof(each), "*"), each))) for each in extra)
    assert bytes(ffi.buffer(lib.received, lib.logged)) == expected, (name, signature, values)
    assert plain(ffi, signature.result, result) == returned, (name, signature, result, returned)


def check_callback(ffi: FFI, signature: Any, rng: random.Random) -> None:
    """Call a Python function through a callback of this type. What calls it is what check() has found right."""
    values = [value_of(ffi, each, rng) for each in signature.args]
    returned = None if signature.result.kind == "void" else value_of(ffi, signature.result, rng)
    got: list[Any] = []

    def python(*args: Any) -> Any:
        got.extend(plain(ffi, each, value) for each, value in zip(signature.args, args))
        return returned

    result = ffi.callback(signature, python)(*values)
    assert got == values, (signature, got, values)
    assert plain(ffi, signature.result, result) == returned, (signature, result, returned)


def main(library: str, cdef: str) -> None:
    """Call everything several times."""
    ffi = FFI()
    with open(cdef, encoding="ascii") as text:  # noqa: PTH123
        ffi.cdef(text.read())
    lib = ffi.dlopen(library)
    rng = random.Random(3)
    for name in [name for name in dir(lib) if name[0] == "f"]:
        signature = ffi.typeof(ffi.addressof(lib, name))
        for _ in range(4):
            check(ffi, lib, name, rng)
            if not signature.ellipsis:
                check_callback(ffi, signature, rng)
        print(name, ffi.string(lib.caller).decode())


if __name__ == "__main__":
    main(*sys.argv[1:])
