"""Integer arithmetic as C does it: values with a type, promoted, converted and wrapped (C11 6.3.1, 6.5)."""

from __future__ import annotations

import os
import sys

from cffi_build.primitives import BY_NAME
from cffi_build.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Dict, Tuple


class IntegerType(NamedTuple):
    """A type that arithmetic is done in; `rank` is 0 for int, 1 for long, 2 for long long, 3 for __int128."""

    rank: int
    bits: int
    signed: bool


class Integer(NamedTuple):
    """A constant value and its type."""

    value: int
    type: IntegerType


class ArithmeticProblem(Exception):
    """The expression has no value: a division by zero, an overflow."""


POINTER_SIZE = 8 if sys.maxsize >> 32 else 4
_LONG_BITS = 32 if os.name == "nt" else 8 * POINTER_SIZE  # C's own data models: ILP32, LP64, and LLP64 on Windows
INT, UINT = IntegerType(0, 32, True), IntegerType(0, 32, False)
LONG, ULONG = IntegerType(1, _LONG_BITS, True), IntegerType(1, _LONG_BITS, False)
LLONG, ULLONG = IntegerType(2, 64, True), IntegerType(2, 64, False)

SIZES: Dict[str, int] = {
    "_Bool": 1, "char": 1, "signed char": 1, "unsigned char": 1, "short": 2, "unsigned short": 2, "int": 4, "unsigned int": 4,
    "long": _LONG_BITS // 8, "unsigned long": _LONG_BITS // 8, "long long": 8, "unsigned long long": 8, "float": 4, "double": 8,
    "intmax_t": 8, "uintmax_t": 8, "char16_t": 2, "char32_t": 4, "float _Complex": 8, "double _Complex": 16,
    "__int128": 16, "unsigned __int128": 16, "_Float16": 2,
    **{f"{sign}int{width}{bits}_t": bits // 8 for sign in ("", "u") for width in ("", "_least") for bits in (8, 16, 32, 64)},
    **dict.fromkeys(("intptr_t", "uintptr_t", "ptrdiff_t", "size_t", "ssize_t"), POINTER_SIZE),
}
"""Sizes in bytes on this machine, of the types for which that is known without asking a compiler."""

SIZE = ULLONG if POINTER_SIZE > _LONG_BITS // 8 else ULONG
"""The type of ``sizeof``."""


def fits(value: int, bits: int, signed: bool) -> bool:
    """Tell whether an integer type of `bits` bits can hold `value`."""
    return -(1 << bits - 1) <= value < 1 << bits - 1 if signed else 0 <= value < 1 << bits


def wrap(value: int, bits: int, signed: bool) -> int:
    """Return `value` reduced to `bits` bits, as a conversion to such a type does."""
    value &= (1 << bits) - 1
    return value - (1 << bits) if signed and value >> bits - 1 else value


def smallest(value: int, choices: Tuple[IntegerType, ...] = (INT, LONG, LLONG, ULLONG)) -> Integer:
    """Return `value` with the first of `choices` that holds it."""
    if choices[0] is INT and -0x80000000 <= value < 0x80000000:
        return Integer(value, INT)  # as nearly always
    for kind in choices:
        if fits(value, kind.bits, kind.signed):
            return Integer(value, kind)
    raise ArithmeticProblem(f"the number {_shown(value)} does not fit in 64 bits")


def _shown(value: int) -> str:
    return str(value) if value.bit_length() < 200 else "written here"


def literal(text: str) -> Integer:
    """Return the value of an integer constant such as ``0x1fUL`` (C11 6.4.4.1); ValueError when `text` is none."""
    digits = text.lower().replace("'", "")
    number = digits.rstrip("ul")
    base = 16 if number[:2] == "0x" else 2 if number[:2] == "0b" else 8 if number[0] == "0" else 10
    suffix = digits[len(number):]
    if suffix not in ("", "u", "l", "ul", "lu", "ll", "ull", "llu") or "_" in number or len(number) > 400:
        raise ValueError(text)
    rank = suffix.count("l")
    choices = [kind for kind in (INT, UINT, LONG, ULONG, LLONG, ULLONG) if kind.rank >= rank]
    if "u" in suffix:
        choices = [kind for kind in choices if not kind.signed]
    elif base == 10:
        choices = [kind for kind in choices if kind.signed or kind.rank == 2]
    return smallest(int(number, base), tuple(choices))


def convert(value: int, primitive: str) -> Integer:
    """Return `value` converted to an integer type, then promoted (C11 6.3.1.1); KeyError when its size is not known."""
    if primitive == "_Bool":
        return Integer(int(value != 0), INT)
    bits = 8 * SIZES[primitive]
    signed = BY_NAME[primitive].kind in ("signed", "char") and primitive not in ("char16_t", "char32_t")
    value = wrap(value, bits, signed)
    if bits < INT.bits:
        return Integer(value, INT)
    named_long = primitive in ("long", "unsigned long") or (bits == LONG.bits > 32 and "long long" not in primitive)
    rank = 3 if bits == 128 else 1 if named_long else 0 if bits == 32 else 2
    return Integer(value, IntegerType(rank, bits, signed))


def _common(left: IntegerType, right: IntegerType) -> IntegerType:
    """Return the type in which two operands meet (C11 6.3.1.8)."""
    if left.signed == right.signed:
        return max(left, right)
    unsigned, signed = (right, left) if left.signed else (left, right)
    if unsigned.rank >= signed.rank:
        return unsigned
    return signed if signed.bits > unsigned.bits else signed._replace(signed=False)


def _result(value: int, kind: IntegerType) -> Integer:
    if kind.signed and not fits(value, kind.bits, True):
        raise ArithmeticProblem(f"integer overflow: {value} does not fit in a signed {kind.bits}-bit number")
    return Integer(wrap(value, kind.bits, kind.signed), kind)


def _divide(left: int, right: int) -> int:
    if not right:
        raise ArithmeticProblem("division by zero")
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def _remainder(left: int, right: int) -> int:
    return left - _divide(left, right) * right


_ARITHMETIC: Dict[str, Callable[[int, int], int]] = {
    "*": int.__mul__, "/": _divide, "%": _remainder, "+": int.__add__, "-": int.__sub__,
    "&": int.__and__, "^": int.__xor__, "|": int.__or__,
}
_COMPARISON: Dict[str, Callable[[int, int], bool]] = {
    "<": int.__lt__, ">": int.__gt__, "<=": int.__le__, ">=": int.__ge__, "==": int.__eq__, "!=": int.__ne__,
}

PRECEDENCE: Dict[str, int] = {
    "||": 1, "&&": 2, "|": 3, "^": 4, "&": 5, "==": 6, "!=": 6, "<": 7, ">": 7, "<=": 7, ">=": 7, "<<": 8, ">>": 8,
    "+": 9, "-": 9, "*": 10, "/": 10, "%": 10,
}


def binary(sign: str, left: Integer, right: Integer) -> Integer:
    """Return ``left sign right``."""
    if sign in ("<<", ">>"):
        return _shift(sign, left, right.value)
    if sign in ("&&", "||"):
        truth = left.value and right.value if sign == "&&" else left.value or right.value
        return Integer(int(bool(truth)), INT)
    kind = _common(left.type, right.type)
    first, second = wrap(left.value, kind.bits, kind.signed), wrap(right.value, kind.bits, kind.signed)
    if sign in _COMPARISON:
        return Integer(int(_COMPARISON[sign](first, second)), INT)
    return _result(_ARITHMETIC[sign](first, second), kind)


def _shift(sign: str, left: Integer, count: int) -> Integer:
    kind = left.type
    if not 0 <= count < kind.bits:
        raise ArithmeticProblem(f"a {kind.bits}-bit number cannot be shifted by {count}")
    value = left.value << count if sign == "<<" else left.value >> count
    return Integer(wrap(value, kind.bits, kind.signed), kind)  # ``1 << 31`` is common, and wraps with every compiler


def unary(sign: str, operand: Integer) -> Integer:
    """Return ``sign operand``."""
    if sign == "!":
        return Integer(int(not operand.value), INT)
    value = {"-": -operand.value, "~": ~operand.value, "+": operand.value}[sign]
    return _result(value, operand.type)


def choose(condition: Integer, left: Integer, right: Integer) -> Integer:
    """Return ``condition ? left : right``, in the type that both branches share."""
    kind = _common(left.type, right.type)
    return Integer(wrap((left if condition.value else right).value, kind.bits, kind.signed), kind)
