"""An ffi with records of every kind, and C functions compiled for the tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable

import pytest

from cffi import FFI

DECLARATIONS = """
    struct point { int x; int y; double w; };
    struct nested { char tag; struct point p; struct { short inner; }; union { int i; float f; }; };
    struct arrays { char name[8]; int numbers[3]; struct point points[2]; };
    struct bits { int a:3; unsigned b:5; int c:1; unsigned long long d:40; _Bool e:1; };
    struct flexible { int count; int items[]; };
    struct tail { char kind; struct flexible rest; };
    struct pointers { int *ints; void *any; const char *text; int (*function)(int); struct pointers *next; };
    union number { int i; double d; unsigned char bytes[8]; };
    struct opaque;
    enum color { RED, GREEN = 5, BLUE };
    enum level { LOW = -1, HIGH = 1 };
"""


@pytest.fixture(scope="session")
def ffi() -> FFI:
    made = FFI()
    made.cdef(DECLARATIONS)
    return made


DEBUG = os.environ.get("CFFI_DEBUG", "0") not in ("", "0")


@pytest.fixture(scope="session")
def debug() -> bool:
    """Whether these tests run in debug mode."""
    return DEBUG


@pytest.fixture
def release_again(ffi: FFI, debug: bool) -> Callable[[Any], None]:
    """Return a function that releases what has been released, which has no effect, and is an error in debug mode."""

    def release(cdata: Any) -> None:
        if debug:
            with pytest.raises(RuntimeError, match="second time"):
                ffi.release(cdata)
        else:
            ffi.release(cdata)

    return release


@pytest.fixture(scope="session")
def c_program(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Return a function that compiles a C program, runs it and returns what it printed."""
    folder = tmp_path_factory.mktemp("programs")

    def run(source: str) -> str:
        (folder / "program.c").write_text(source, encoding="utf-8")
        program = folder / "program"
        subprocess.run([os.environ.get("CC", "cc"), "-w", "-O0", folder / "program.c", "-o", program], check=True)
        return subprocess.run([program], check=True, capture_output=True, text=True).stdout

    return run


@pytest.fixture(scope="session")
def both(reference: Path) -> Callable[[str], tuple[Any, Any]]:
    """Return a function that runs code here and on the reference; it hands over its result by `answer(value)`."""

    def run(code: str) -> tuple[Any, Any]:
        return _answer([sys.executable], code), _answer([str(reference), "-I"], code)

    return run


def _answer(python: list[str], code: str) -> Any:
    head = "import json\ndef answer(value): print(json.dumps(value))\n"
    done = subprocess.run([*python, "-W", "ignore", "-c", head + code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
