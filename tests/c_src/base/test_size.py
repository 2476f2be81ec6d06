"""Arithmetic on sizes says what Python's integers say, and "no" exactly where the result does not fit."""

from __future__ import annotations

import random
import struct
from typing import Any

LIMIT = 2 ** (8 * struct.calcsize("P") - 1) - 1
EDGES = [0, 1, 2, 3, 7, 8, 2**31 - 1, 2**31, 2**32, LIMIT // 3, LIMIT // 2, LIMIT // 2 + 1, LIMIT - 8, LIMIT - 7, LIMIT - 1, LIMIT]


def compute(verb: str, a: int, b: int) -> int:
    return a * b if verb == "multiply" else a + b if verb == "add" else -(-a // b) * b


def test_results_are_exact_or_refused(build_program: Any) -> None:
    chooser = random.Random(1)
    cases = [(verb, a, b) for verb in ("multiply", "add") for a in EDGES for b in EDGES]
    cases += [("align", a, 2**k) for a in EDGES for k in (0, 1, 4, 12)]
    cases += [("multiply", chooser.getrandbits(chooser.randrange(1, 63)), chooser.getrandbits(chooser.randrange(1, 63)))
              for _ in range(2000)]
    run = build_program("base/size_main.c", [])
    results = run("\n".join(" ".join(map(str, case)) for case in cases)).split()
    expected = [compute(*case) for case in cases]
    assert results == [str(value) if value <= LIMIT else "no" for value in expected]
