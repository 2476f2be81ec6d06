"""Fixtures for the emitter's tests: C compilers, and generated modules in the reference runtime."""

import json
import os
import subprocess
import sysconfig

import pytest

from cffi_build import cdef, emit

COMPILERS = {
    "gcc": ["gcc"],
    "clang": ["clang"],
    "g++": ["g++", "-x", "c++"],
    "clang++": ["clang++", "-x", "c++"],
}
FLAGS = ["-O1", "-fPIC", "-Wall", "-Wextra", "-Werror", "-I" + sysconfig.get_path("include")]


class Workshop:
    """Generates, compiles and runs modules in one folder."""

    def __init__(self, folder, python):
        self.folder, self.python = folder, python

    def generate(self, name, text, source="", *, included=(), **options):
        """Write NAME.c and NAME.cdef.h; return the path of the former."""
        declarations = cdef.parse(text, filename=f"{name}.cdef.h", included=included)
        path = self.folder / f"{name}.c"
        path.write_text(emit.c_source(name, declarations, source, **options), encoding="utf-8")
        path.with_suffix(".cdef.h").write_text(text, encoding="utf-8")
        return path

    def try_compile(self, path, compiler="gcc", *flags):
        """Compile a C file into a module; return the exit status and what the compiler said."""
        command = [*COMPILERS[compiler], *FLAGS, *flags, "-shared", path.name, "-o", f"{path.stem}.abi3.so"]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})
        return done.returncode, done.stderr

    def build(self, name, text, source="", compiler="gcc", flags=(), **options):
        """Generate and compile; any warning is a failure."""
        path = self.generate(name, text, source, **options)
        status, said = self.try_compile(path, compiler, *flags)
        assert (status, said) == (0, ""), said
        return self.folder / f"{name}.abi3.so"

    def run(self, code, python=None):
        """Run `code` in the reference runtime (or by `python`); return the value that it passes to `answer()`."""
        head = f"import sys, json\nsys.path.insert(0, {str(self.folder)!r})\n"
        head += "def answer(*values): print(json.dumps(values if len(values) > 1 else values[0]))\n"
        command = [python or self.python, "-W", "error", "-c", head + code]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)  # not where our own runtime may lie
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def workshop(tmp_path, reference):
    """A workshop in a folder of its own."""
    return Workshop(tmp_path, reference)


@pytest.fixture(scope="module")
def shared_workshop(tmp_path_factory, reference):
    """A workshop for all tests of a file."""
    return Workshop(tmp_path_factory.mktemp("modules"), reference)
