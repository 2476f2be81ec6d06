"""Builds the stand-alone programs around the parts of c_src that are pure C, with the sanitizers on."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Callable, Sequence

import pytest

ROOT = Path(__file__).resolve().parents[2]
FLAGS = ["-std=c11", "-g", "-O1", "-Wall", "-Wextra", "-Werror", "-D_POSIX_C_SOURCE=200809L", "-fsanitize=address,undefined",
         "-fno-sanitize-recover=all", f"-I{ROOT / 'c_src'}"]

Run = Callable[..., str]
Build = Callable[[str, Sequence[str]], Run]


@pytest.fixture(scope="session")
def build_program(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Return a function that compiles `main` (below tests/c_src) with `sources` (below c_src) and returns how to run it."""
    folder = tmp_path_factory.mktemp("pure_c")

    def build(main: str, sources: Sequence[str]) -> Run:
        program = folder / Path(main).stem
        files = [str(ROOT / "tests" / "c_src" / main), *(str(ROOT / "c_src" / source) for source in sources)]
        subprocess.run([os.environ.get("CC", "cc"), *FLAGS, *files, "-o", str(program)], check=True)

        def run(text: str, *arguments: str) -> str:
            return subprocess.run([str(program), *arguments], input=text, check=True, capture_output=True, text=True).stdout

        return run

    return build
