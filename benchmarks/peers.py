"""Builds what is compared, for the interpreter that runs this script: the C library, our modules, and the peers that are installed.

    VENV/bin/python benchmarks/peers.py [NAME…]

Everything lies in a folder of its own for each environment, below `CFFI_BENCHMARKS` (default: .work/benchmarks).
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "peers"
SUFFIX = sysconfig.get_config_var("EXT_SUFFIX")
INCLUDES = [f"-I{sysconfig.get_path('include')}", f"-I{SOURCES}"]
SHARED = ["-fPIC", "-shared", "-DNDEBUG"]

CDEF = (SOURCES / "bench.cdef.h").read_text()
CALLBACKS = 'extern "Python" int py_cb(int); extern "Python" int py_cmp(const int *, const int *);'


def folder() -> Path:
    """Return where the files of this environment lie."""
    root = Path(os.environ.get("CFFI_BENCHMARKS") or HERE.parent / ".work" / "benchmarks")
    where = root / f"{Path(sys.prefix).name}-{hashlib.sha256((sys.prefix + sys.version).encode()).hexdigest()[:8]}"
    where.mkdir(parents=True, exist_ok=True)
    return where


def run(*command: str | Path) -> None:
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise SystemExit(f"{shlex.join(map(str, command))}\n{done.stdout}")


def package(name: str) -> Path | None:
    """Return the folder of an installed package."""
    spec = importlib.util.find_spec(name)
    return None if spec is None or spec.origin is None else Path(spec.origin).parent


def linked(where: Path) -> list[str]:
    return [f"-L{where}", "-lbench", f"-Wl,-rpath,{where}"]


def build_library(where: Path) -> None:
    run("gcc", "-O2", "-fPIC", "-shared", f"-I{SOURCES}", SOURCES / "benchlib.c", "-o", where / "libbench.so")


def build_limit(where: Path) -> None:
    for name, defines in (("limit", []), ("limit_gil", ["-DWITH_GIL"])):
        flags = ["-O3", *SHARED, *INCLUDES, f"-DMODNAME={name}", *defines]
        run("gcc", *flags, SOURCES / "limit.c", "-o", where / f"{name}{SUFFIX}", *linked(where))


def build_callgrind(where: Path) -> None:
    if Path("/usr/include/valgrind/callgrind.h").exists():
        run("gcc", "-O1", *SHARED, *INCLUDES, SOURCES / "callgrind_control.c", "-o", where / f"callgrind_control{SUFFIX}")


def build_cffi(where: Path) -> None:
    import cffi

    (where / "cffi.version").write_text(f"{cffi.__version__} {cffi.__file__}")
    api, abi = cffi.FFI(), cffi.FFI()
    api.cdef(CDEF + CALLBACKS)
    places = {"include_dirs": [str(SOURCES)], "library_dirs": [str(where)], "runtime_library_dirs": [str(where)]}
    api.set_source("_bench_api", '#include "benchlib.h"', libraries=["bench"], **places)
    api.compile(tmpdir=str(where))
    abi.cdef(CDEF)
    abi.set_source("_bench_ooabi", None)
    abi.compile(tmpdir=str(where))


HOLDING = """
[[tool.cffi.modules]]
name = "_bench_hold"
cdef = '''{cdef}'''
source = '#include "benchlib.h"'
extra-compile-args = ["-I{includes}"]
extra-link-args = {linked}
hold-gil = ["*"]
limited-api = false
"""


def build_hold(where: Path) -> None:
    """Build the module whose functions are called with the GIL held: a key of `[tool.cffi]`, so there is none of the reference."""
    if not package("cffi_build"):
        return
    project = where / "hold"
    project.mkdir(exist_ok=True)
    text = HOLDING.format(cdef=CDEF, includes=SOURCES, linked=json.dumps(linked(where)))
    (project / "pyproject.toml").write_text(text)
    run("env", "-C", project, sys.executable, "-m", "cffi_build", "build")
    for built in project.glob(f"_bench_hold*{SUFFIX}"):
        built.replace(where / built.name)


def build_cython(where: Path) -> None:
    if package("Cython"):
        run(sys.executable, "-m", "cython", "-3", SOURCES / "bench_cython.pyx", "-o", where / "bench_cython.c")
        run("gcc", "-O3", *SHARED, *INCLUDES, where / "bench_cython.c", "-o", where / f"bench_cython{SUFFIX}", *linked(where))


def build_pybind11(where: Path) -> None:
    home = package("pybind11")
    if home:
        output = where / f"bench_pybind11{SUFFIX}"
        flags = ["-std=c++17", "-O3", "-fvisibility=hidden", *SHARED, *INCLUDES, f"-I{home}/include"]
        run("g++", *flags, SOURCES / "bench_pybind11.cpp", "-o", output, *linked(where))


def build_nanobind(where: Path) -> None:
    home = package("nanobind")
    if home:
        output = where / f"bench_nanobind{SUFFIX}"
        flags = ["-std=c++17", "-O3", "-fvisibility=hidden", "-fno-strict-aliasing", "-DNB_COMPACT_ASSERTIONS", *SHARED, *INCLUDES]
        includes = [f"-I{home}/include", f"-I{home}/ext/robin_map/include"]
        run("g++", *flags, *includes, SOURCES / "bench_nanobind.cpp", home / "src" / "nb_combined.cpp", "-o", output, *linked(where))


BUILDERS = {
    "library": build_library,
    "callgrind": build_callgrind,
    "limit": build_limit,
    "cffi": build_cffi,
    "hold": build_hold,
    "cython": build_cython,
    "pybind11": build_pybind11,
    "nanobind": build_nanobind,
}


if __name__ == "__main__":
    for each in sys.argv[1:] or BUILDERS:
        BUILDERS[each](folder())
    print(folder())
