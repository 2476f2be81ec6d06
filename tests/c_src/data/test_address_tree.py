"""Ranges are found by an address in them, under the sanitizers."""

from __future__ import annotations

import random
from typing import Any

import pytest


@pytest.fixture(scope="module")
def tree(build_program: Any) -> Any:
    return build_program("data/address_tree_main.c", ["data/address_tree.c"])


@pytest.mark.parametrize("unit", [1, 16, 1 << 40])
def test_the_range_found_is_the_one_that_a_search_through_all_finds(tree: Any, unit: int) -> None:
    chooser = random.Random(unit)
    live: dict[int, tuple[int, int]] = {}
    script, expected = [], []
    for _ in range(6000):
        number, verb = chooser.randrange(300), chooser.choice("++-??")
        start = number * 10 * unit
        if verb == "?":
            address = chooser.randrange(3000) * unit
            script.append(f"? {address}")
            expected.append(next((n for n, (first, last) in live.items() if first <= address <= last), -1))
        elif verb == "+" and number not in live:
            live[number] = (start, start + chooser.randrange(10) * unit)
            script.append(f"+ {number} {live[number][0]} {live[number][1]}")
        elif verb == "-" and live.pop(number, None) is not None:
            script.append(f"- {number}")
    assert [int(word) for word in tree("\n".join(script)).split()] == expected


def test_ranges_in_order_do_not_make_it_deep(tree: Any) -> None:
    script = [f"+ {n} {16 * n} {16 * n + 15}" for n in range(1000)] + [f"? {16 * n + 7}" for n in range(1000)]
    assert tree("\n".join(script)).split() == [str(n) for n in range(1000)]
