"""Throughput of two threads against one, for calls and for reading structs. Without a GIL it should be near 2."""

from __future__ import annotations

import sys
import sysconfig
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from cases import CASES
from worker import measured, names_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

CHOSEN = ("call.noop", "call.add", "call.strlen.bytes", "call.ptr_arg", "data.p.x", "data.p.x=", "data.a[i]", "new.struct", "lib.CONST")
ROUNDS = 20000


def throughput(run: Callable[[], None], threads: int) -> float:
    """Return runs per second of wall-clock time, best of five."""
    best = 0.0
    for _ in range(5):
        workers = [threading.Thread(target=run) for _ in range(threads)]
        start = time.perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        best = max(best, threads / (time.perf_counter() - start))
    return best


def main() -> None:
    print("free-threaded:", bool(sysconfig.get_config_var("Py_GIL_DISABLED")), "GIL:", getattr(sys, "_is_gil_enabled", lambda: True)())
    for implementation in ("cffi-api", "cffi-abi"):
        for name in CHOSEN:
            # each thread has a function of its own, made in it: what is measured is our sharing, not that of Python's objects
            def run(name: str = name, implementation: str = implementation) -> None:
                function = measured(CASES[name], implementation, names_of(implementation))
                function(range(ROUNDS), int)

            print(f"{implementation:10} {name:20} {throughput(run, 2) / throughput(run, 1):.2f}")


if __name__ == "__main__":
    main()
