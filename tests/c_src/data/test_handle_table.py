"""The set of addresses behaves as Python's set, under the sanitizers."""

from __future__ import annotations

import random
from typing import Any

import pytest


@pytest.fixture(scope="module")
def table(build_program: Any) -> Any:
    return build_program("data/handle_table_main.c", ["data/handle_table.c"])


@pytest.mark.parametrize("stride", [1, 16, 4096, 1 << 20])
def test_it_holds_what_was_added_and_not_removed(table: Any, stride: int) -> None:
    chooser = random.Random(stride)
    known: set[int] = set()
    script, expected = [], []
    for _ in range(4000):
        address = chooser.randrange(1, 300) * stride
        verb = chooser.choice("+-?")
        if verb == "+" and address in known:
            continue
        script.append(f"{verb} {address}")
        if verb == "?":
            expected.append("1" if address in known else "0")
        else:
            (known.add if verb == "+" else known.discard)(address)
    assert table("\n".join(script)) == "".join(expected) + f" {len(known)}\n"


def test_null_is_never_in_it(table: Any) -> None:
    assert table("? 0 + 16 ? 0 - 0 ? 16") == "001 1\n"
