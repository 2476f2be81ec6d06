"""Unions, and structs with overlapping members, go by value through libffi as the C compiler passes them."""

from __future__ import annotations

import platform
import random
import subprocess
from typing import Any

import pytest

from cffi import FFI

pytestmark = pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64", "aarch64", "arm64", "i686"),
                                reason="on this machine unions by value need API mode")

SCALARS = ["char", "short", "int", "long long", "float", "double", "void *", "_Bool"]
SEEDS = range(60)


def members(rng: random.Random, depth: int, prefix: str) -> str:
    """Some members with unique names: scalars, arrays, and named or anonymous records."""
    return " ".join(member(rng, depth, f"{prefix}{i}") for i in range(rng.randint(1, 3)))


def member(rng: random.Random, depth: int, name: str) -> str:
    if depth and rng.random() < 0.4:
        kind, own = rng.choice(["struct", "union"]), rng.choice([name, ""])
        return f"{kind} {{ {members(rng, depth - 1, name + '_')} }} {own};"
    array = rng.choice(["", "", "", f"[{rng.randint(1, 4)}]"])
    return f"{rng.choice(SCALARS)} {name}{array};"


def declarations(seed: int) -> tuple[str, str]:
    """A record with something overlapping in it, and functions that take and return it between other arguments."""
    rng = random.Random(seed)
    record = f"union u{seed} {{ {members(rng, 2, 'm')} }}"
    if seed % 2:
        after = rng.choice(["", "float after;"])
        record = f"struct u{seed} {{ {rng.choice(SCALARS)} before; union {{ {members(rng, 1, 'm')} }}; {after} }}"
    name = record.split(" {")[0]
    before = ", ".join(rng.choices(["int", "double", "float"], k=rng.randint(0, 4)))
    parameters = ", ".join(filter(None, [before, name, "double", "int"]))
    return f"{record};", f"{name} change{seed}({parameters})"


def in_c(record: str, prototype: str) -> str:
    """The function changes every byte of its record, unless an argument beside it has not arrived."""
    head, _, rest = prototype.partition("(")
    kinds = rest.rstrip(")").split(", ")
    names = [f"x{i}" for i in range(len(kinds))]
    at = next(i for i, kind in enumerate(kinds) if kind[:5] in ("union", "struc"))
    right = " && ".join(f"{name} == {i + 1}" for i, name in enumerate(names) if i != at)
    text = ", ".join(f"{kind} {name}" for kind, name in zip(kinds, names))
    return (f"{record}\n{head}({text})\n{{ unsigned char *p = (unsigned char *)&x{at}; int good = {right};\n"
            f"  for (unsigned i = 0; i < sizeof x{at}; i++) p[i] = good ? p[i] ^ 0x11 : 0; return x{at}; }}\n")


Library = tuple[Any, Any]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("unions")
    ffi, source = FFI(), folder / "unions.c"
    texts = [declarations(seed) for seed in SEEDS]
    source.write_text("".join(in_c(*text) for text in texts), encoding="utf-8")
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(folder / "unions.so"), str(source)], check=True)
    ffi.cdef("".join(f"{record}\n{prototype};\n" for record, prototype in texts))
    return ffi, ffi.dlopen(str(folder / "unions.so"))


def random_value(ffi: Any, name: str) -> Any:
    """A record whose bytes are small numbers: no bit pattern that a floating-point register would not keep."""
    value = ffi.new(f"{name} *")
    ffi.buffer(value)[:] = bytes(random.Random(name).choices(range(1, 64), k=ffi.sizeof(name)))
    return value


@pytest.mark.parametrize("seed", SEEDS)
def test_random_unions_and_structs_with_unions_arrive_and_return_as_in_c(library: Library, seed: int) -> None:
    ffi, lib = library
    function = getattr(lib, f"change{seed}")
    kinds = ffi.typeof(function).args
    record = ffi.typeof(function).result
    sent = random_value(ffi, record.cname)
    arguments = [sent[0] if kind is record else i + 1 for i, kind in enumerate(kinds)]
    result = function(*arguments)
    kept = informative(record)
    assert [bytes(ffi.buffer(ffi.addressof(result)))[i] for i in kept] == [bytes(ffi.buffer(sent))[i] ^ 0x11 for i in kept]
    assert kept


def informative(ctype: Any, offset: int = 0) -> list[int]:
    """The offsets of bytes that are no padding."""
    if ctype.kind == "array":
        return [at for i in range(ctype.length) for at in informative(ctype.item, offset + i * FFI().sizeof(ctype.item))]
    if ctype.kind in ("struct", "union"):
        return sorted({at for _, field in ctype.fields for at in informative(field.type, offset + field.offset)})
    return list(range(offset, offset + FFI().sizeof(ctype)))


def test_a_callback_takes_and_returns_unions(library: Library) -> None:
    ffi = FFI()
    ffi.cdef("union number { int i; float f; double d[2]; };")
    double = ffi.callback("union number(int, union number)", lambda n, u: ffi.new("union number *", {"d": [u.d[0] * n, u.d[1] * n]})[0])
    result = double(2, ffi.new("union number *", {"d": [1.5, 2.5]})[0])
    assert list(result.d) == [3.0, 5.0]


REFUSED: dict[str, str] = {
    "union u { long double a; int b; };": "not supported as return value by libffi",
    "union u { int a : 3; int b; };": "not supported as return value by libffi",
    "union u { };": "not supported as return value by libffi",
    "union u { int a[100000]; };": "too large",
    "union u { int a[0]; };": "not supported as return value by libffi",
}


@pytest.mark.parametrize("text", REFUSED)
def test_unions_with_rules_of_their_own_are_refused(text: str) -> None:
    ffi = FFI()
    ffi.cdef(text)
    with pytest.raises(NotImplementedError, match=REFUSED[text]):
        ffi.cast("union u(*)(void)", 64)()


def test_an_address_that_no_function_can_have_is_not_called() -> None:
    ffi = FFI()
    for address in (1, 123, 4095):
        with pytest.raises(RuntimeError, match=rf"cannot call 'int\(\*\)\(\)': there is no function at address {address:#x}"):
            ffi.cast("int(*)(void)", address)()
