"""Lists folders, subfolders with a slash behind them, through the module that directory_build.py makes."""

import os
import sys

from _directory import ffi, lib


def entries(path):
    """Yield the names in a folder, in the order of the file system. Raises `OSError`."""
    directory = lib.opendir(os.fsencode(path))
    if directory == ffi.NULL:
        raise OSError(ffi.errno, os.strerror(ffi.errno), path)
    try:
        while True:
            ffi.errno = 0
            entry = lib.readdir(directory)
            if entry == ffi.NULL:
                break
            name = os.fsdecode(ffi.string(entry.d_name))
            yield f"{name}/" if entry.d_type == lib.DT_DIR else name
        if ffi.errno:  # the end leaves it alone, an error does not
            raise OSError(ffi.errno, os.strerror(ffi.errno), path)
    finally:
        lib.closedir(directory)


if __name__ == "__main__":
    for folder in sys.argv[1:]:
        print(*sorted(entries(folder)), sep="\n")
