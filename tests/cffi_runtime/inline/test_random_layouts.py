"""Random structs with every attribute that changes a layout lie in memory as the C compiler puts them, in ABI mode and API mode."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import List, Tuple

import pytest

from cffi import FFI
from cffi_build import cdef, emit

COUNT = 150
TYPEDEFS = """
typedef int wide_int __attribute__((aligned(16)));
typedef int loose_int __attribute__((aligned(1)));
typedef double half_double __attribute__((aligned(4)));
typedef wide_int same_wide;
typedef struct { char c; short s; } pair __attribute__((aligned(8)));
"""
TYPES = ["char", "short", "int", "long long", "float", "double", "long double", "void *", "__int128", "_Bool", "double _Complex",
         "wide_int", "loose_int", "half_double", "same_wide", "pair", "enum e", "long double _Complex", "_Float16"]  # fmt: skip
MEMBER = ["", "", "", "", "__attribute__((packed))", "__attribute__((aligned(2)))", "__attribute__((aligned(32)))",
          "__attribute__((packed, aligned(4)))", "__attribute__((aligned))"]  # fmt: skip
WHOLE = ["", "", "", "__attribute__((packed))", "__attribute__((aligned(16)))", "__attribute__((packed, aligned(2)))",
         "__attribute__((aligned(64)))"]  # fmt: skip


def member(rnd: random.Random, name: str, earlier: List[str]) -> str:
    shape = rnd.randrange(10)
    attribute = rnd.choice(MEMBER)
    if shape == 0 and earlier:
        return f"struct {rnd.choice(earlier)} {name} {attribute};"
    if shape == 1:
        return f"{rnd.choice(['struct', 'union'])} {{ {rnd.choice(TYPES)} {name}_a; {rnd.choice(TYPES)} {name}_b {attribute}; }};"
    if shape == 2:
        return f"{rnd.choice(TYPES[:11])} {name}[{rnd.randrange(1, 4)}] {attribute};"
    if shape == 3:
        return f"{rnd.choice(TYPES)} *{name} {attribute};"
    before = rnd.choice(["", "", f"_Alignas({rnd.choice([16, 32])}) "]) if not attribute else ""
    return f"{before}{rnd.choice(TYPES)} {name} {attribute};"


def names_of(line: str, name: str) -> List[str]:
    return [f"{name}_a", f"{name}_b"] if line.startswith(("struct {", "union {")) else [name]


def structs() -> List[Tuple[str, List[str], str]]:
    """Return name, fields and C text of each struct."""
    rnd = random.Random(2026)
    made: List[Tuple[str, List[str], str]] = []
    for number in range(COUNT):
        lines, fields = [], []
        for index in range(rnd.randrange(1, 6)):
            lines.append(member(rnd, f"m{index}", [name for name, _, _ in made[-5:]]))
            fields += names_of(lines[-1], f"m{index}")
        kind = "struct"
        text = f"{kind} s{number} {{ {' '.join(lines)} }} {rnd.choice(WHOLE)};"
        if rnd.random() < 0.25:
            text = f"#pragma pack(push, {rnd.choice([1, 2, 4, 8])})\n{text}\n#pragma pack(pop)"
        made.append((f"s{number}", fields, text))
    return made


STRUCTS = structs()
TEXT = "enum e { ZERO, ONE };" + TYPEDEFS + "\n".join(text for _, _, text in STRUCTS) + "\n"


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> List[List[int]]:
    """Size, alignment and offsets of each struct, as the C compiler says."""
    folder = tmp_path_factory.mktemp("layouts")
    prints = []
    for name, fields, _ in STRUCTS:
        prints.append(f'printf("%zu %zu", sizeof(struct {name}), _Alignof(struct {name}));')
        prints += [f'printf(" %zu", offsetof(struct {name}, {field}));' for field in fields]
        prints.append('printf("\\n");')
    body = "\n".join(prints)
    (folder / "t.c").write_text(f"#include <stdio.h>\n#include <stddef.h>\n{TEXT}int main(void) {{ {body} return 0; }}\n")
    subprocess.run([os.environ.get("CC", "cc"), "-w", folder / "t.c", "-o", folder / "t"], check=True)
    output = subprocess.run([folder / "t"], check=True, capture_output=True, text=True).stdout
    return [[int(word) for word in line.split()] for line in output.splitlines()]


def test_abi_mode_lays_them_out_as_the_compiler_does(truth: List[List[int]]) -> None:
    ffi = FFI()
    ffi.cdef(TEXT)
    for (name, fields, text), expected in zip(STRUCTS, truth):
        ctype = f"struct {name}"
        got = [ffi.sizeof(ctype), ffi.alignof(ctype), *(ffi.offsetof(ctype, field) for field in fields)]
        assert got == expected, text


def test_sizes_in_constant_expressions_are_those_of_the_compiler(truth: List[List[int]]) -> None:
    lines = [f"#define SIZE_{name} sizeof(struct {name})\n#define ALIGN_{name} _Alignof(struct {name})\n" for name, _, _ in STRUCTS]
    declared = cdef.parse(TEXT + "".join(lines))
    for (name, _, text), expected in zip(STRUCTS, truth):
        values = [getattr(declared.globals[f"{what}_{name}"], "value", None) for what in ("SIZE", "ALIGN")]
        assert values == expected[:2], text


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_the_checks_of_api_mode_find_no_difference(compiler: str, tmp_path: Path) -> None:
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is not here")
    text, skipped = TEXT, "_Float16" if compiler == "clang" else ""  # clang has it on x86 from version 15 on
    text = text.replace(skipped, "short") if skipped else text
    path = tmp_path / "_layouts.c"
    path.write_text(emit.c_source("_layouts", cdef.parse(text), text))
    include = sysconfig.get_path("include")
    done = subprocess.run([compiler, "-fsyntax-only", f"-I{include}", str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
