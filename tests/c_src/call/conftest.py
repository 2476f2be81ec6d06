"""C functions of our own, compiled for the tests and opened with load_library()."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable

import pytest

import _cffi_backend as backend

Load = Callable[[str], Any]
Run = Callable[[str], "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def load(tmp_path_factory: pytest.TempPathFactory) -> Load:
    """Return a function that compiles C text and opens the library, which stays open as long as the tests of the module run."""
    folder = tmp_path_factory.mktemp("clib")
    opened = []

    def compile_and_open(source: str) -> Any:
        number = len(opened)
        c_file, library = folder / f"lib{number}.c", folder / f"lib{number}.so"
        c_file.write_text(source)
        subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-O1", "-Wall", "-pthread", str(c_file), "-o", str(library)],
                       check=True)
        opened.append(backend.load_library(str(library)))
        return opened[-1]

    return compile_and_open


class Types:
    """The ctypes by name, and functions of them: t["int"], t.function("int", "char *")."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {"void": backend.new_void_type()}

    def __getitem__(self, name: str) -> Any:
        if name not in self.known:
            self.known[name] = self._make(name)
        return self.known[name]

    def _make(self, name: str) -> Any:
        if name.endswith("*"):
            return backend.new_pointer_type(self[name[:-1].strip()])
        return backend.new_primitive_type(name)

    def function(self, result: str, *arguments: str, variadic: bool = False) -> Any:
        return backend.new_function_type(tuple(self[a] for a in arguments), self[result], variadic)

    def struct(self, name: str, *fields: tuple[str, str], **layout: int) -> Any:
        record = self.known[name] = backend.new_struct_type(name)
        backend.complete_struct_or_union(record, [(f, self[t]) for t, f in fields], None, -1, -1, 0, layout.get("pack", 0))
        return record

    def array(self, item: str, length: int) -> Any:
        return backend.new_array_type(self[item + " *"], length)


@pytest.fixture
def t() -> Types:
    return Types()


@pytest.fixture
def run_python(tmp_path: Path) -> Run:
    """Return a function that runs a script in a process of its own, with the same extension module."""
    place = str(Path(backend.__file__).parent)

    def run(script: str) -> subprocess.CompletedProcess[str]:
        text = f"import sys; sys.path.insert(0, {place!r})\n{script}"
        return subprocess.run([sys.executable, "-c", text], cwd=tmp_path, capture_output=True, text=True, timeout=120)

    return run
