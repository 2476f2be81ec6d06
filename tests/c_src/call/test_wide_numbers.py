"""Calls and callbacks through libffi with __int128 and complex numbers among other arguments: the C compiler passes what we say."""

from __future__ import annotations

import platform
import random
from typing import Any, Callable, List, Tuple

import pytest

import _cffi_backend as backend

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason="elsewhere __int128 is refused in calls through libffi")

STRUCTS = {"pair": [("a", "unsigned long long"), ("b", "unsigned long long")], "wide": [("w", "__int128"), ("n", "int")],
           "one": [("w", "unsigned __int128")]}
# no struct of an integer and a double: with one integer register left, libffi 3.4 overwrites a floating-point register (ctypes as well)
PLAIN = ["int", "double", "long double", "__int128", "unsigned __int128", "float", "signed char", "__int128"]
COMPLEX = ["float _Complex", "double _Complex", "long double _Complex"]
COUNT = 60
HEAD = "typedef unsigned __int128 sum_t;\n" + "".join(
    f"struct {name} {{ {' '.join(f'{ctype} {field};' for field, ctype in fields)} }};\n" for name, fields in STRUCTS.items()
)


def signatures() -> List[List[str]]:
    rnd = random.Random(128)
    return [[rnd.choice(PLAIN + COMPLEX + ["struct " + name for name in STRUCTS]) for _ in range(rnd.randrange(1, 12))]
            for _ in range(COUNT)]


def leaves(ctype: str, name: str) -> List[str]:
    """Return C expressions for the integers that `name` consists of."""
    if ctype.startswith("struct "):
        return [expression for field, inner in STRUCTS[ctype[7:]] for expression in leaves(inner, f"{name}.{field}")]
    if ctype.endswith("_Complex"):
        return [f"(long long)__real__ {name}", f"(long long)__imag__ {name}"]
    return [f"(long long){name}" if "double" in ctype or "float" in ctype else name]


def checksum(values: List[int]) -> int:
    total = 0
    for value in values:
        total = (total * 1000003 + value) % 2**128
    return total


def c_checksum(types: List[str]) -> str:
    steps = [f"s = s * 1000003 + (sum_t)({one});" for i, ctype in enumerate(types) for one in leaves(ctype, f"x{i}")]
    return " ".join(steps)


def value_of(ctype: str, rnd: random.Random) -> Tuple[Any, List[int], str]:
    """Return a value for Python, the integers in it, and the same as C."""
    if ctype.startswith("struct "):
        parts = [value_of(inner, rnd) for _, inner in STRUCTS[ctype[7:]]]
        numbers = [number for part in parts for number in part[1]]
        return [part[0] for part in parts], numbers, f"{{ {', '.join(part[2] for part in parts)} }}"
    if ctype.endswith("_Complex"):
        real, imaginary = rnd.randrange(-1000, 1000), rnd.randrange(-1000, 1000)
        return complex(real, imaginary), [real, imaginary], f"{real} + {imaginary} * 1.0iL"
    if "__int128" in ctype:
        number = rnd.randrange(2**128) if "unsigned" in ctype else rnd.randrange(-(2**127), 2**127)
        high, low = divmod(number % 2**128, 2**64)
        return number, [number], f"((sum_t){high}u << 64 | {low}u)"
    number = rnd.randrange(-100, 100) if "unsigned" not in ctype else rnd.randrange(2**64)
    return number, [number], f"{number}" + "u" * ("unsigned" in ctype)


@pytest.fixture(scope="module")
def cases() -> List[Tuple[List[str], List[Tuple[Any, List[int], str]]]]:
    rnd = random.Random(1)
    return [(types, [value_of(ctype, rnd) for ctype in types]) for types in signatures()]


