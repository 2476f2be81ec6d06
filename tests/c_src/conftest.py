"""Builds the stand-alone programs around the parts of c_src that are pure C, with the sanitizers on.

CFFI_VALGRIND=1 (tools/valgrind.sh) runs them in valgrind instead.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Callable, Sequence

import pytest

ROOT = Path(__file__).resolve().parents[2]
INCLUDE = [f"-I{ROOT / folder}" for folder in ("c_src", "cffi_build/emit/headers")]
FLAGS = ["-std=c11", "-g", "-O1", "-Wall", "-Wextra", "-Werror", "-D_POSIX_C_SOURCE=200809L", *INCLUDE]
SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
VALGRIND = ["valgrind", "--quiet", "--error-exitcode=99", "--leak-check=full", "--errors-for-leak-kinds=all", "--track-origins=yes"]

Run = Callable[..., str]
Build = Callable[[str, Sequence[str]], Run]


@pytest.fixture(scope="session")
def build_program(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Return a function that compiles `main` (below tests/c_src) with `sources` (below c_src) and returns how to run it."""
    folder = tmp_path_factory.mktemp("pure_c")
    valgrind = os.environ.get("CFFI_VALGRIND") == "1"
    flags, runner = (FLAGS, VALGRIND) if valgrind else ([*FLAGS, *SANITIZERS], [])

    def build(main: str, sources: Sequence[str]) -> Run:
        program = folder / Path(main).stem
        files = [str(ROOT / "tests" / "c_src" / main), *(str(ROOT / "c_src" / source) for source in sources)]
        subprocess.run([os.environ.get("CC", "cc"), *flags, *files, "-o", str(program)], check=True)

        def run(text: str, *arguments: str) -> str:
            done = subprocess.run([*runner, str(program), *arguments], input=text, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
            return done.stdout

        return run

    return build
