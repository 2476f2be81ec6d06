"""Prints the sizes of files in columns, formatted by snprintf() of C: a variadic function in ABI mode.

What stands for `...` has no declared type: numbers are given one by `ffi.cast`; only cdata and None (NULL) can be passed there.
"""

import os
import sys

from cffi import FFI

ffi = FFI()
ffi.cdef("int snprintf(char *out, size_t size, const char *format, ...);")
C = ffi.dlopen(None)


def formatted(pattern, *values):
    """Return what C makes of a pattern, which is bytes, and values, which are cdata."""
    length = C.snprintf(ffi.NULL, 0, pattern, *values)  # without room, it tells how much it needs
    out = ffi.new("char[]", length + 1)
    C.snprintf(out, len(out), pattern, *values)
    return ffi.string(out)


if __name__ == "__main__":
    sizes = [(path, os.path.getsize(path)) for path in sys.argv[1:]]
    whole = sum(size for _, size in sizes) or 1
    for path, size in sizes:
        name = ffi.new("char[]", os.fsencode(os.path.basename(path)))
        share = ffi.cast("double", 100 * size / whole)
        print(formatted(b"%-20s %8lld bytes %6.2f %%", name, ffi.cast("long long", size), share).decode())
