"""Makes calculator.so, a plug-in for C programs: a shared library with one C function, which is written in Python.

A program that loads it needs to know nothing of Python, which starts when the function is called for the first time.
"""

from cffi import FFI

ffi = FFI()
ffi.embedding_api("""
    /* Writes the value of an expression to `out`, at most `size` bytes with the zero; returns 0, or -1 with the error in `out`. */
    int evaluate(const char *expression, char *out, size_t size);
""")
ffi.set_source("calculator", "#include <stddef.h>")
ffi.embedding_init_code("""
    import math
    from calculator import ffi

    def answer(out, size, text):
        data = text.encode()[: size - 1] + b"\\0"
        ffi.memmove(out, data, len(data))

    @ffi.def_extern(error=-1)
    def evaluate(expression, out, size):
        try:
            answer(out, size, str(eval(ffi.string(expression).decode(), vars(math).copy())))
            return 0
        except Exception as error:
            answer(out, size, f"{type(error).__name__}: {error}")
            return -1
""")

if __name__ == "__main__":
    print(ffi.compile(target="calculator.*"))
