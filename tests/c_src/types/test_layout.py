"""The layout of records is what C compilers do: GCC and clang here, clang for other platforms."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Dict, List, Mapping, Optional, Sequence, Tuple

import pytest

Run = Callable[..., str]

# ---- random records: made once, printed as C for a compiler and as numbers for layout_main.c ----

# name: size and alignment in bytes
TYPES_64 = {"char": (1, 1), "unsigned char": (1, 1), "short": (2, 2), "int": (4, 4), "unsigned": (4, 4), "long long": (8, 8),
            "double": (8, 8), "_Bool": (1, 1), "short *": (8, 8)}
TYPES_32 = {**TYPES_64, "short *": (4, 4)}
TYPES_I386 = {**TYPES_32, "long long": (8, 4), "double": (8, 4)}
NO_BIT_FIELDS = ("double", "short *")


@dataclass(frozen=True)
class Member:
    type: str
    size: int
    align: int
    bits: int = -1  # -1: no bit-field
    named: bool = True


@dataclass(frozen=True)
class Record:
    members: Tuple[Member, ...]
    is_union: bool = False
    packed: bool = False
    pack: int = 0


def random_member(rnd: random.Random, types: Mapping[str, Tuple[int, int]]) -> Member:
    """Return a member, two times out of three a bit-field; some of these are unnamed or of width 0."""
    name = rnd.choice(list(types))
    size, align = types[name]
    if name in NO_BIT_FIELDS or rnd.random() < 0.35:
        return Member(name, size, align)
    width = rnd.randint(1, 1 if name == "_Bool" else 8 * size)
    kind = rnd.random()
    return Member(name, size, align, 0 if kind < 0.15 else width, kind >= 0.3)


def random_record(rnd: random.Random, types: Mapping[str, Tuple[int, int]], mode: str) -> Record:
    """Return a record; `mode` is plain, packed (the attribute) or pack (the pragma)."""
    members = tuple(random_member(rnd, types) for _ in range(rnd.randint(1, 7)))
    if not any(member.named for member in members):
        return random_record(rnd, types, mode)
    return Record(members, rnd.random() < 0.15, mode == "packed", rnd.choice((1, 2, 4, 8, 16)) if mode == "pack" else 0)


def c_member(number: int, member: Member) -> str:
    return f"{member.type} {f'f{number}' if member.named else ''}{f' : {member.bits}' if member.bits >= 0 else ''};"


def c_tag(number: int, record: Record) -> str:
    return f"{'union' if record.is_union else 'struct'} s{number}"


def c_definition(number: int, record: Record) -> str:
    """Return the definition of the record `s<number>`."""
    body = " ".join(c_member(i, member) for i, member in enumerate(record.members))
    text = f"{c_tag(number, record)} {{ {body} }}{' __attribute__((packed))' if record.packed else ''};"
    return f"#pragma pack(push, {record.pack})\n{text}\n#pragma pack(pop)" if record.pack else text


def layout_input(record: Record, rules: int, big_endian: bool = False, size: int = -1, align: int = -1) -> str:
    """Return the line of numbers that layout_main.c reads."""
    head = [rules, record.is_union, record.packed, big_endian, record.pack, size, align, len(record.members)]
    numbers = head + [n for m in record.members for n in (m.size, m.align, m.bits, m.named, -1)]
    return " ".join(str(int(number)) for number in numbers)


@dataclass(frozen=True)
class Layout:
    """Size and alignment in bytes; the first bit of each named member, in the order of memory."""

    size: int
    align: int
    bits: Tuple[Optional[int], ...]


def parse_layout(line: str, record: Record, big_endian: bool = False) -> Optional[Layout]:
    """Return what layout_main.c printed; None for a packed bit-field that it refuses."""
    if line.startswith("ACROSS"):
        return None
    numbers = [int(word) for word in line.split()]
    bits = []
    for i, member in enumerate(record.members):
        offset, shift = numbers[5 + 3 * i: 7 + 3 * i]
        first = 8 * member.size - shift - member.bits if big_endian and member.bits >= 0 else shift
        bits.append(8 * offset + first if member.named else None)
    return Layout(numbers[1], numbers[2], tuple(bits))


# ---- rules and platforms ----

GCC_X86, GCC_ARM, MSVC = range(3)
# target: rules, big-endian, types
TARGETS: Dict[str, Tuple[int, bool, Mapping[str, Tuple[int, int]]]] = {
    "x86_64-linux-gnu": (GCC_X86, False, TYPES_64),
    "i386-linux-gnu": (GCC_X86, False, TYPES_I386),
    "aarch64-linux-gnu": (GCC_ARM, False, TYPES_64),
    "arm-linux-gnueabihf": (GCC_ARM, False, TYPES_32),
    "arm64-apple-macos": (GCC_X86, False, TYPES_64),
    "powerpc64-linux-gnu": (GCC_X86, True, TYPES_64),
    "x86_64-pc-windows-msvc": (MSVC, False, TYPES_64),
    "i686-pc-windows-msvc": (MSVC, False, TYPES_32),
}


@pytest.fixture(scope="session")
def layout(build_program: Callable[..., Run]) -> Run:
    """Lay out lines of numbers; see layout_main.c."""
    return build_program("types/layout_main.c", ["types/layout.c"])


def ours(layout: Run, records: Sequence[Record], rules: int, big_endian: bool = False) -> List[object]:
    lines = layout("\n".join(layout_input(record, rules, big_endian) for record in records)).splitlines()
    return [parse_layout(line, record, big_endian) for line, record in zip(lines, records)]


def assert_same(records: Sequence[Record], ours: Sequence[object], truth: Sequence[Layout]) -> None:
    """Compare; a refused bit-field is one that really lies in more bytes than its type has."""
    refused = 0
    for number, (record, found, expected) in enumerate(zip(records, ours, truth)):
        if found is None:
            refused += 1
            assert any(first is not None and first % 8 + member.bits > 8 * member.size
                       for first, member in zip(expected.bits, record.members) if member.bits > 0), c_definition(number, record)
        else:
            assert found == expected, c_definition(number, record)
    assert refused < len(records) / 5
    assert len(records) == len(ours) == len(truth)


# ---- clang for other platforms: it prints its layouts ----

DUMP = re.compile(r"Type: (?:struct|union) s(\d+)\s+Layout: <ASTRecordLayout\s+Size:(\d+)\s+(?:DataSize:\d+\s+)?"
                  r"Alignment:(\d+)\s+FieldOffsets: \[([^\]]*)\]")


def clang_layouts(target: str, records: Sequence[Record], folder: Path) -> List[Layout]:
    source = folder / "records.c"
    source.write_text("".join(f"{c_definition(i, record)}\nint x{i}[sizeof({c_tag(i, record)})];\n"
                              for i, record in enumerate(records)))
    dump = subprocess.run(["clang", "-w", "-target", target, "-Xclang", "-fdump-record-layouts-simple", "-fsyntax-only", source],
                          check=True, capture_output=True, text=True).stdout
    found = {int(m[1]): (int(m[2]) // 8, int(m[3]) // 8, m[4].split(", ")) for m in DUMP.finditer(dump)}
    return [Layout(size, align, tuple(int(bit) if member.named else None for bit, member in zip(bits, record.members)))
            for record, (size, align, bits) in zip(records, (found[i] for i in range(len(records))))]


@pytest.mark.skipif(shutil.which("clang") is None, reason="needs clang, which can lay out for any platform")
@pytest.mark.parametrize("mode", ["plain", "packed", "pack"])
@pytest.mark.parametrize("target", TARGETS)
def test_random_records_lie_as_clang_lays_them_out_for(target: str, mode: str, layout: Run, tmp_path: Path) -> None:
    rules, big_endian, types = TARGETS[target]
    rnd = random.Random(f"{target} {mode}")
    records = [random_record(rnd, types, mode) for _ in range(400)]
    assert_same(records, ours(layout, records, rules, big_endian), clang_layouts(target, records, tmp_path))


# ---- the compiler of this machine: a program stores ones and says where they are ----

PROBE_HEAD = """
#include <stddef.h>
#include <stdio.h>
#include <string.h>
static void show(const void *record, size_t size) {
    const unsigned char *bytes = record;
    for (size_t bit = 0; bit < 8 * size; bit++)
        if (bytes[bit / 8] >> (bit % 8) & 1) { printf(" %zu", bit); return; }
}
"""


def probe(number: int, record: Record) -> str:
    """Return a C function that prints size, alignment and the first bit of each named member."""
    tag = c_tag(number, record)
    lines = [f'    printf("%zu %zu", sizeof({tag}), _Alignof({tag}));']
    for i, member in enumerate(record.members):
        if member.bits > 0 and member.named:
            lines.append(f"    memset(&r, 0, sizeof r); r.f{i} = 1; show(&r, sizeof r);")
        elif member.named:
            lines.append(f'    printf(" %zu", 8 * offsetof({tag}, f{i}));')
    return f"static void probe{number}(void) {{\n    {tag} r; memset(&r, 0, sizeof r);\n" + "\n".join(lines) + '\n    puts("");\n}\n'


def compiler_layouts(compiler: str, records: Sequence[Record], folder: Path) -> List[Layout]:
    parts = [f"{c_definition(i, record)}\n{probe(i, record)}" for i, record in enumerate(records)]
    calls = "".join(f"probe{i}();" for i in range(len(records)))
    (folder / "probe.c").write_text(f"{PROBE_HEAD}{''.join(parts)}int main(void) {{ {calls} return 0; }}\n")
    subprocess.run([compiler, "-std=gnu11", "-w", folder / "probe.c", "-o", folder / "probe"], check=True)
    layouts = []
    for line, record in zip(subprocess.run([folder / "probe"], check=True, capture_output=True, text=True).stdout.splitlines(), records):
        size, align, *bits = (int(word) for word in line.split())
        rest = iter(bits)
        layouts.append(Layout(size, align, tuple(next(rest) if member.named else None for member in record.members)))
    return layouts


@pytest.mark.skipif(os.uname().machine not in ("x86_64", "aarch64"), reason="the sizes of the types are those of 64-bit Linux")
@pytest.mark.parametrize("mode", ["plain", "packed", "pack"])
def test_random_records_lie_as_in_a_program_compiled_here(mode: str, layout: Run, tmp_path: Path) -> None:
    rules = GCC_ARM if os.uname().machine == "aarch64" and sys.platform != "darwin" else GCC_X86
    records = [random_record(random.Random(f"{mode} {i}"), TYPES_64, mode) for i in range(250)]
    assert_same(records, ours(layout, records, rules), compiler_layouts(os.environ.get("CC", "cc"), records, tmp_path))


# ---- what a compiler told, and limits ----

HUGE = 2 ** 63 - 1


def test_told_offsets_move_members_and_those_behind_them(layout: Run) -> None:
    line = layout(f"{GCC_X86} 0 0 0 0 -1 -1 3  4 4 -1 1 8  1 1 -1 1 -1  2 2 -1 1 0")
    assert line == "13 16 4 16 4 8 0 0 12 0 12 0 0 14\n"


def test_told_size_and_alignment_win_over_the_computed_ones(layout: Run) -> None:
    assert layout(f"{GCC_X86} 0 0 0 0 24 8 1  4 4 -1 1 -1") == "4 24 8 4 4 0 0 0\n"


def test_told_size_that_is_too_small_is_refused(layout: Run) -> None:
    assert layout(f"{GCC_X86} 0 0 0 0 7 -1 1  8 8 -1 1 -1") == "TOO_SMALL 0\n"


@pytest.mark.parametrize("members", [
    f"2 {HUGE} 1 -1 1 -1 1 1 -1 1 -1",
    f"2 {HUGE} 1 -1 1 -1 1 1 1 1 -1",
    f"1 {HUGE - 1} 4 -1 1 -1",
    f"2 {HUGE - 1} 1 -1 1 -1 4 4 -1 1 -1",
    f"2 1 1 -1 1 {HUGE - 1} 8 8 5 1 -1",
    f"1 8 8 -1 1 {HUGE - 7}",
])
@pytest.mark.parametrize("rules", [GCC_X86, GCC_ARM, MSVC])
def test_sizes_that_do_not_fit_are_refused(rules: int, members: str, layout: Run) -> None:
    assert layout(f"{rules} 0 0 0 0 -1 -1 {members}").startswith("TOO_LARGE")


def test_bits_of_a_huge_struct_are_counted_without_overflow(layout: Run) -> None:
    first = 2 ** 62
    assert layout(f"{GCC_X86} 0 0 0 0 -1 -1 3  {first} 1 -1 1 -1  4 4 3 1 -1  4 4 30 1 -1").split()[5:] == [
        "0", "0", "0", str(first), "0", str(first), str(first + 4), "0", str(first + 4)]
