"""Numbers of the binary interface that Python modules contain: operations and versions, as in headers/cffi_abi.h (a test compares)."""

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

VERSION_BASIC = 0x2601
VERSION_EMBED = 0x2701
VERSION_CHAR16 = 0x2801
VERSION_EXTENDED = 0x3001
