"""Throughput of two threads against one, for calls and for reading structs. Without a GIL it should be near 2.

    [chrt -f 10] python benchmarks/free_threading.py [--page] [CASE …]

The threads must really run at the same time: on a machine that does other things give it real-time priority, as above.
With --page the table goes into docs/performance.md.
"""

from __future__ import annotations

import statistics
import sys
import sysconfig
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from cases import CASES
from page import replace_part, table
from worker import measured, names_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List

CHOSEN = ("call.noop", "call.noop.attr", "call.add", "call.strlen.bytes", "call.ptr_arg", "call.ptr_ret", "data.p.x", "data.p.x=",
          "data.a[i]", "new.struct", "data.cast_ptr", "lib.CONST")
ROUNDS = 20000
BEGIN, END = "<!-- made by benchmarks/free_threading.py: begin -->\n", "<!-- made by benchmarks/free_threading.py: end -->\n"


def measure(implementation: str, name: str, threads: int) -> float:
    """Return the processor time of a round, in seconds, when so many threads do the same at once; the median of 25.

    Each thread has functions and data of its own: what is measured is what our objects share, not the contention that the case makes.
    Processor time is what a thread needs; with as many cores as threads, throughput is threads divided by it.
    """
    barrier = threading.Barrier(threads)
    times: List[float] = []

    def run() -> None:
        function = measured(CASES[name], implementation, names_of(implementation))
        function(range(100), time.thread_time)
        for _ in range(25):
            barrier.wait()
            times.append(function(range(ROUNDS), time.thread_time))

    workers = [threading.Thread(target=run) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return statistics.median(times)


def throughput(implementation: str, name: str) -> str:
    return f"{2 * measure(implementation, name, 1) / measure(implementation, name, 2):.2f}"


def main() -> None:
    print("free-threaded:", bool(sysconfig.get_config_var("Py_GIL_DISABLED")), "GIL:", getattr(sys, "_is_gil_enabled", lambda: True)())
    arguments = sys.argv[1:]
    chosen = [name for name in arguments if name != "--page"] or CHOSEN
    rows = [[f"`{name}`", throughput("cffi-api", name), throughput("cffi-abi", name)] for name in chosen]
    text = table(["throughput of two threads, that of one being 1", "API mode", "in-line ABI mode"], rows)
    if "--page" in arguments:
        replace_part(BEGIN, text, END)
    print(text)


if __name__ == "__main__":
    main()
