"""The table of primitive types agrees with the C compiler's headers; integers of every width load and store."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Callable, Dict, List, Tuple

import pytest

Run = Callable[..., str]
VOID, BOOL, CHAR, SIGNED, UNSIGNED, FLOAT, LONG_DOUBLE, COMPLEX = range(8)
HEADERS = "stdbool.h stddef.h stdint.h stdio.h sys/types.h uchar.h wchar.h complex.h".split()


@pytest.fixture(scope="session")
def prim(build_program: Callable[..., Run]) -> Run:
    """Print the table, or load and store; see prim_main.c."""
    return build_program("types/prim_main.c", ["types/prim.c"])


@pytest.fixture(scope="session")
def table(prim: Run) -> Dict[str, Tuple[int, ...]]:
    rows = [line.split(" ", 5) for line in prim("").splitlines()[:-1]]
    return {row[5]: tuple(int(number) for number in row[:5]) for row in rows}


def test_names_are_found_under_their_numbers(table: Dict[str, Tuple[int, ...]]) -> None:
    assert [row[0] for row in table.values()] == list(range(56))


def test_only_whole_names_are_found_and_the_other_names_of_complex_types(prim: Run) -> None:
    assert prim("").splitlines()[-1] == "7 -1 49"


def test_sizes_alignments_and_signs_are_those_of_the_compiler(table: Dict[str, Tuple[int, ...]], tmp_path: Path) -> None:
    names = [name for name in table if name != "void"]
    lines = [f'printf("%zu %zu %d\\n", sizeof({n}), _Alignof({n}), {"0" if "Complex" in n else f"({n})-1 < ({n})0"});' for n in names]
    text = "".join(f"#include <{header}>\n" for header in HEADERS) + "int main(void) {" + "\n".join(lines) + "return 0; }\n"
    (tmp_path / "sizes.c").write_text(text)
    subprocess.run([os.environ.get("CC", "cc"), "-w", tmp_path / "sizes.c", "-o", tmp_path / "sizes"], check=True)
    output = subprocess.run([tmp_path / "sizes"], check=True, capture_output=True, text=True).stdout.splitlines()
    for name, line in zip(names, output):
        size, align, signed = (int(word) for word in line.split())
        assert table[name][3:] == (size, align), name
        if table[name][1] in (BOOL, SIGNED, UNSIGNED):
            assert signed == (table[name][1] == SIGNED), name
    assert len(output) == 55


def test_each_kind_and_size_has_a_conversion_of_its_own(table: Dict[str, Tuple[int, ...]]) -> None:
    shapes: Dict[int, set] = {}
    for _, kind, conv, size, _ in table.values():
        shapes.setdefault(conv, set()).add((kind, size))
    assert all(len(same) == 1 for same in shapes.values())
    assert len(shapes) == len({shape for same in shapes.values() for shape in same})


@pytest.mark.parametrize("size", range(1, 9))
def test_integers_of_every_number_of_bytes_load_and_store(size: int, prim: Run) -> None:
    rnd = random.Random(size)
    values: List[bytes] = [bytes(rnd.randrange(256) for _ in range(size)) for _ in range(50)]
    values += [b"\xff" * size, b"\0" * size, b"\x80" + b"\0" * (size - 1), b"\0" * (size - 1) + b"\x80"]
    lines = prim("\n".join(f"{size} {value.hex()}" for value in values), "load").splitlines()
    assert lines == [f"{int.from_bytes(value, sys.byteorder)} {int.from_bytes(value, sys.byteorder, signed=True)} {value.hex()}"
                     for value in values]
