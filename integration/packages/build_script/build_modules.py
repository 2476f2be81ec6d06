"""Two FFI objects: one whose module is compiled, one whose module opens the C library at run time."""

from cffi import FFI

compiled = FFI()
compiled.cdef("int add(int, int);")
compiled.set_source("build_script._compiled", "static int add(int a, int b) { return a + b; }")

declared = FFI()
declared.cdef("size_t strlen(const char *);")
declared.set_source("build_script._declared", None)

if __name__ == "__main__":
    compiled.compile(verbose=True)
