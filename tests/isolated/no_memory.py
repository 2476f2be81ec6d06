"""no_memory.py LIBRARY: every kind of operation with the first, second … allocation that the runtime makes for it refused.

LIBRARY is no_memory.c, compiled. Fails when an operation then does anything but raise MemoryError, or work in another way.
"""

from __future__ import annotations

import ctypes
import gc
import sys

import leaks

TOLD = {"callback": "sys.unraisablehook", "extern Python": "sys.unraisablehook", "callback that fails": "sys.unraisablehook",
        "libffi: callback of records": "sys.unraisablehook"}
"""Where the error is told when C called back, which then gets 0."""

library = ctypes.CDLL(sys.argv[1])
library.refuse.argtypes = [ctypes.c_long]


def outcome(operation, allocation):
    """Run the operation with one allocation refused; return whether it came to that, and the error."""
    error = None
    library.refuse(allocation)
    try:
        operation()
    except BaseException as caught:
        error = caught
    return library.stop_refusing(), error


def check(operations):
    """Return how many allocations were refused, and what was wrong as lines of text."""
    count, wrong = 0, []
    for name, operation in operations.items():
        print(name, file=sys.stderr, flush=True)
        for allocation in range(1000):
            gc.collect(0)
            refused, error = outcome(operation, allocation)
            if not isinstance(error, (MemoryError, type(None))) and name not in TOLD:
                wrong.append(f"{name}, allocation {allocation}: {type(error).__name__}: {error}")
            if not refused:
                break
            count += 1
        operation()  # and afterwards it works as ever
    return count, wrong


if __name__ == "__main__":
    redirected = library.redirect()
    refusals, problems = check(leaks.OPERATIONS)
    print(f"{redirected} addresses, {refusals} allocations refused", *problems, sep="\n")
    sys.exit(1 if problems else 0)
