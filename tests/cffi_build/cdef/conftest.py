"""Asks the C compiler: is this text right?"""

from __future__ import annotations

import os
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


@pytest.fixture(scope="session")
def c_compiler_accepts() -> Accepts:
    """Return a function that fails, with what the compiler says, unless it accepts the lines."""

    def check(lines: Iterable[str]) -> None:
        command = [os.environ.get("CC", "cc"), "-std=gnu11", "-fsyntax-only", "-w", "-x", "c", "-"]
        result = subprocess.run(command, input=PRELUDE + "\n".join(lines) + "\n", capture_output=True, text=True)
        assert result.returncode == 0, result.stderr[:3000]

    return check
