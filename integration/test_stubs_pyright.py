"""Stubs of generated modules as pyright sees them, in strict mode: right use passes, wrong use is reported in its line."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from cffi_build import cdef, emit

ROOT = Path(__file__).parents[1]
PROGRAMS = ROOT / "tests" / "cffi_build" / "emit" / "stubs"
VERSION = "1.1.414"


@pytest.fixture(scope="session")
def pyright() -> Path:
    """The checker, installed by npm once and kept in the user's cache."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed: there is no other way to a fixed version of pyright")
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cffi-tests" / f"pyright-{VERSION}"
    program = folder / "node_modules" / ".bin" / "pyright"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["npm", "install", "--silent", f"pyright@{VERSION}"], cwd=folder, capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"npm cannot install pyright: {done.stderr.strip()[-200:]}")
    return program


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The programs, the stub of their module, and what it is made of."""
    for program in PROGRAMS.glob("*.py"):
        (tmp_path / program.name).write_text(program.read_text())
    text = (PROGRAMS / "stubbed.cdef.h").read_text()
    (tmp_path / "stubbed.pyi").write_text(emit.stub_source("stubbed", cdef.parse(text)))
    (tmp_path / "cffi_runtime").mkdir()
    (tmp_path / "cffi_runtime" / "__init__.pyi").write_text("")
    (tmp_path / "cffi_runtime" / "typed.pyi").write_text((ROOT / "cffi_runtime" / "typed.pyi").read_text())
    (tmp_path / "pyrightconfig.json").write_text(json.dumps({"typeCheckingMode": "strict", "reportMissingModuleSource": False}))
    return tmp_path


def errors(pyright: Path, folder: Path, *files: str) -> list[str]:
    done = subprocess.run([pyright, *files], cwd=folder, capture_output=True, text=True)
    return re.findall(r"^ +\S+?(\w+\.pyi?:\d+):\d+ - error", done.stdout, re.MULTILINE)


def test_right_use_and_the_stub_pass(pyright: Path, folder: Path) -> None:
    assert errors(pyright, folder, "good.py", "stubbed.pyi", "cffi_runtime/typed.pyi") == []


def test_wrong_use_is_reported_in_its_line_and_nothing_else(pyright: Path, folder: Path) -> None:
    marked = [f"wrong.py:{number}" for number, line in enumerate((PROGRAMS / "wrong.py").read_text().splitlines(), 1) if "#" in line]
    assert sorted(set(errors(pyright, folder, "wrong.py"))) == sorted(marked)
