"""Times our backend against setuptools' own build of the same modules: from nothing, with nothing changed, with one file changed.

Usage: python benchmarks/build_speed.py [ROUNDS]
Builds wheels of a project of 8 modules with 12 C files each, alternately, in this environment (cffi, setuptools and wheel installed).
setuptools gets the C files that we generate, and compiles them one after the other. What it rebuilds is what a frontend makes it
rebuild: wheels are built in a fresh folder, so everything. Processor time is printed too: other work on the machine changes it least.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Dict, List, NamedTuple

MODULES, FILES, FUNCTIONS = 8, 12, 12
FUNCTION = """
double {name}(const double *values, size_t count, int k)
{{
    double sum = 0;
    char text[64];
    for (size_t i = 0; i < count; i++) {{
        sum += values[i] * sin((double)i * k) + sqrt(fabs(values[i]));
        if (sum > 1e9)
            sum -= floor(sum / 3);
    }}
    snprintf(text, sizeof text, "%g/%d", sum, k);
    return sum + (double)strlen(text);
}}
"""
INCLUDES = "#include <math.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include \"api.h\"\n"
HEAD = '[build-system]\nrequires = ["{requires}"]\nbuild-backend = "{backend}"\n[project]\nname = "many"\nversion = "1"\n'
TABLE = """
[[tool.cffi.modules]]
name = "many._m{n}"
cdef-files = ["m{n}.cdef.h"]
source = '#include "api.h"'
sources = ["c{n}/*.c"]
include-dirs = ["c{n}"]
libraries = ["m"]
"""
SETUP = f"""
from glob import glob
from setuptools import Extension, setup
modules = [
    Extension("many._m%d" % n, ["many__m%d.c" % n, *sorted(glob("c%d/*.c" % n))], include_dirs=["c%d" % n], libraries=["m"])
    for n in range({MODULES})
]
setup(ext_modules=modules, packages=["many"])
"""
HOOK = "import sys, importlib; importlib.import_module(sys.argv[1]).build_wheel(sys.argv[2])"


class Spent(NamedTuple):
    """Seconds of one build: on the clock, and of processors."""

    clock: float
    processors: float


def write(folder: Path) -> None:
    """Write the C files and declarations."""
    (folder / "many").mkdir(parents=True)
    (folder / "many" / "__init__.py").touch()
    for n in range(MODULES):
        (folder / f"c{n}").mkdir()
        names = [[f"m{n}_f{file}_g{g}" for g in range(FUNCTIONS)] for file in range(FILES)]
        for file in range(FILES):
            code = INCLUDES + "".join(FUNCTION.format(name=name) for name in names[file])
            (folder / f"c{n}" / f"f{file}.c").write_text(code, encoding="utf-8")
        declarations = "".join(f"double {name}(const double *values, size_t count, int k);\n" for part in names for name in part)
        (folder / f"c{n}" / "api.h").write_text("#include <stddef.h>\n" + declarations, encoding="utf-8")
        (folder / f"m{n}.cdef.h").write_text(declarations, encoding="utf-8")


def projects(folder: Path) -> Dict[str, Path]:
    """Write both projects; return their folders by the name of the backend."""
    ours, theirs = folder / "ours", folder / "theirs"
    for project in (ours, theirs):
        write(project)
    text = HEAD.format(requires="cffi", backend="cffi_build") + "".join(TABLE.format(n=n) for n in range(MODULES))
    (ours / "pyproject.toml").write_text(text, encoding="utf-8")
    generate = [sys.executable, "-m", "cffi_build", "generate", "--project", ours, "--output", theirs]
    subprocess.run(generate, check=True, stdout=subprocess.DEVNULL)
    (theirs / "pyproject.toml").write_text(HEAD.format(requires="setuptools", backend="setuptools.build_meta"), encoding="utf-8")
    (theirs / "setup.py").write_text(SETUP, encoding="utf-8")
    return {"cffi_build": ours, "setuptools.build_meta": theirs}


def build(backend: str, project: Path, scratch: Path) -> Spent:
    """Build a wheel, as a frontend would."""
    shutil.rmtree(project / "build", ignore_errors=True)
    environment = {**os.environ, "CFFI_BUILD_CACHE": str(scratch / "cache")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-c", HOOK, backend, str(scratch / "out")]
    done = subprocess.run(command, cwd=project, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
    if done.returncode:
        raise SystemExit(done.stdout)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Spent(time.perf_counter() - start, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def one_round(scratch: Path, found: Dict[str, Path], number: int) -> Dict[str, Spent]:
    """Build everything once; return what each case took."""
    shutil.rmtree(scratch / "cache", ignore_errors=True)
    ours, theirs = found["cffi_build"], found["setuptools.build_meta"]
    spent = {"setuptools": build("setuptools.build_meta", theirs, scratch), "from nothing": build("cffi_build", ours, scratch)}
    spent["nothing changed"] = build("cffi_build", ours, scratch)
    with (ours / "c3" / "f3.c").open("a", encoding="utf-8") as file:
        file.write(f"int changed_{number};\n")
    spent["one file changed"] = build("cffi_build", ours, scratch)
    return spent


def main() -> None:
    """Print the best time of each case over all rounds, and how much faster than setuptools it is."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        found = projects(scratch / "projects")
        results: List[Dict[str, Spent]] = [one_round(scratch, found, number) for number in range(rounds)]
    print(f"{'':18}{'seconds':>9}{'CPU s':>8}{'faster':>9}{'CPU':>8}")
    best = {case: Spent(*(min(result[case][column] for result in results) for column in (0, 1))) for case in results[0]}
    reference = best["setuptools"]
    for case, spent in best.items():
        faster, cheaper = reference.clock / spent.clock, reference.processors / spent.processors
        print(f"{case:18}{spent.clock:9.2f}{spent.processors:8.2f}{faster:8.1f}x{cheaper:7.1f}x")


if __name__ == "__main__":
    main()
