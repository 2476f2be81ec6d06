"""What is imported when a program declares a few functions and calls them: nothing but our own modules."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

STEPS = {
    "import cffi": "",
    "FFI()": "ffi = cffi.FFI()",
    "cdef()": "ffi = cffi.FFI(); ffi.cdef('#define N 3\\nstruct s { int a[N]; }; size_t strlen(const char *); int f(struct s *);')",
    "dlopen()": "ffi = cffi.FFI(); ffi.cdef('int abs(int);'); ffi.dlopen(None).abs(-3)",
    "types": "ffi = cffi.FFI(); ffi.new('int[3]'); ffi.typeof('char *(*)(int, ...)')",
}
ALLOWED = {"__future__", *(["encodings.ascii"] if sys.flags.dev_mode or hasattr(sys, "gettotalrefcount") else [])}
"""What `from __future__ import annotations` imports; modules that are part of the interpreter cost nothing. Debug builds
and -X dev look up encodings whose name is given."""

CACHE = {"cffi_build", "cffi_build.cdef", "cffi_build.cdef.cache", "cffi_build.tables"}
"""What finds declarations that were read before."""


def imported(code: str) -> set[str]:
    """Return the modules that running `code` imports in a fresh interpreter."""
    program = f"import sys; before = set(sys.modules); import cffi; {code}\nprint(*(set(sys.modules) - before))"
    return set(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split())


def is_ours(name: str) -> bool:
    return name.partition(".")[0] in ("cffi", "cffi_runtime", "cffi_build", "_cffi_backend")


@pytest.mark.parametrize("step", STEPS)
def test_only_our_own_modules_are_imported(step: str) -> None:
    names = {name for name in imported(STEPS[step]) if not is_ours(name)}
    assert names - ALLOWED - set(sys.builtin_module_names) == set()


@pytest.mark.parametrize("step", ["import cffi", "FFI()", "types"])
def test_the_build_side_is_not_imported_before_it_is_needed(step: str) -> None:
    assert {name for name in imported(STEPS[step]) if name.startswith("cffi_build")} == (set() if step == "import cffi" else CACHE)


def test_declarations_that_were_read_before_need_no_parser_and_no_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CFFI_CDEF_CACHE", str(tmp_path))
    code = STEPS["cdef()"] + "; ffi.dlopen(None)"
    assert "cffi_build.cdef.read" in imported(code)
    again = imported(code)
    assert {name for name in again if name.startswith("cffi_build")} == CACHE
    assert not {"cffi_runtime.inline.realize", "cffi_runtime.inline.names"} & again


def test_the_parser_is_read_without_what_only_errors_need() -> None:
    names = imported(STEPS["cdef()"])
    assert "cffi_build.cdef.suggestions" not in names
    assert "cffi_build.errors" not in names
