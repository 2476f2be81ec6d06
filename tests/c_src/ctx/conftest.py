"""Type tables written by hand, in the form of out-of-line ABI modules: what decode and realize get."""

from __future__ import annotations

import struct
from typing import Any, Tuple, Union

import pytest

import _cffi_backend as backend

PRIMITIVE, POINTER, ARRAY, OPEN_ARRAY, STRUCT_UNION, ENUM, FUNCTION, FUNCTION_END, NOOP, BITFIELD, TYPENAME = range(1, 22, 2)
CONSTANT_INT, GLOBAL_VAR, DLOPEN_FUNC, DLOPEN_CONST = 31, 33, 35, 37
UNION, EXTERNAL, OPAQUE = 1, 8, 16
VOID, CHAR, INT, DOUBLE = 0, 2, 7, 14


def numbers(*values: int) -> bytes:
    """Pack 4-byte numbers as the tables have them."""
    return b"".join(struct.pack(">i", value) for value in values)


def op(operation: int, argument: int) -> int:
    """Return one opcode."""
    return argument << 8 | operation


def types(*slots: Union[int, Tuple[int, int]]) -> bytes:
    """Pack a type table: (operation, argument) or an array length."""
    return numbers(*(op(*slot) if isinstance(slot, tuple) else slot for slot in slots))


class Tables:
    """The helpers above and the numbers, for tests."""

    PRIMITIVE, POINTER, ARRAY, OPEN_ARRAY, STRUCT_UNION, ENUM = PRIMITIVE, POINTER, ARRAY, OPEN_ARRAY, STRUCT_UNION, ENUM
    FUNCTION, FUNCTION_END, NOOP, BITFIELD, TYPENAME = FUNCTION, FUNCTION_END, NOOP, BITFIELD, TYPENAME
    CONSTANT_INT, GLOBAL_VAR, DLOPEN_FUNC, DLOPEN_CONST = CONSTANT_INT, GLOBAL_VAR, DLOPEN_FUNC, DLOPEN_CONST
    UNION, EXTERNAL, OPAQUE = UNION, EXTERNAL, OPAQUE
    VOID, CHAR, INT, DOUBLE = VOID, CHAR, INT, DOUBLE
    numbers = staticmethod(numbers)
    op = staticmethod(op)
    types = staticmethod(types)

    @staticmethod
    def ffi(**tables: Any) -> Any:
        """Make an FFI from tables called as in the files, without the underscore."""
        return backend.FFI("handmade", _version=0x2601, **{"_" + name: table for name, table in tables.items()})

    @staticmethod
    def typename(name: str, index: int) -> bytes:
        """One row of _typenames."""
        return numbers(index) + name.encode()


@pytest.fixture(scope="session")
def t() -> Tables:
    """Return the helpers."""
    return Tables()
