"""The table tells the addresses of live handles from any others, under the sanitizers."""

from __future__ import annotations

import random
from typing import Any

import pytest


@pytest.fixture(scope="module")
def table(build_program: Any) -> Any:
    def run(script: str) -> list[int]:
        return [int(word) for word in program(script).split()]

    program = build_program("data/handle_table_main.c", ["data/handle_table.c"])
    return run


@pytest.mark.parametrize("most", [3, 300, 3000])
def test_each_handle_has_its_object_as_long_as_it_lives(table: Any, most: int) -> None:
    chooser = random.Random(most)
    live: set[int] = set()
    script, expected = [], []
    for _ in range(8000):
        number = chooser.randrange(1, most)
        script.append(f"- {number}" if number in live else f"+ {number}")
        live ^= {number}
        asked = chooser.choice([*live, number])
        if asked in live:
            script.append(f"? {asked} 0")
            expected.append(asked)
    assert table("\n".join(script)) == expected


def test_an_address_between_two_is_none(table: Any) -> None:
    assert table("+ 1 + 2 ? 1 0 ? 1 1 ? 1 8 ? 1 15 ? 1 16") == [1, 0, 0, 0, 2]


def test_what_lies_before_and_behind_all_of_them_is_none(table: Any) -> None:
    assert table("+ 1 ? 1 -16 ? 1 4096 ? 2 0") == [0, 0, 0]


def test_a_stale_handle_stays_dead_while_others_are_free(table: Any) -> None:
    again = " ".join(f"+ {number} - {number}" for number in range(2, 250))
    assert table(f"+ 1 - 1 {again} ? 1 0") == [0]


def test_more_than_one_block_is_looked_through(table: Any) -> None:
    numbers = range(1, 5000)
    script = [*(f"+ {number}" for number in numbers), *(f"? {number} 0" for number in numbers)]
    assert table("\n".join(script)) == list(numbers)
