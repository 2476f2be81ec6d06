"""What the user may have meant by a name that nobody knows."""

from __future__ import annotations

from cffi_build.cdef.common_types import UNICODE_TYPES
from cffi_build.cdef.keywords import CPLUSPLUS_WORDS, REFUSED_WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterable, Optional


_OTHER_NAMES: Dict[str, str] = {
    "uint": "unsigned int", "ushort": "unsigned short", "ulong": "unsigned long", "uchar": "unsigned char",
    "u_int": "unsigned int", "u_short": "unsigned short", "u_long": "unsigned long", "u_char": "unsigned char",
    "u_int8_t": "uint8_t", "u_int16_t": "uint16_t", "u_int32_t": "uint32_t", "u_int64_t": "uint64_t",
    "u8": "uint8_t", "u16": "uint16_t", "u32": "uint32_t", "u64": "uint64_t",
    "s8": "int8_t", "s16": "int16_t", "s32": "int32_t", "s64": "int64_t",
    "i8": "int8_t", "i16": "int16_t", "i32": "int32_t", "i64": "int64_t",
    "int8": "int8_t", "int16": "int16_t", "int32": "int32_t", "int64": "int64_t",
    "uint8": "uint8_t", "uint16": "uint16_t", "uint32": "uint32_t", "uint64": "uint64_t",
    "byte": "unsigned char", "boolean": "bool", "Bool": "bool", "string": "char *", "str": "char *", "wchar": "wchar_t",
    "object": "void *", "float32": "float", "float64": "double",
}

_SYSTEM_INTEGERS = frozenset(
    "blkcnt_t blksize_t clock_t clockid_t dev_t fsblkcnt_t fsfilcnt_t gid_t id_t ino_t key_t mode_t nlink_t off_t off64_t pid_t "
    "rlim_t sa_family_t in_addr_t in_port_t sig_atomic_t socklen_t speed_t suseconds_t "
    "tcflag_t time_t uid_t useconds_t wint_t wctype_t".split()
)

CALLING = frozenset({"CALLBACK", "APIENTRY", "APIPRIVATE", "PASCAL"})

NO_CPLUSPLUS = "C++ cannot be declared: give the functions an 'extern \"C\"' interface"

_MAX_COMPARED = 20_000
_LONGEST_COMPARED = 80


def about_type(name: str, known: Iterable[str]) -> str:
    """Return what to do about an unknown name of a type."""
    if name in REFUSED_WORDS:
        return REFUSED_WORDS[name]
    if name in CPLUSPLUS_WORDS:
        return NO_CPLUSPLUS
    if name in CALLING:
        return "write '__stdcall' for it"
    if name in UNICODE_TYPES:
        return "call ffi.set_unicode(True) or ffi.set_unicode(False) first"
    declare = f"declare it with 'typedef ... {name};' if it comes from a header"
    if name in _SYSTEM_INTEGERS:
        return f"an integer type of the system: declare it with 'typedef int... {name};'"
    guess = _OTHER_NAMES.get(name) or nearest(name, known)
    return f"did you mean '{guess}'? ({declare})" if guess else declare


def nearest(name: str, known: Iterable[str]) -> Optional[str]:
    """Return the known name that is most like `name`, None when none is."""
    import difflib  # only needed for errors

    if len(name) > _LONGEST_COMPARED:
        return None
    limit = 1 + len(name) // 6
    candidates = [other for other, _ in zip(known, range(_MAX_COMPARED)) if abs(len(other) - len(name)) <= limit and _near(other, name)]
    return next(iter(difflib.get_close_matches(name, candidates[:1000], 1, 0.75)), None)


def _near(one: str, other: str) -> bool:
    """Tell quickly whether two names begin or end alike."""
    return one[:2].lower() == other[:2].lower() or one[-3:].lower() == other[-3:].lower()
