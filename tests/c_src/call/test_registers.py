"""C calls and callbacks through registers and through libffi: functions of random signatures get what they were given, and return it."""

from __future__ import annotations

import os
import platform
import random
import subprocess
import sys
from pathlib import Path

import pytest

import _cffi_backend

SCALARS = ["signed char", "unsigned char", "short", "unsigned short", "int", "unsigned int", "long", "unsigned long", "_Bool", "float",
           "double", "void *"]
COMMON = ["int", "int", "long", "double", "double", "void *"]
COUNT = 240
ON_PLATFORM = platform.machine() in ("x86_64", "aarch64", "arm64") and sys.maxsize > 2**32 and os.name == "posix"
LEFT_OUT = b"whose cdata object is gone" not in Path(_cffi_backend.__file__).read_bytes()  # what only our own code of callbacks says
HAS_REGISTERS = ON_PLATFORM and not LEFT_OUT

HEAD = """#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdarg.h>
#include <string.h>
char received[4096]; int logged; char caller[512];
static void called_by(void *address) { Dl_info info; if (dladdr(address, &info)) strncpy(caller, info.dli_fname, sizeof caller - 1); }
#define CALLED called_by(__builtin_return_address(0))
#define LOG(x) (memcpy(received + logged, &(x), sizeof(x)), logged += sizeof(x))
"""
CDEF = "extern char received[4096]; extern int logged; extern char caller[512];\n"


class Writer:
    """Declarations and C code of random functions."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.cdef, self.code, self.records = CDEF, HEAD, 0
        self.leaves: dict[str, list[str]] = {}

    def record(self) -> str:
        """Declare a struct and return its name."""
        name = f"struct s{self.records}"
        self.records += 1
        kinds = [self.rng.choice(["float", "double"])] if self.rng.random() < 0.3 else SCALARS
        members, leaves = [], []
        for i in range(self.rng.randint(1, 4)):
            length = self.rng.choice([0, 0, 0, 1, 2, 3])
            members.append(f"{self.rng.choice(kinds)} m{i}{f'[{length}]' if length else ''};")
            leaves += [f".m{i}[{k}]" for k in range(length)] or [f".m{i}"]
        text = f"{name} {{ {' '.join(members)} }};\n"
        self.cdef, self.code = self.cdef + text, self.code + text
        self.leaves[name] = leaves
        return name

    def kind(self) -> str:
        """Return the name of a type for an argument or result."""
        return self.record() if self.rng.random() < 0.15 else self.rng.choice(COMMON if self.rng.random() < 0.6 else SCALARS)

    def function(self, name: str, variadic: bool) -> None:
        """Add a function."""
        rng = self.rng
        kinds = [self.kind() for _ in range(rng.choice([1, 2, 3, 5, 8, 12, 18]))]
        if not variadic and rng.random() < 0.1:
            kinds = [rng.choice(["int", "double"])] * rng.choice([0, 6, 7, 8, 9, 10, 11, 14])
        if variadic:
            kinds = [each for each in kinds if each in COMMON] or ["int"]
        result = rng.choice(["void", self.kind(), self.kind()])
        extra = rng.choices(["int", "long", "double", "void *"], k=rng.randint(0, 12)) if variadic else []
        parameters = ", ".join(f"{kind} x{i}" for i, kind in enumerate(kinds)) or "void"
        head = f"{result} {name}({parameters}{', ...' if variadic else ''})"
        logs = "".join(f"LOG(x{i}{leaf}); " for i, kind in enumerate(kinds) for leaf in self.leaves.get(kind, [""]))
        variable = f"{result} returned_{name};\n" if result != "void" else ""
        self.cdef += (f"extern {variable}" if variable else "") + f"{head};\n"
        if variadic:
            logs += f"va_list ap; va_start(ap, x{len(kinds) - 1}); "
            logs += "".join(f"{{ {kind} e = va_arg(ap, {kind}); LOG(e); }} " for kind in extra) + "va_end(ap); "
            self.cdef += f"extern const char extra_{name}[];\n"
        self.code += f"{variable}{head} {{ CALLED; {logs}{f'return returned_{name};' if variable else ''} }}\n"
        if variadic:
            self.code += f'const char extra_{name}[] = "{",".join(extra)}";\n'


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("registers")
    writer = Writer(seed=11)
    for i in range(COUNT):
        writer.function(f"f{i}", variadic=i % 8 == 7)
    (folder / "f.c").write_text(writer.code)
    (folder / "f.h").write_text(writer.cdef)
    subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-O1", "-fno-optimize-sibling-calls", "f.c", "-o", "f.so", "-ldl"],
                   check=True, cwd=folder)
    return folder / "f.so", folder / "f.h"


def callers(library: tuple[Path, Path], **environment: str) -> dict[str, str]:
    """Run the script; return which library called each function."""
    script = Path(__file__).with_name("registers_script.py")
    run = subprocess.run([sys.executable, str(script), *map(str, library)], capture_output=True, text=True, check=False,
                         env={**os.environ, **environment})
    assert run.returncode == 0, run.stderr
    return dict(line.split(" ", 1) for line in run.stdout.splitlines())


@pytest.mark.skipif(not HAS_REGISTERS, reason="on this machine, or built with -DPLATFORM_REGISTERS=0, all calls are libffi's")
def test_what_is_passed_through_registers_arrives(library: tuple[Path, Path]) -> None:
    who = callers(library)
    assert len(who) == COUNT
    ours = [name for name, path in who.items() if "_cffi_backend" in Path(path).name]
    assert len(ours) > 0.8 * COUNT


def test_what_is_passed_through_libffi_arrives(library: tuple[Path, Path]) -> None:
    assert not [path for path in callers(library, CFFI_DEBUG="1").values() if "_cffi_backend" in Path(path).name]


def run_text(text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", "from cffi import FFI\nffi = FFI()\n" + text], capture_output=True, text=True, check=True)


def test_there_can_be_any_number_of_callbacks() -> None:
    text = """
kept = [ffi.callback("double(int, double)", lambda x, y, n=n: x + y + n) for n in range(400)]
assert [f(1, 0.5) for f in kept] == [1.5 + n for n in range(400)]
assert len({int(ffi.cast("intptr_t", f)) for f in kept}) == 400
for n in range(3000):
    assert ffi.callback("long(long)", lambda x, n=n: x * n)(7) == 7 * n
assert [f(2, 0.25) for f in kept] == [2.25 + n for n in range(400)]
"""
    run_text(text)


@pytest.mark.skipif(not HAS_REGISTERS, reason="on this machine, or built with -DPLATFORM_REGISTERS=0, the code of callbacks is libffi's")
def test_a_callback_that_is_gone_is_told_and_gives_zero() -> None:
    done = run_text("f = ffi.callback('int(int)', lambda x: x)\naddress = int(ffi.cast('intptr_t', f))\ndel f\n"
                    "print(ffi.cast('int(*)(int)', address)(5))")
    assert (done.stdout, done.stderr) == (
        "0\n", "cffi: C code called a callback whose cdata object is gone. Keep it alive. Returning 0.\n")
