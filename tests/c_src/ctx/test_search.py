"""c_src/ctx/search.c: names are found where they are and nowhere else."""

from __future__ import annotations

import random
from typing import Callable, List

import pytest

Run = Callable[..., str]


@pytest.fixture(scope="session")
def search(build_program: Callable[..., Run]) -> Run:
    """Look up lines in a table given as arguments."""
    return build_program("ctx/search_main.c", ["ctx/search.c"])


def indices(search: Run, table: List[str], names: List[str]) -> List[int]:
    """Return what the search says for each name."""
    return [int(line) for line in search("".join(name + "\n" for name in names), *table).split()]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 8, 100])
def test_every_row_is_found_and_its_prefixes_and_extensions_are_not(search: Run, count: int) -> None:
    rng = random.Random(count)
    table = sorted({"".join(rng.choice("abA_9é") for _ in range(rng.randrange(1, 6))) for _ in range(count)}, key=str.encode)
    names = sorted({*table, *(name[:-1] for name in table), *(name + "a" for name in table), "", "zz", "$"})
    assert indices(search, table, names) == [table.index(name) if name in table else -1 for name in names]
