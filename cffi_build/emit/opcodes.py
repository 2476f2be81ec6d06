"""Numbers of the binary interface: operations, flags and versions, as in headers/cffi_abi.h (a test compares)."""

from __future__ import annotations

PRIMITIVE = 1
POINTER = 3
ARRAY = 5
OPEN_ARRAY = 7
STRUCT_UNION = 9
ENUM = 11
FUNCTION = 13
FUNCTION_END = 15
NOOP = 17
BITFIELD = 19
TYPENAME = 21
CPYTHON_BLTN_V = 23
CPYTHON_BLTN_N = 25
CPYTHON_BLTN_O = 27
CONSTANT = 29
CONSTANT_INT = 31
GLOBAL_VAR = 33
DLOPEN_FUNC = 35
DLOPEN_CONST = 37
GLOBAL_VAR_F = 39
EXTERN_PYTHON = 41
ALIGNED_FIELD = 43

OPERATIONS = {
    number: name for name, number in sorted(globals().items()) if name.isupper() and type(number) is int
}
"""Number: name, without the prefix that C gives it."""

FUNCTION_VARIADIC = 1
FUNCTION_STDCALL = 2
STRUCT_FILE = -1

F_UNION = 0x01
F_CHECK_FIELDS = 0x02
F_PACKED = 0x04
F_EXTERNAL = 0x08
F_OPAQUE = 0x10
F_ALIGNED = 0x20

VERSION_BASIC = 0x2601
VERSION_EMBED = 0x2701
VERSION_CHAR16 = 0x2801
VERSION_EXTENDED = 0x3001

_BEGINNINGS = {number: f"_CFFI_OP(_CFFI_OP_{name}, " for number, name in OPERATIONS.items()}


def in_c(operation: int, argument: int) -> str:
    """Return the C expression for an operation and its argument."""
    return f"{_BEGINNINGS[operation]}{argument})"
