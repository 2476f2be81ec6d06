"""The front end: importing, declaring, generating and compiling, each measured in processes of its own.

    python benchmarks/bench_frontend.py ours=ours/bin/python reference=reference/bin/python [--cdef FILE …] [--runs 5] [--large] [--page]

The interpreters take turns, so that what else the machine does meets both; the least of all runs counts. Times are processor time.
`--cdef`: texts of declarations to parse, too. `--large`: compile the 5,000 declarations as well, which takes minutes.
`--only-compiled`: compile and import both modules, nothing else. `--page`: write what was measured into docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import generated_header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterator, List, Sequence, Tuple

    Interpreters = Dict[str, str]
    Results = Dict[str, Dict[str, float]]
    """Measure, interpreter: the least value."""

COUNTS = (10, 500, 5000)
PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- made by benchmarks/bench_frontend.py: begin -->\n", "<!-- made by benchmarks/bench_frontend.py: end -->\n"

WORKER = """
import sys, time, os
clock, step, path = time.process_time, sys.argv[1], sys.argv[2]
text = open(path).read()
found = {}
def peak():
    return int(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
def timed(name, run):
    start = clock()
    result = run()
    found[name] = 1000 * (clock() - start)
    return result
before, modules = peak(), len(sys.modules)
if step == "start":
    def program():
        import cffi
        ffi = cffi.FFI()
        ffi.cdef(text)
        ffi.dlopen(None)
    timed("ms", program)
elif step in ("import", "import again", "import python"):
    sys.path.insert(0, os.path.dirname(path))
    if step == "import again":
        import _cffi_backend
        before = peak()
    module = timed("ms", lambda: __import__("_big_abi" if step == "import python" else "_big"))
    found["KB"] = peak() - before
else:
    import cffi
    cffi.FFI().cdef("int before;")
    import gc
    gc.collect(0)  # or it is chance whether the next one falls into a short text
    ffi, before = cffi.FFI(), peak()
    if step == "allocated":
        import tracemalloc
        tracemalloc.start()
    timed("ms", lambda: ffi.cdef(text))
    found["KB"] = tracemalloc.get_traced_memory()[1] / 1024 if step == "allocated" else peak() - before
    target = os.path.join(os.path.dirname(path), "_big.c" if step == "c" else "_big_abi.py")
    if step == "c":
        ffi.set_source("_big", '#include "big.h"')
        timed("ms", lambda: ffi.emit_c_code(target))
    elif step == "python":
        ffi.set_source("_big_abi", None)
        timed("ms", lambda: ffi.emit_python_code(target))
    elif step == "compile":
        folder = os.path.dirname(path)
        ffi.set_source("_big", '#include "big.h"', sources=[os.path.join(folder, "big.c")], include_dirs=[folder])
        timed("ms", lambda: ffi.compile(tmpdir=os.path.join(folder, "made")))
import json
print()
print(json.dumps(found))
"""


def run(python: str, step: str, path: Path, cache: str = "off") -> Dict[str, float]:
    """Return what the worker measures in a fresh process; the cache of parsed texts is at `cache`."""
    environment = {**os.environ, "CFFI_CDEF_CACHE": cache}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run([python, "-c", WORKER, step, str(path)], env=environment, capture_output=True, text=True, cwd=path.parent)
    if done.returncode:
        sys.exit(f"{python} {step} {path}:\n{done.stderr}")
    found: Dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def least(results: Results, measure: str, name: str, value: float) -> None:
    row = results.setdefault(measure, {})
    row[name] = min(value, row.get(name, value))


def measure_texts(interpreters: Interpreters, texts: Sequence[Tuple[str, Path]], results: Results, work: Path) -> None:
    for label, path in texts:
        for name, python in interpreters.items():
            found = run(python, "parse", path)
            least(results, f"cdef: {label}, ms", name, found["ms"])
            least(results, f"cdef: {label}, peak KB", name, max(found["KB"], 1))
            least(results, f"cdef: {label}, allocated KB", name, run(python, "allocated", path)["KB"])
            least(results, f"cdef again: {label}, ms", name, run(python, "parse", path, str(work / f"cache-{name}"))["ms"])


def measure_start(interpreters: Interpreters, path: Path, results: Results, work: Path) -> None:
    for name, python in interpreters.items():
        least(results, "import, FFI, cdef of 10, dlopen, ms", name, run(python, "start", path)["ms"])
        least(results, "the same again, ms", name, run(python, "start", path, str(work / f"cache-{name}"))["ms"])


def measure_emit(interpreters: Interpreters, count: int, path: Path, results: Results) -> None:
    for name, python in interpreters.items():
        least(results, f"emit C: {count}, ms", name, run(python, "c", path)["ms"])
        least(results, f"emit Python: {count}, ms", name, run(python, "python", path)["ms"])
        run(python, "import python", path)  # which compiles it
        found = run(python, "import python", path)
        least(results, f"import of the Python module: {count}, ms", name, found["ms"])
        least(results, f"import of the Python module: {count}, peak KB", name, found["KB"])


def children_time() -> float:
    """Return the processor time of the processes that were waited for, in milliseconds."""
    times = os.times()
    return 1000 * (times.children_user + times.children_system)


def measure_compiled(interpreters: Interpreters, count: int, folder: Path, results: Results, runs: int) -> None:
    for name, python in interpreters.items():
        place = folder / name
        generated_header.write(count, place)
        run(python, "c", place / "cdef.txt")
        configured = "import sysconfig; print(sysconfig.get_paths()['include'], sysconfig.get_config_var('EXT_SUFFIX'))"
        include, suffix = subprocess.check_output([python, "-c", configured], text=True).split()
        gcc = ["gcc", "-O2", "-fPIC", "-shared", "-w", f"-I{include}", "-I.", "_big.c", "big.c", "-o", f"_big{suffix}"]
        before = children_time()
        subprocess.run(gcc, cwd=place, check=True)
        least(results, f"gcc -O2: {count}, ms", name, children_time() - before)
        subprocess.run(["strip", f"_big{suffix}"], cwd=place, check=True)
        least(results, f"stripped module: {count}, bytes", name, (place / f"_big{suffix}").stat().st_size)
        run(python, "compile", place / "cdef.txt")
        shutil.copy(place / "cdef.txt", place / "made")
        subprocess.run(["strip", f"_big{suffix}"], cwd=place / "made", check=True)
    for made, label in (("", "import of the module"), ("made", "import of what ffi.compile() made")):
        modules = {name: (python, folder / name / made / "cdef.txt") for name, python in interpreters.items()}
        for _ in range(runs):
            measure_import(modules, count, label, results)


def measure_import(modules: Dict[str, Tuple[str, Path]], count: int, label: str, results: Results) -> None:
    """Import each module, which lies beside the path."""
    for name, (python, path) in modules.items():
        for step, condition in (("import", ""), ("import again", ", the runtime being loaded")):
            found = run(python, step, path)
            least(results, f"{label}{condition}: {count}, ms", name, found["ms"])
            least(results, f"{label}{condition}: {count}, peak KB", name, max(found["KB"], 1))


def measure(interpreters: Interpreters, work: Path, options: argparse.Namespace) -> Results:
    results: Results = {}
    if options.only_compiled:
        for count in COUNTS[1:]:
            measure_compiled(interpreters, count, work / f"compiled-{count}", results, options.runs)
        return results
    texts = [(str(count), work / str(count) / "cdef.txt") for count in COUNTS]
    for count in COUNTS:
        generated_header.write(count, work / str(count))
    for _ in range(options.runs):
        measure_start(interpreters, texts[0][1], results, work)
        measure_texts(interpreters, [*texts, *((file.stem, file.resolve()) for file in options.cdef)], results, work)
        for count in COUNTS[1:]:
            measure_emit(interpreters, count, work / str(count) / "cdef.txt", results)
    for count in COUNTS[1:] if options.large else COUNTS[1:2]:
        measure_compiled(interpreters, count, work / f"compiled-{count}", results, options.runs)
    return results


def figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def table(results: Results) -> Iterator[str]:
    names = list(next(iter(results.values())))
    yield f"| | {' | '.join(names)} | {names[-1]} : {names[0]} |\n"
    yield f"| --- | {'---: | ' * (len(names) + 1)}\n"
    for label, row in results.items():
        yield f"| {label} | {' | '.join(map(figure, row.values()))} | {row[names[-1]] / row[names[0]]:.2f} |\n"


def write_page(lines: Sequence[str]) -> None:
    """Replace the rows of the page that were measured now, and add those that it does not have."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    old, after = rest.split(END)
    rows = {line.split("|")[1]: line for line in old.splitlines(keepends=True)}
    rows.update({line.split("|")[1]: line for line in lines})
    PAGE.write_text("".join([before, BEGIN, *rows.values(), END, after]), encoding="utf-8")


def main(arguments: List[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("interpreters", nargs="+", metavar="NAME=PYTHON")
    parser.add_argument("--cdef", nargs="*", type=Path, default=[])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--only-compiled", action="store_true", help="compile and import both modules, nothing else")
    parser.add_argument("--page", action="store_true")
    options = parser.parse_args(arguments)
    interpreters = {name: os.path.abspath(python) for name, _, python in (each.partition("=") for each in options.interpreters)}
    with tempfile.TemporaryDirectory() as work:
        lines = list(table(measure(interpreters, Path(work), options)))
    print("".join(lines))
    if options.page:
        write_page(lines)


if __name__ == "__main__":
    main(sys.argv[1:])