@pytest.fixture(scope="module")
def library(load: Callable[[str], Any], cases: Any) -> Any:
    text = HEAD
    for k, (types, values) in enumerate(cases):
        parameters = ", ".join(f"{ctype} x{i}" for i, ctype in enumerate(types))
        text += f"sum_t f{k}({parameters}) {{ sum_t s = 0; {c_checksum(types)} return s; }}\n"
        text += f"sum_t g{k}(sum_t (*callback)({parameters})) {{\n"
        text += "".join(f"    {ctype} x{i} = {values[i][2]};\n" for i, ctype in enumerate(types))
        text += f"    return callback({', '.join(f'x{i}' for i in range(len(types)))}); }}\n"
    return load(text)


def with_structs(t: Any) -> Any:
    for name, fields in STRUCTS.items():
        t.struct("struct " + name, *((ctype, field) for field, ctype in fields))
    return t


def flat(ctype: str, value: Any) -> List[int]:
    """Return the integers in what a callback has got."""
    if ctype.startswith("struct "):
        return [number for field, inner in STRUCTS[ctype[7:]] for number in flat(inner, getattr(value, field))]
    if ctype.endswith("_Complex"):
        return [int(complex(value).real), int(complex(value).imag)]
    return [int(value)]


def test_wide_arguments_arrive_whatever_stands_beside_them(library: Any, cases: Any, t: Any) -> None:
    with_structs(t)
    for k, (types, values) in enumerate(cases):
        function = library.load_function(t.function("unsigned __int128", *types), f"f{k}")
        expected = checksum([number for _, numbers, _ in values for number in numbers])
        assert function(*(value for value, _, _ in values)) == expected, types


def test_callbacks_get_wide_arguments_whatever_stands_beside_them(library: Any, cases: Any, t: Any) -> None:
    with_structs(t)
    for k, (types, values) in enumerate(cases):
        inner = t.function("unsigned __int128", *types)
        outer = backend.new_function_type((inner,), t["unsigned __int128"], False)
        callback = backend.callback(
            inner, lambda *args, types=types: checksum([n for ctype, arg in zip(types, args) for n in flat(ctype, arg)]), 0)
        expected = checksum([number for _, numbers, _ in values for number in numbers])
        assert library.load_function(outer, f"g{k}")(callback) == expected, types


RESULTS = """
struct wide { __int128 w; int n; }; struct one { unsigned __int128 w; };
__int128 negative(void) { return -((__int128)1 << 100); }
struct one boxed(int n) { struct one o = { (unsigned __int128)n << 64 }; return o; }
struct wide both(int n) { struct wide o = { (__int128)-n, n }; return o; }
float _Complex turn_float(float _Complex z) { return z * 1.0if; }
double _Complex turn_double(double _Complex z) { return z * 1.0i; }
long double _Complex turn_long_double(long double _Complex z) { return z * 1.0iL; }
"""


@pytest.fixture(scope="module")
def results(load: Callable[[str], Any]) -> Any:
    return load(RESULTS)


def test_wide_results_of_every_kind(results: Any, t: Any) -> None:
    with_structs(t)
    assert results.load_function(t.function("__int128"), "negative")() == -(2**100)
    assert results.load_function(t.function("struct one", "int"), "boxed")(3).w == 3 << 64
    both = results.load_function(t.function("struct wide", "int"), "both")(7)
    assert (both.w, both.n) == (-7, 7)


@pytest.mark.parametrize("real", ["float", "double", "long double"])
def test_complex_arguments_and_results_of_every_precision(real: str, results: Any, t: Any) -> None:
    ctype = f"{real} _Complex"
    turn = results.load_function(t.function(ctype, ctype), f"turn_{real.replace(' ', '_')}")
    assert complex(turn(3 + 4j)) == -4 + 3j
    callback = backend.callback(t.function(ctype, ctype), lambda z: complex(z) * 1j, 0)
    assert complex(callback(1 - 2j)) == 2 + 1j


def test_half_precision_is_refused_in_calls_through_libffi(results: Any, t: Any) -> None:
    function = results.load_function(t.function("_Float16", "_Float16"), "negative")
    with pytest.raises(NotImplementedError) as caught:
        function(1.0)
    assert str(caught.value) == "ctype '_Float16' (size 2) not supported as argument: libffi has no such type, use API mode"
    with pytest.raises(NotImplementedError):
        backend.callback(t.function("_Float16"), lambda: 1.0)
