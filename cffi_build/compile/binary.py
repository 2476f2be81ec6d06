"""What a compiled file says of itself: format, machine, and the symbols it takes from others. ELF, PE and Mach-O; nothing is loaded."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Dict, FrozenSet, Iterator, List, Optional, Tuple

from cffi_build.compile import elf

ELF_MACHINES = {3: "i686", 21: "ppc64le", 22: "s390x", 40: "armv7l", 62: "x86_64", 183: "aarch64", 243: "riscv64", 258: "loongarch64"}
PE_MACHINES = {0x14C: "win32", 0x8664: "amd64", 0xAA64: "arm64"}
MACHO_MACHINES = {7: "i386", 0x01000007: "x86_64", 0x0100000C: "arm64"}
KNOWN = frozenset([*ELF_MACHINES.values(), *PE_MACHINES.values(), *MACHO_MACHINES.values()]) - {"armv7l", "ppc64le"}
"""The machines that platform tags call by one name only."""

_FAT, _MACHO_64, _ELF = b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\x7fELF"


@dataclass(frozen=True)
class Binary:
    """One compiled file. `machines`: more than one in a universal file of macOS. `undefined`: the symbols that others must have.

    Of ELF files only: `needed`, the libraries, and `versions` that they must have.
    """

    format: str
    machines: FrozenSet[str]
    undefined: FrozenSet[str]
    needed: Tuple[str, ...] = ()
    versions: FrozenSet[str] = frozenset()


class Malformed(ValueError):
    """A file begins as a compiled one does, and then makes no sense."""


def read(path: Path) -> Optional[Binary]:
    """Return what the file says of itself; None when it is none of the three formats."""
    with path.open("rb") as file:
        start = file.read(4)
    reader = _reader(start)
    if reader is None:
        return None
    try:
        return reader(path.read_bytes())
    except (struct.error, IndexError, ValueError, KeyError) as error:
        raise Malformed(f"{path.name}: not a complete {start!r} file: {error}") from None


def _reader(start: bytes) -> Optional[Callable[[bytes], Optional[Binary]]]:
    known = {_ELF: _elf, _MACHO_64: _macho, _FAT: _universal}
    return _pe if start[:2] == b"MZ" else known.get(start)


def _text(data: bytes, offset: int) -> str:
    return data[offset : data.index(b"\0", offset)].decode("ascii", "replace")


# ---- ELF


def _elf(data: bytes) -> Binary:
    found = elf.read(data)
    machine = ELF_MACHINES.get(found.machine, f"machine {found.machine}")
    return Binary("elf", frozenset([machine]), found.undefined, found.needed, found.versions)


# ---- PE (the import table)


def _pe(data: bytes) -> Optional[Binary]:
    (start,) = struct.unpack_from("<I", data, 60)
    if data[start : start + 4] != b"PE\0\0":
        return None  # a program for DOS
    machine, sections = struct.unpack_from("<HH", data, start + 4)
    (optional_size,) = struct.unpack_from("<H", data, start + 20)
    wide = struct.unpack_from("<H", data, start + 24)[0] == 0x20B
    (imports,) = struct.unpack_from("<I", data, start + 24 + (120 if wide else 104))
    table = start + 24 + optional_size
    mapping = [struct.unpack_from("<IIII", data, table + 40 * number + 8) for number in range(sections)]
    names = frozenset(_pe_imports(data, imports, mapping, wide)) if imports else frozenset()
    return Binary("pe", frozenset([PE_MACHINES.get(machine, f"machine {machine:#x}")]), names)


def _pe_offset(address: int, sections: List[Tuple[int, ...]]) -> int:
    """Return where in the file the memory at `address` comes from."""
    for size, virtual, raw_size, raw in sections:
        if virtual <= address < virtual + max(size, raw_size):
            return address - virtual + raw
    raise Malformed(f"no section has the address {address:#x}")


def _pe_imports(data: bytes, imports: int, sections: List[Tuple[int, ...]], wide: bool) -> Iterator[str]:
    """Yield the imported names, those of Python's library also as ``python3.dll:Name``."""
    layout, by_number = ("<Q", 1 << 63) if wide else ("<I", 1 << 31)
    at = _pe_offset(imports, sections)
    while True:
        thunks, _, _, library, addresses = struct.unpack_from("<IIIII", data, at)
        if not library:
            return
        yield _text(data, _pe_offset(library, sections)).lower()
        entry = _pe_offset(thunks or addresses, sections)
        while thunk := struct.unpack_from(layout, data, entry)[0]:
            if not thunk & by_number:
                yield _text(data, _pe_offset(thunk, sections) + 2)
            entry += struct.calcsize(layout)
        at += 20


# ---- Mach-O (LC_SYMTAB)


def _universal(data: bytes) -> Binary:
    (count,) = struct.unpack_from(">I", data, 4)
    slices = [struct.unpack_from(">IIIII", data, 8 + 20 * number) for number in range(count)]
    found = [_macho(data[offset : offset + size]) for _, _, offset, size, _ in slices]
    return Binary("macho", frozenset().union(*(one.machines for one in found)), frozenset().union(*(one.undefined for one in found)))


def _macho(data: bytes) -> Binary:
    _, machine, _, _, commands = struct.unpack_from("<IIIII", data)
    names: Dict[str, int] = {}
    at = 32
    for _ in range(commands):
        command, size = struct.unpack_from("<II", data, at)
        if command == 2:  # LC_SYMTAB
            names.update(_macho_symbols(data, *struct.unpack_from("<IIII", data, at + 8)))
        at += size
    undefined = frozenset(name for name, kind in names.items() if kind & 0xE0 == 0 and kind & 0x0F == 0x01)  # N_UNDF | N_EXT
    return Binary("macho", frozenset([MACHO_MACHINES.get(machine, f"machine {machine:#x}")]), undefined)


def _macho_symbols(data: bytes, symbols: int, count: int, strings: int, _size: int) -> Iterator[Tuple[str, int]]:
    for name, kind, _, _, _ in struct.iter_unpack("<IBBHQ", data[symbols : symbols + 16 * count]):
        yield _text(data, strings + name)[1:], kind  # C names begin with an underscore here
