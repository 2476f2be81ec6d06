"""ELF files: which symbols a shared library has and lacks, and which other libraries it needs (gABI, chapters 4 and 5)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import FrozenSet, Iterator, List, Tuple

_STRTAB_LINK, _OFFSET, _SIZE = 6, 4, 5  # indexes in a section header
_DYNAMIC, _DYNSYM, _VERNEED = 6, 11, 0x6FFFFFFE  # types of sections
_NEEDED, _RPATH, _RUNPATH = 1, 15, 29  # tags of the dynamic section
_WEAK = 2


@dataclass(frozen=True)
class Elf:
    """One shared library. `required`: the undefined symbols without which it does not load. `versions`: as ``GLIBC_2.17``."""

    machine: int
    defined: FrozenSet[str]
    undefined: FrozenSet[str]
    required: FrozenSet[str]
    needed: Tuple[str, ...]
    versions: FrozenSet[str]
    search: Tuple[str, ...]
    """Its own folders for what it needs; may begin with ``$ORIGIN``."""


def read(data: bytes) -> Elf:
    """Return what a file says. Raises struct.error, IndexError or ValueError when it makes no sense."""
    wide, order = data[4] == 2, "<" if data[5] == 1 else ">"
    (machine,) = struct.unpack_from(order + "H", data, 18)
    sections = _sections(data, order, wide)
    symbols = [symbol for section in sections if section[1] == _DYNSYM for symbol in _symbols(data, order, wide, section, sections)]
    undefined = frozenset(name for name, _, section in symbols if section == 0)
    entries = [entry for section in sections if section[1] == _DYNAMIC for entry in _dynamic(data, order, wide, section, sections)]
    return Elf(
        machine,
        frozenset(name for name, _, section in symbols if section != 0),
        undefined,
        frozenset(name for name, binding, section in symbols if section == 0 and binding != _WEAK),
        tuple(text for tag, text in entries if tag == _NEEDED),
        frozenset(name for section in sections if section[1] == _VERNEED for name in _versions(data, order, section, sections)),
        tuple(folder for tag, text in entries if tag in (_RPATH, _RUNPATH) for folder in text.split(":") if folder),
    )


def _sections(data: bytes, order: str, wide: bool) -> List[Tuple[int, ...]]:
    (offset,) = struct.unpack_from(order + ("Q" if wide else "I"), data, 40 if wide else 32)
    size, count = struct.unpack_from(order + "HH", data, 58 if wide else 46)
    layout = order + ("IIQQQQIIQQ" if wide else "IIIIIIIIII")
    return [struct.unpack_from(layout, data, offset + number * size) for number in range(count)]


def _content(data: bytes, section: Tuple[int, ...]) -> bytes:
    return data[section[_OFFSET] : section[_OFFSET] + section[_SIZE]]


def _symbols(
    data: bytes, order: str, wide: bool, section: Tuple[int, ...], sections: List[Tuple[int, ...]]
) -> Iterator[Tuple[str, int, int]]:
    """Yield the name of each dynamic symbol, its binding, and the section that defines it, 0 for none."""
    names = _content(data, sections[section[_STRTAB_LINK]])
    layout, info, index = (order + "IBBHQQ", 1, 3) if wide else (order + "IIIBBH", 3, 5)
    for entry in struct.iter_unpack(layout, _content(data, section)):
        if entry[0]:
            yield _text(names, entry[0]), entry[info] >> 4, entry[index]


def _dynamic(data: bytes, order: str, wide: bool, section: Tuple[int, ...], sections: List[Tuple[int, ...]]) -> Iterator[Tuple[int, str]]:
    """Yield the entries of the dynamic section that are texts."""
    names = _content(data, sections[section[_STRTAB_LINK]])
    for tag, value in struct.iter_unpack(order + ("qQ" if wide else "iI"), _content(data, section)):
        if tag in (_NEEDED, _RPATH, _RUNPATH):
            yield tag, _text(names, value)


def _versions(data: bytes, order: str, section: Tuple[int, ...], sections: List[Tuple[int, ...]]) -> Iterator[str]:
    """Yield the versions that are needed of other libraries (Linux Standard Base, 10.7.4)."""
    names, content, at = _content(data, sections[section[_STRTAB_LINK]]), _content(data, section), 0
    for _ in range(section[7]):  # sh_info
        _, count, _, first, following = struct.unpack_from(order + "HHIII", content, at)
        each = at + first
        for _ in range(count):
            _, _, _, name, step = struct.unpack_from(order + "IHHII", content, each)
            yield _text(names, name)
            each += step
        at += following


def _text(names: bytes, offset: int) -> str:
    return names[offset : names.index(b"\0", offset)].decode("ascii", "replace")
