"""How the tables of a Python module are written; `int.from_bytes` reads the numbers back."""

import ast

import pytest

from cffi_build.emit import opcodes
from cffi_build.emit.literals import number, numbers, opcode, tuple_of

NUMBERS = (0, 1, -1, 255, 256, 65536, -(2**31), 2**31 - 1)


def read(text):
    """Return the numbers in a bytes literal of `text`."""
    data = ast.literal_eval(f"b'{text}'")
    return [int.from_bytes(data[at:at + 4], "big", signed=True) for at in range(0, len(data), 4)]


@pytest.mark.parametrize("value", NUMBERS)
def test_a_number_is_four_bytes_big_endian(value):
    assert read(number(value)) == [value]


def test_numbers_follow_each_other():
    assert read(numbers(NUMBERS)) == list(NUMBERS)
    assert numbers(NUMBERS) == "".join(map(number, NUMBERS))
    assert numbers([]) == ""


@pytest.mark.parametrize(
    "operation, argument, text",
    [
        (opcodes.POINTER, 5, r"\x00\x00\x05\x03"),
        (opcodes.ENUM, -1, r"\xFF\xFF\xFF\x0B"),
        (opcodes.PRIMITIVE, 300, r"\x00\x01\x2C\x01"),
    ],
)
def test_an_opcode_is_its_argument_and_the_operation_in_the_last_byte(operation, argument, text):
    assert opcode(operation, argument) == text


@pytest.mark.parametrize("items", [[], ["1"], ["1", "2"]])
def test_a_tuple_display_is_the_tuple(items):
    assert ast.literal_eval(tuple_of(items)) == tuple(map(int, items))
