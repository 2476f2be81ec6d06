"""Turns what compilers and linkers print into what the user should do: the first error of each failed step, and a remedy."""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass
from typing import Callable, List, Match, Optional, Pattern, Sequence, Tuple

from cffi_build.compile.driver import Result

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
    """`pattern` recognises a message; `remedy` says what to do about it."""

    pattern: Pattern[str]
    remedy: Callable[[Match[str]], str]


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
    return f"no library that is linked has {match['name']!r}: name the one that has in 'libraries', or the C file in 'sources'"


def _undeclared(match: Match[str]) -> str:
    return f"the cdef declares {match['name']!r}, the C code does not: #include its header in 'source', or drop it from the cdef"


def _no_member(match: Match[str]) -> str:
    return f"the cdef gives the struct a field {match['name']!r} that it does not have in C: correct the cdef"


def _no_compiler(match: Match[str]) -> str:
    return (
        f"no compiler {match['name']!r} here: apt-get install build-essential | dnf install gcc | xcode-select --install, "
        "or set CC to the compiler to use"
    )


def _rule(pattern: str, remedy: Callable[[Match[str]], str]) -> Rule:
    return Rule(re.compile(pattern), remedy)


RULES: Tuple[Rule, ...] = (
    _rule(r"fatal error: '?(?P<name>[^':]+)'?(?::| file not found)", _missing_header),
    _rule(r"C1083: .*: '(?P<name>[^']+)'", _missing_header),
    _rule(r"cannot find -l:?(?P<name>[\w.+-]+?)(?::|$)", _missing_library),
    _rule(r"library (?:not found for -l|'?)(?P<name>[\w.+-]+)'?(?: not found)?$", _missing_library),
    _rule(r"unable to find library -l(?P<name>[\w.+-]+)", _missing_library),
    _rule(r"LNK1181: .*'(?P<name>[^']+)\.lib'", _missing_library),
    _rule(r"undefined (?:reference to|symbol:?) [`']?(?P<name>\w+)", _undefined_symbol),
    _rule(r"'(?P<name>\w+)' undeclared", _undeclared),
    _rule(r"(?:use of undeclared identifier|implicit declaration of function) '(?P<name>\w+)'", _undeclared),
    _rule(r"call to undeclared function '(?P<name>\w+)'", _undeclared),
    _rule(r"has no member named '(?P<name>\w+)'", _no_member),
    _rule(r"no member named '(?P<name>\w+)' in", _no_member),
    _rule(r"^(?P<name>\S+): cannot be run", _no_compiler),
)

_ERROR_LINE = re.compile(
    r"(?P<compiler>^.+?[:(]\d+.*?\b(fatal )?error\b.*)|(?P<linker>.*\b(cannot find|not found|undefined|unable to find)\b.*)"
    r"|(?P<other>.*(: error|cannot be run|error LNK).*)"
)


def explain(results: Sequence[Result]) -> str:
    """Return the message for a build in which steps failed: for each the first error and a remedy, then where the log is."""
    failed = [result for result in results if result.status]
    parts = [_explain_step(result) for result in failed]
    return "\n".join([*parts, f"The full output is in {_write_log(failed)}"])


def _explain_step(result: Result) -> str:
    error = first_error(result.output) or f"exit status {result.status}"
    hint = remedy(result.output)
    head = f"{result.step.title}: failed (module {result.step.module})"
    return "\n".join([head, f"  {error}"] + ([f"  → {hint}"] if hint else []))


def first_error(output: str) -> Optional[str]:
    """Return the first line of `output` that reports an error, None when there is none."""
    lines = output.splitlines()
    return next((line.strip() for line in lines if _ERROR_LINE.match(line)), None)


def remedy(output: str) -> Optional[str]:
    """Return what to do about the first error in `output`, None when we have nothing to say."""
    for line in filter(_ERROR_LINE.match, output.splitlines()):
        for rule in RULES:
            match = rule.pattern.search(line)
            if match:
                return rule.remedy(match)
    return None


def _write_log(failed: Sequence[Result]) -> str:
    """Write commands and output of the failed steps to a file that stays, and return its name."""
    lines: List[str] = []
    for result in failed:
        lines += [f"# {result.step.title}", *("$ " + " ".join(command.arguments) for command in result.step.commands), result.output]
    with tempfile.NamedTemporaryFile("w", prefix="cffi-build-", suffix=".log", delete=False, encoding="utf-8") as log:
        log.write("\n".join(lines))
    return log.name
