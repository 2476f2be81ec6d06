"""Asks the C compiler: is this text right?"""

from __future__ import annotations

import os
import re
import subprocess
from typing import Callable, Iterable

import pytest

PRELUDE = """
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdbool.h>
#include <wchar.h>
#include <uchar.h>
#include <sys/types.h>
#define SAME(left, right) _Static_assert(__builtin_types_compatible_p(left, right), "not the same type")
"""

Accepts = Callable[[Iterable[str]], None]
Wrong = Callable[[Iterable[str]], "set[int]"]


def check_syntax(text: str) -> subprocess.CompletedProcess[str]:
    errors = "-ferror-limit=0" if "clang" in os.environ.get("CC", "") else "-fmax-errors=0"
    command = [os.environ.get("CC", "cc"), "-std=gnu11", "-fsyntax-only", "-w", errors, "-x", "c", "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True)


@pytest.fixture(scope="session")
def c_compiler_accepts() -> Accepts:
    """Return a function that fails, with what the compiler says, unless it accepts the lines."""

    def check(lines: Iterable[str]) -> None:
        result = check_syntax(PRELUDE + "\n".join(lines) + "\n")
        assert result.returncode == 0, result.stderr[:3000]

    return check


@pytest.fixture(scope="session")
def lines_c_refuses() -> Wrong:
    """Return a function that tells the indices of the lines in which the compiler finds errors."""

    def check(lines: Iterable[str]) -> set[int]:
        result = check_syntax(f"{PRELUDE}\n#line 1\n" + "\n".join(lines) + "\n")
        return {int(number) - 1 for number in re.findall(r"<stdin>:(\d+):\d+: error", result.stderr)}

    return check
