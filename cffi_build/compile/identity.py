"""Which compiler and which linker the commands of a build run: asked once each, for their options and for the cache."""

from __future__ import annotations

import functools
import os
import re
import shlex
import shutil
import subprocess
import sysconfig
from dataclasses import dataclass
from typing import Sequence, Tuple


@dataclass(frozen=True)
class Tool:
    """A compiler or linker. `text`: what it says of itself, and which file it is; "" when it cannot be asked."""

    text: str
    file_prefix_map: bool = False
    """It takes ``-ffile-prefix-map=OLD=NEW``."""
    dependency_file: bool = False
    """It writes down which files it has read."""


def compiler(arguments: Sequence[str]) -> Tool:
    """Return the compiler that a command line runs."""
    return _compiler(_program(arguments))


@functools.cache
def _compiler(words: Tuple[str, ...]) -> Tool:
    text = _asked((*words, "--version"))
    number = re.search(r"clang version (\d+)", text) or re.search(r"\) (\d+)\.\d", text)
    known = "clang version" in text or "Free Software Foundation" in text
    enough = 10 if "clang" in text else 8
    return Tool(_with_file(words, text), known and bool(number and int(number[1]) >= enough), known)


def linker(arguments: Sequence[str]) -> Tool:
    """Return the linker that a command line, which goes to a compiler, runs."""
    return _linker(_program(arguments))


@functools.cache
def _linker(words: Tuple[str, ...]) -> Tool:
    text = _asked((*words, "-Wl,--version")) if _compiler(words).dependency_file else ""
    gnu = re.search(r"^GNU ld .* (\d+)\.(\d+)", text, re.MULTILINE)
    lld = re.search(r"^LLD (\d+)", text, re.MULTILINE)
    capable = bool(gnu and (int(gnu[1]), int(gnu[2])) >= (2, 35)) or bool(lld and int(lld[1]) >= 13) or text.startswith("mold ")
    return Tool(_with_file(words, text), dependency_file=capable)


def _program(arguments: Sequence[str]) -> Tuple[str, ...]:
    """Return the words of a command line that name the program: those of CC or CXX, else the first."""
    for variable in ("CC", "CXX"):
        words = _words(os.environ.get(variable) or str(sysconfig.get_config_var(variable) or ""))
        if words and tuple(arguments[: len(words)]) == words:
            return words
    return tuple(arguments[:1])


@functools.cache
def _words(text: str) -> Tuple[str, ...]:
    return tuple(shlex.split(text))


def _asked(command: Tuple[str, ...]) -> str:
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # gcc writes names of temporary files there
            encoding="utf-8",
            errors="replace",
            env={**os.environ, "LC_ALL": "C"},
        )
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""


def _with_file(words: Tuple[str, ...], text: str) -> str:
    """Return `text` with the program's file, size and time: distributions change compilers without changing versions."""
    path = shutil.which(words[0])
    if not text or not path:
        return ""
    status = os.stat(path)
    return f"{os.path.realpath(path)} {status.st_size} {status.st_mtime_ns}\n{text}"
