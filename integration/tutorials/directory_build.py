"""Makes the module _directory: opendir() and readdir() in API mode. The C compiler knows what struct dirent looks like here.

Run this once: python directory_build.py
"""

from cffi import FFI

ffi = FFI()
ffi.cdef("""
    typedef ... DIR;
    struct dirent {
        unsigned char d_type;
        char d_name[...];
        ...;
    };
    #define DT_DIR ...
    DIR *opendir(const char *name);
    struct dirent *readdir(DIR *directory);
    int closedir(DIR *directory);
""")
ffi.set_source("_directory", "#include <dirent.h>")

if __name__ == "__main__":
    ffi.compile(verbose=True)
