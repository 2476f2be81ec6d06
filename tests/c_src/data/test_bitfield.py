"""Bit-fields: values and memory as compiled C has them."""

from __future__ import annotations

import random
from typing import Any

import pytest

from cffi import FFI

TYPES = ["signed char", "unsigned char", "short", "unsigned short", "int", "unsigned int", "long long", "unsigned long long"]
WIDTHS = {"char": 8, "short": 16, "int": 32, "long": 64}


def _random_record(chooser: random.Random) -> tuple[str, dict[str, int]]:
    """Members of a struct, and a value for each."""
    members, values = [], {}
    for number in range(chooser.randrange(1, 9)):
        ctype = chooser.choice(TYPES)
        width = WIDTHS[ctype.split()[-1]] if "long" not in ctype else 64
        bits = chooser.choice([1, 2, 3, 7, 8, 9, 15, 17, 31, 33, 63, 64])
        name = f"m{number}"
        bits = min(bits, width)
        members.append(f"{ctype} {name} : {bits};" if chooser.random() < 0.8 else f"{ctype} {name};")
        bits = bits if ":" in members[-1] else width
        low, high = (0, (1 << bits) - 1) if ctype.startswith("unsigned") else (-(1 << (bits - 1)), (1 << (bits - 1)) - 1)
        values[name] = chooser.choice([low, high, chooser.randint(low, high)])
    return " ".join(members), values


def _c_text(value: int) -> str:
    return f"(long long)0x{value & (2**64 - 1):x}ull"


def test_memory_and_values_are_those_of_compiled_c(c_program: Any) -> None:
    chooser = random.Random(7)
    records = [_random_record(chooser) for _ in range(60)]
    lines = ["#include <stdio.h>", "#include <string.h>"]
    lines += [f"struct r{i} {{ {members} }};" for i, (members, _) in enumerate(records)]
    lines.append("int main(void) {")
    for i, (_, values) in enumerate(records):
        lines.append(f"{{ struct r{i} r; memset(&r, 0, sizeof r);")
        lines += [f"r.{name} = {_c_text(value)};" for name, value in values.items()]
        lines.append('for (unsigned i = 0; i < sizeof r; i++) printf("%02x", ((unsigned char *)&r)[i]); puts(""); }')
    expected = c_program("\n".join([*lines, "}"])).split()
    ffi = FFI()
    ffi.cdef("\n".join(f"struct r{i} {{ {members} }};" for i, (members, _) in enumerate(records)))
    for i, (_, values) in enumerate(records):
        p = ffi.new(f"struct r{i} *")
        for name, value in values.items():
            setattr(p, name, value)
        assert bytes(ffi.buffer(p)).hex() == expected[i], records[i]
        assert {name: getattr(p, name) for name in values} == values
        assert {name: getattr(ffi.new(f"struct r{i} *", values), name) for name in values} == values


def test_a_neighbour_is_not_touched(ffi: Any) -> None:
    p = ffi.new("struct bits *", {"b": 31, "d": (1 << 40) - 1})
    p.a, p.c, p.e = 2, -1, 1
    assert (p.a, p.b, p.c, p.d, p.e) == (2, 31, -1, (1 << 40) - 1, 1)
    p.b = 0
    assert (p.a, p.b, p.c, p.d, p.e) == (2, 0, -1, (1 << 40) - 1, 1)


@pytest.mark.parametrize(
    ("name", "value", "bounds"),
    [
        ("a", 4, "-4 <= x <= 3"),
        ("a", -5, "-4 <= x <= 3"),
        ("b", 32, "0 <= x <= 31"),
        ("b", -1, "0 <= x <= 31"),
        ("c", 2, "-1 <= x <= 1"),
        ("e", 2, "0 <= x <= 1"),
    ],
)
def test_a_value_out_of_range_is_refused_and_changes_nothing(ffi: Any, name: str, value: int, bounds: str) -> None:
    p = ffi.new("struct bits *")
    with pytest.raises(OverflowError, match=f"value {value} outside the range allowed by the bit field width: {bounds}"):
        setattr(p, name, value)
    with pytest.raises(OverflowError):
        setattr(p, name, 1 << 90)
    assert bytes(ffi.buffer(p)) == bytes(ffi.sizeof("struct bits"))


def test_one_signed_bit_takes_one_for_convenience(ffi: Any) -> None:
    p = ffi.new("struct bits *")
    p.c = 1
    assert p.c == -1


@pytest.mark.parametrize("value", [1.0, "1", b"1", None])
def test_only_ints_go_into_bits(ffi: Any, value: object) -> None:
    with pytest.raises(TypeError):
        ffi.new("struct bits *").a = value
