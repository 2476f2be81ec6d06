"""Sorts the lines of standard input by their length, equal ones by their bytes: qsort() of C calls a Python function."""

import sys

from cffi import FFI

ffi = FFI()
ffi.cdef("""
    void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *));
    int strcmp(const char *a, const char *b);
    size_t strlen(const char *text);
""")
C = ffi.dlopen(None)


@ffi.callback("int(const void *, const void *)")
def compare(a, b):
    """qsort() gives the places of two items, and an item is a `char *`."""
    first, second = ffi.cast("char **", a)[0], ffi.cast("char **", b)[0]
    return C.strlen(first) - C.strlen(second) or C.strcmp(first, second)


def sorted_by_length(lines):
    """Return the lines, which are bytes, sorted."""
    owned = [ffi.new("char[]", line) for line in lines]  # the array below holds addresses only: this keeps the memory alive
    array = ffi.new("char *[]", owned)
    C.qsort(array, len(array), ffi.sizeof("char *"), compare)
    return [ffi.string(line) for line in array]


if __name__ == "__main__":
    for line in sorted_by_length(sys.stdin.buffer.read().splitlines()):
        sys.stdout.buffer.write(line + b"\n")
