"""Alignment attributes in Python modules of the out-of-line ABI mode: laid out as the C compiler does, refused by runtimes without them."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import _cffi_backend
from cffi_build import cdef, emit
from cffi_build.errors import FFIError

TEXT = """
struct member { char a; int b __attribute__((aligned(16))); char c; };
struct whole { char a; short b; } __attribute__((aligned(32)));
struct both { char a; double b __attribute__((packed)); int c __attribute__((packed, aligned(2))); };
struct __attribute__((packed)) mixed { char a; long b __attribute__((aligned(8))); char c; };
union either { char a[5]; int b __attribute__((aligned(64))); };
typedef int wide __attribute__((aligned(8)));
struct by_typedef { char a; wide b; };
typedef struct { char a; long b; } whole_typedef __attribute__((aligned(16)));
struct of_typedef { char a; whole_typedef b; char c; };
#pragma pack(push, 2)
struct two { char a; double b; long c __attribute__((aligned(16))); };
#pragma pack(pop)
struct around { char a; struct member m; struct whole w[2]; char b; };
struct inside { char a; struct { char b; int c __attribute__((aligned(16))); }; char d; };
"""
FIELDS = {
    "struct member": "abc", "struct whole": "ab", "struct both": "abc", "struct mixed": "abc", "union either": "ab",
    "struct by_typedef": "ab", "struct two": "abc", "struct around": "amwb", "struct inside": "abcd",
    "whole_typedef": "ab", "struct of_typedef": "abc",
}  # fmt: skip


def in_python(text):
    """Return the `ffi` of the module."""
    scope: dict = {}
    exec(emit.py_source("_m", cdef.parse(text)), scope)
    return scope["ffi"]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """What the C compiler says of each type: size, alignment, offsets."""
    folder = tmp_path_factory.mktemp("layout")
    lines = []
    for name, fields in FIELDS.items():
        numbers = [f"sizeof({name})", f"__alignof__({name})", *(f"offsetof({name}, {field})" for field in fields)]
        lines.append('printf("' + "%d " * len(numbers) + '\\n", ' + ", ".join(f"(int){number}" for number in numbers) + ");")
    (folder / "main.c").write_text(f"#include <stddef.h>\n#include <stdio.h>\n{TEXT}\nint main(void) {{ {' '.join(lines)} return 0; }}\n")
    subprocess.run(["cc", "-w", "main.c", "-o", "main"], cwd=folder, check=True)
    printed = subprocess.run(["./main"], cwd=folder, check=True, capture_output=True, text=True).stdout
    return {name: [int(number) for number in line.split()] for name, line in zip(FIELDS, printed.splitlines())}


@pytest.mark.parametrize("name", FIELDS)
def test_the_layout_is_that_of_the_c_compiler(name, compiled):
    ffi = in_python(TEXT)
    found = [ffi.sizeof(name), ffi.alignof(name), *(ffi.offsetof(name, field) for field in FIELDS[name])]
    assert found == compiled[name]


def test_other_runtimes_refuse_the_module_with_its_version(shared_workshop):
    (shared_workshop.folder / "abi_aligned.py").write_text(emit.py_source("abi_aligned", cdef.parse(TEXT)))
    code = "try:\n    import abi_aligned\nexcept ImportError as error:\n    answer('0x3001' in str(error))"
    assert shared_workshop.run(code) is True


def test_a_bit_field_beside_an_alignment_is_refused(tmp_path):
    text = "struct s {\n  int a __attribute__((aligned(8)));\n  int b : 3; };"
    message = r":3: 'struct s': ABI mode cannot lay out a bit-field 'b' beside an alignment attribute: use API mode"
    with pytest.raises(FFIError, match=message):
        emit.py_source("_m", cdef.parse(text))


@pytest.mark.parametrize("numbers", [b"\0\0\0\3", b"\xff\xff\xff\xff", b"\0\0"])
def test_damaged_alignments_are_refused(numbers):
    types, record = b"\x00\x00\x00\x09\x00\x00\x07\x01", b"\x00\x00\x00\x00\x00\x00\x00\x20"
    with pytest.raises(ValueError, match="_struct_unions, row 0: (an alignment that is no power of two|cut short)"):
        _cffi_backend.FFI("m", _version=0x3001, _types=types, _struct_unions=((record + numbers + b"s",),))


def test_a_module_is_the_same_bytes_in_another_process():
    code = f"import json\nfrom cffi_build import cdef, emit\nprint(json.dumps(emit.py_source('_m', cdef.parse({TEXT!r}))))"
    other = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert json.loads(other) == emit.py_source("_m", cdef.parse(TEXT))
