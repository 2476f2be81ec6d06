"""Makes the measured functions of one implementation in this interpreter; under callgrind, runs and counts them.

    valgrind --tool=callgrind … VENV/bin/python benchmarks/worker.py cffi-api call.add call.noop     (see count_instructions.py)
"""

from __future__ import annotations

import gc
import json
import os
import random
import sys
from itertools import repeat
from pathlib import Path

from cases import CASES, Case
from peers import CDEF, folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterable

    Measured = Callable[[Iterable[None], Callable[[], Any]], Any]

SHUFFLED = list(range(10000))
random.Random(1234).shuffle(SHUFFLED)
LOOPS = int(os.environ.get("BENCHMARKS_LOOPS", "40"))

CTYPES_FUNCTIONS = """
    b_noop V | b_neg I I | b_add I I I | b_f4 I IIII | b_f8 I IIIIIIII | b_fma3 D DDD | b_strlen Z C | b_touch V P | b_ident P P |
    b_mkpoint S II | b_sumpoint I S | b_sum I AI | b_fmt I CZC | b_get_add B | b_qsort V AZQ | b_apply L KI
"""


def names_of(implementation: str) -> Dict[str, Any]:
    """Return the names that the code of the cases uses."""
    sys.path.insert(0, str(folder()))
    names: Dict[str, Any] = {"SHUFFLED": SHUFFLED}
    if implementation.startswith("cffi-"):
        names.update(_cffi_names(implementation))
    elif implementation == "ctypes":
        names.update(_ctypes_names())
    else:
        module = {"limit": "limit", "limit-gil": "limit_gil"}.get(implementation, f"bench_{implementation}")
        names["m"] = __import__(module)
    return names


def _cffi_names(implementation: str) -> Dict[str, Any]:
    if implementation == "cffi-api":
        from _bench_api import ffi, lib

        return {"ffi": ffi, "m": lib}
    if implementation == "cffi-hold":
        from _bench_hold import ffi, lib

        return {"ffi": ffi, "m": lib}
    if implementation == "cffi-ooabi":
        from _bench_ooabi import ffi
    else:
        import cffi

        ffi = cffi.FFI()
        ffi.cdef(CDEF)
    return {"ffi": ffi, "m": ffi.dlopen(str(folder() / "libbench.so"))}


def _ctypes_names() -> Dict[str, Any]:
    import ctypes as ct

    class Point(ct.Structure):
        _fields_ = [("x", ct.c_int), ("y", ct.c_int), ("w", ct.c_double)]

    int_pointer = ct.POINTER(ct.c_int)
    callback, compare = ct.CFUNCTYPE(ct.c_int, ct.c_int), ct.CFUNCTYPE(ct.c_int, int_pointer, int_pointer)
    types = {
        "V": None, "I": ct.c_int, "D": ct.c_double, "Z": ct.c_size_t, "C": ct.c_char_p, "P": ct.POINTER(Point), "S": Point, "L": ct.c_long,
        "A": int_pointer, "B": ct.CFUNCTYPE(ct.c_int, ct.c_int, ct.c_int), "Q": compare, "K": callback,
    }  # fmt: skip
    library = ct.CDLL(str(folder() / "libbench.so"))
    for declaration in CTYPES_FUNCTIONS.split("|"):
        name, result, *arguments = declaration.split()
        function = getattr(library, name)
        function.restype, function.argtypes = types[result], [types[letter] for letter in "".join(arguments)]
    return {"ct": ct, "m": library, "Point": Point, "CBINT": callback, "CBCMP": compare}


def measured(case: Case, implementation: str, names: Dict[str, Any]) -> Measured:
    """Return a function of (iterable, clock) that runs the statement `case.unroll` times an item; it returns the clock's difference."""
    code = case.code_for(implementation)
    assert code is not None
    setup, statement = code
    lines = ["def inner(_iterable, _clock):", *(f"    {name} = _global_{name}" for name in names)]
    lines += [f"    {line}" for line in (setup or "pass").split("\n")]
    lines += ["    _start = _clock()", "    for _ in _iterable:", *[f"        {statement}"] * case.unroll, "    return _clock() - _start"]
    scope = {f"_global_{name}": value for name, value in names.items()}
    exec(compile("\n".join(lines), f"<{case.name}>", "exec"), scope)
    inner: Measured = scope["inner"]
    return inner


EMPTY = Case("", {"*": ("", "pass")}, 1, 1)


def operations(case: Case) -> int:
    """Return how many operations one statement makes."""
    return _comparisons() if case.ops == "QSORT_COMPARES" else int(case.ops)


def _comparisons() -> int:
    """Return how often the C library's qsort compares the items of SHUFFLED: the same for every implementation."""
    count = 0
    names = _ctypes_names()

    def compare(left: Any, right: Any) -> int:
        nonlocal count
        count += 1
        return left[0] - right[0]

    names["m"].b_qsort((names["ct"].c_int * len(SHUFFLED))(*SHUFFLED), len(SHUFFLED), names["CBCMP"](compare))
    return count


def count(case: Case, function: Measured) -> Dict[str, int]:
    """Let callgrind write what N and then 2 N rounds take: their difference is free of what is around the loop."""
    import callgrind_control

    ops = operations(case)
    loops = LOOPS if ops == 1 else 2 if ops <= 1000 else 1
    if "1000" in case.name:
        loops = 5
    function(repeat(None, max(20, loops) if ops == 1 else 1), int)  # adaptive interpreter, free lists, caches
    for times in (1, 2):
        callgrind_control.zero()
        function(repeat(None, loops * times), int)
        callgrind_control.dump(f"{case.name}|{times}")
    return {"loops": loops, "unroll": case.unroll, "ops": ops}


def main(implementation: str, *chosen: str) -> None:
    names = names_of(implementation)
    gc.disable()
    result = {"": count(EMPTY, measured(EMPTY, implementation, {}))}
    for name in chosen:
        result[name] = count(CASES[name], measured(CASES[name], implementation, names))
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main(*sys.argv[1:])
