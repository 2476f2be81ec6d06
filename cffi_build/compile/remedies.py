"""What to do about the errors that compilers and linkers report most: patterns of their messages, and an answer to each."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Callable, Match, Optional, Pattern, Tuple

from cffi_build.compile import system_libraries

PACKAGES = {
    "Python.h": ("python3-dev", "python3-devel", "python"),
    "ffi.h": ("libffi-dev", "libffi-devel", "libffi"),
    "zlib.h": ("zlib1g-dev", "zlib-devel", "zlib"),
    "sqlite3.h": ("libsqlite3-dev", "sqlite-devel", "sqlite"),
    "png.h": ("libpng-dev", "libpng-devel", "libpng"),
    "jpeglib.h": ("libjpeg-dev", "libjpeg-turbo-devel", "jpeg-turbo"),
    "curl/curl.h": ("libcurl4-openssl-dev", "libcurl-devel", "curl"),
    "openssl/ssl.h": ("libssl-dev", "openssl-devel", "openssl"),
    "openssl/evp.h": ("libssl-dev", "openssl-devel", "openssl"),
    "SDL2/SDL.h": ("libsdl2-dev", "SDL2-devel", "sdl2"),
    "SDL.h": ("libsdl2-dev", "SDL2-devel", "sdl2"),
    "cairo.h": ("libcairo2-dev", "cairo-devel", "cairo"),
    "git2.h": ("libgit2-dev", "libgit2-devel", "libgit2"),
    "sodium.h": ("libsodium-dev", "libsodium-devel", "libsodium"),
    "lz4.h": ("liblz4-dev", "lz4-devel", "lz4"),
    "lzma.h": ("liblzma-dev", "xz-devel", "xz"),
    "zstd.h": ("libzstd-dev", "libzstd-devel", "zstd"),
    "bzlib.h": ("libbz2-dev", "bzip2-devel", "bzip2"),
    "expat.h": ("libexpat1-dev", "expat-devel", "expat"),
    "libxml/parser.h": ("libxml2-dev", "libxml2-devel", "libxml2"),
    "ncurses.h": ("libncurses-dev", "ncurses-devel", "ncurses"),
    "readline/readline.h": ("libreadline-dev", "readline-devel", "readline"),
    "uuid/uuid.h": ("uuid-dev", "libuuid-devel", "ossp-uuid"),
    "gmp.h": ("libgmp-dev", "gmp-devel", "gmp"),
}
"""Header: the packages of Debian, Fedora and Homebrew that bring it."""


@dataclass(frozen=True)
class Rule:
    """`pattern` recognises a message; `answer` says what to do. `mismatch`: only sense in the file that we generated."""

    pattern: Pattern[str]
    answer: Callable[[Match[str]], str]
    mismatch: bool = False


def remedy(message: str, *, generated: bool) -> Optional[str]:
    """Return what to do about an error, None when we have nothing to say. `generated`: it is one of the generated file."""
    for rule in RULES:
        match = rule.pattern.search(message)
        if match and (generated or not rule.mismatch):
            return rule.answer(match)
    return None


def _missing_header(match: Match[str]) -> str:
    header = match["name"]
    folders = "or, if it is part of your project, add its folder to include-dirs"
    if header in PACKAGES:
        debian, fedora, homebrew = PACKAGES[header]
        return f"install it: apt-get install {debian} | dnf install {fedora} | brew install {homebrew}; {folders}"
    name = os.path.basename(header)
    return f"find its package: apt-file search {name} | dnf provides '*/{name}' | brew search {name}; {folders}"


def _missing_library(match: Match[str]) -> str:
    name = match["name"]
    return (
        f"check the spelling in 'libraries', add the folder of lib{name}.so to library-dirs, or find its package: "
        f"apt-file search lib{name}.so | dnf provides '*/lib{name}.so' | brew search {name}"
    )


def _undefined_symbol(match: Match[str]) -> str:
    name = match["name"]
    found = system_libraries.providers(name)[:3]
    if not found:
        return f"no library that is linked has {name!r}: name the one that has in 'libraries', or the C file in 'sources'"
    package = system_libraries.package_of(found[0])
    choices = [f'libraries = ["{library}"]' for library in found] + ([f'pkg-config = ["{package}"]'] if package else [])
    return f"{name!r} is in {', '.join(f'lib{library}' for library in found)}: add {' or '.join(choices)}"


def _no_compiler(match: Match[str]) -> str:
    install = "apt-get install build-essential | dnf install gcc | xcode-select --install"
    return f"there is no compiler {match['name']!r} here: {install}; or set CC to the compiler to use"


def _undeclared(match: Match[str]) -> str:
    return f"if the cdef declares {match['name']!r}: #include its header in 'source', or drop it from the cdef"


def _no_member(match: Match[str]) -> str:
    return f"the cdef gives the struct a field {match['name']!r} that it does not have in C: correct the cdef"


def _wrong_type(match: Match[str]) -> str:
    declared = match["declared"].replace("const volatile ", "")  # the check goes through a pointer to anything of that type
    return f"the cdef says {declared!r}, C says {match['name']!r}: correct the cdef"


def _wrong_argument(match: Match[str]) -> str:
    return f"argument {match['number']} of {match['name']!r} has another type in C than in the cdef: correct the cdef"


def _no_integer(match: Match[str]) -> str:
    return (
        f"the cdef takes this for an integer, in C it is of type {match['name']!r}; "
        "a constant of another type is declared as 'static const double NAME;'"
    )


def _other_value(match: Match[str]) -> str:
    name = match["name"]
    return f"correct the value, or leave it to the C compiler: '#define {name} ...', or '{name} = ...' among enumerators"


def _elsewhere(pattern: str, answer: Callable[[Match[str]], str]) -> Rule:
    return Rule(re.compile(pattern), answer)


def _mismatch(pattern: str, answer: Callable[[Match[str]], str]) -> Rule:
    return Rule(re.compile(pattern), answer, mismatch=True)


def _full_disk(_match: Match[str]) -> str:
    return "the disk is full: free some space, or set TMPDIR to another disk"


RULES: Tuple[Rule, ...] = (
    _elsewhere(r"No space left on device|signal 7 \[Bus error\]", _full_disk),
    _elsewhere(r"^(?P<name>[^' :]+): No such file or directory", _missing_header),
    _elsewhere(r"^'(?P<name>[^']+)' file not found", _missing_header),
    _elsewhere(r"Cannot open include file: '(?P<name>[^']+)'", _missing_header),
    _elsewhere(r"cannot find -l:?(?P<name>[\w.+-]+?)(?::|$)", _missing_library),
    _elsewhere(r"library (?:not found for -l|'?)(?P<name>[\w.+-]+)'?(?: not found)?$", _missing_library),
    _elsewhere(r"unable to find library -l(?P<name>[\w.+-]+)", _missing_library),
    _elsewhere(r"LNK1181: .*'(?P<name>[^']+)\.lib'", _missing_library),
    _elsewhere(r"undefined (?:reference to|symbol:?) [`']?(?P<name>\w+)", _undefined_symbol),
    _elsewhere(r"^(?P<name>\S+): cannot be run", _no_compiler),
    _mismatch(r"'(?P<name>\w+)' (?:undeclared|was not declared)", _undeclared),
    _mismatch(r"(?:use of undeclared identifier|implicit declaration of function) '(?P<name>\w+)'", _undeclared),
    _mismatch(r"call to undeclared function '(?P<name>\w+)'", _undeclared),
    _mismatch(r"has no member named '(?P<name>\w+)'", _no_member),
    _mismatch(r"no member named '(?P<name>\w+)' in", _no_member),
    _mismatch(r"initialization of '(?P<declared>.+?) ?\*' from incompatible pointer type '(?P<name>.+?) ?\*'", _wrong_type),
    _mismatch(r"incompatible pointer types initializing '(?P<declared>.+?) ?\*' with .* of type '(?P<name>.+?) ?\*'", _wrong_type),
    _mismatch(r"passing '(?P<declared>.+?)' to parameter of (?:incompatible )?type '(?P<name>.+?)'", _wrong_type),
    _mismatch(r"invalid operands to binary .*\((?:have )?'(?P<name>[^']+)'.* and 'int'\)", _no_integer),
    _mismatch(r"'(?P<name>\w+)' is not -?\w+ in C, as the cdef says", _other_value),
    _mismatch(r"passing argument (?P<number>\d+) of '(?P<name>\w+)'", _wrong_argument),
)
