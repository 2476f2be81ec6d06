"""The name of this machine, asked of the C library without compiling anything."""

from host_name._libc import ffi

C = ffi.dlopen(None)


def host_name():
    """Return the name of this machine."""
    name = ffi.new("char[]", C.LONGEST_NAME + 1)
    if C.gethostname(name, C.LONGEST_NAME + 1) != 0:
        raise OSError(ffi.errno, ffi.string(C.strerror(ffi.errno)).decode())
    return ffi.string(name).decode()
