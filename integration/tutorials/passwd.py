"""Prints who has which home and shell, as the C library knows it: getpwuid() in ABI mode, nothing is compiled.

ABI mode believes what it is told: these are the fields of struct passwd in Linux's C libraries, in their order.
"""

import sys

from cffi import FFI

ffi = FFI()
ffi.cdef("""
    typedef unsigned int uid_t, gid_t;
    struct passwd {
        char *pw_name, *pw_passwd;
        uid_t pw_uid;
        gid_t pw_gid;
        char *pw_gecos, *pw_dir, *pw_shell;
    };
    struct passwd *getpwuid(uid_t uid);
""")
C = ffi.dlopen(None)  # everything that this process has loaded: the C library is there


def text(pointer):
    return ffi.string(pointer).decode()


def user(uid):
    """Return name, home and shell of a user; None if there is no such one."""
    found = C.getpwuid(uid)
    if found == ffi.NULL:
        return None
    return text(found.pw_name), text(found.pw_dir), text(found.pw_shell)


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        known = user(int(argument))
        print(f"{argument}: " + ("nobody" if known is None else "{} lives in {} and types into {}".format(*known)))
