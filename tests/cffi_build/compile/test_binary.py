"""What compiled files say of themselves, compared with what the compiler and other readers say."""

import shutil
import struct
import subprocess

import pytest

from cffi_build.compile import binary

CODE = "extern int other_function(void); extern int other_value; int own(void) { return other_function() + other_value; }"


@pytest.fixture
def compiled(tmp_path):
    """Compile a shared library with the given compiler command."""

    def run(*command, suffix=".so"):
        if shutil.which(command[0]) is None:
            pytest.skip(f"no {command[0]} here")
        (tmp_path / "a.c").write_text(CODE, encoding="utf-8")
        target = tmp_path / f"a{suffix}"
        subprocess.run([*command, "a.c", "-o", target.name], cwd=tmp_path, check=True)
        return target

    return run


def test_an_elf_file_tells_its_machine_and_the_symbols_that_nm_calls_undefined(compiled):
    path = compiled("cc", "-shared", "-fPIC")
    found = binary.read(path)
    listed = subprocess.run(["nm", "-D", "--undefined-only", str(path)], stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout
    assert found.format == "elf"
    assert found.machines == {subprocess.run(["uname", "-m"], stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout.strip()}
    assert found.undefined == {line.split()[-1].partition("@")[0] for line in listed.splitlines()}
    assert {"other_function", "other_value"} <= found.undefined
    assert "own" not in found.undefined


def pe_file(imports):
    """A PE file for AMD64 with one section at address 0x1000 that has nothing but the import table."""
    section = bytearray(20 * (len(imports) + 1))
    for number, (library, names) in enumerate(imports.items()):
        thunks = []
        for name in names:
            thunks.append(0x1000 + len(section))
            section += b"\0\0" + name.encode() + b"\0"
        table = 0x1000 + len(section)
        section += struct.pack(f"<{len(thunks) + 1}Q", *thunks, 0)
        struct.pack_into("<IIIII", section, 20 * number, table, 0, 0, 0x1000 + len(section), table)
        section += library.encode() + b"\0"
    optional = struct.pack("<H", 0x20B).ljust(112, b"\0") + struct.pack("<IIII", 0, 0, 0x1000, 40) + bytes(14 * 8)
    header = b"PE\0\0" + struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, len(optional), 0) + optional
    row = b".idata\0\0" + struct.pack("<IIII", len(section), 0x1000, len(section), 0x400) + bytes(16)
    return (b"MZ".ljust(60, b"\0") + struct.pack("<I", 64) + header + row).ljust(0x400, b"\0") + bytes(section)


def test_a_pe_file_tells_its_machine_and_imports(tmp_path):
    path = tmp_path / "a.pyd"
    path.write_bytes(pe_file({"python3.dll": ["PyLong_FromLong"], "MSVCRT.dll": ["malloc", "free"]}))
    found = binary.read(path)
    assert (found.format, found.machines) == ("pe", {"amd64"})
    assert found.undefined == {"python3.dll", "PyLong_FromLong", "msvcrt.dll", "malloc", "free"}


def macho_file(symbols):
    strings = b"\0" + b"".join(b"_" + name.encode() + b"\0" for name in symbols)
    offsets = [strings.index(b"_" + name.encode() + b"\0") for name in symbols]
    table = b"".join(struct.pack("<IBBHQ", offset, kind, 0, 0, 0) for offset, kind in zip(offsets, symbols.values()))
    start = 32 + 24
    command = struct.pack("<IIIIII", 2, 24, start, len(symbols), start + len(table), len(strings))
    return struct.pack("<IIIIIIII", 0xFEEDFACF, 0x0100000C, 0, 6, 1, 24, 0, 0) + command + table + strings


def test_a_mach_o_file_tells_its_machine_and_undefined_symbols_also_inside_a_universal_one(tmp_path):
    path, slice_ = tmp_path / "a.so", macho_file({"own": 0x0F, "PyLong_FromLong": 0x01, "local": 0x0E})
    path.write_bytes(slice_)
    assert binary.read(path) == binary.Binary("macho", frozenset(["arm64"]), frozenset(["PyLong_FromLong"]))
    path.write_bytes(b"\xca\xfe\xba\xbe" + struct.pack(">I5I", 1, 0x0100000C, 0, 28, len(slice_), 0) + slice_)
    assert binary.read(path).undefined == {"PyLong_FromLong"}


def test_other_files_are_no_compiled_ones(tmp_path):
    for name, data in (("empty", b""), ("text", b"#!/bin/sh\n"), ("dos", b"MZ" + bytes(100))):
        (tmp_path / name).write_bytes(data)
        assert binary.read(tmp_path / name) is None


@pytest.mark.parametrize("length", [5, 20, 64, 200, 1000])
def test_a_file_that_was_cut_off_is_told_so(compiled, length):
    path = compiled("cc", "-shared", "-fPIC")
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(binary.Malformed, match=r"a\.so: not a complete"):
        binary.read(path)
