"""Tables of C modules: what they cost on import, and that nothing is missing in long ones."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest

MANY = 300  # more than share a string of names, or a function with calls


def relocations(path):
    listed = subprocess.run(["readelf", "-rW", path], check=True, capture_output=True, text=True).stdout
    return len(re.findall(r"^[0-9a-f]{8,}  ", listed, re.MULTILINE))


@pytest.mark.skipif(not sys.platform.startswith("linux") or shutil.which("readelf") is None, reason="reads an ELF file with readelf")
def test_constants_enums_structs_and_typedefs_are_no_work_for_the_dynamic_linker(workshop):
    text = "".join(
        f"struct s{n} {{ int a{n}; long b{n}; }};\ntypedef struct s{n} *t{n};\nenum e{n} {{ A{n}, B{n} }};\n" for n in range(MANY)
    )
    constants = "".join(f"#define C{n} {n}\n" for n in range(MANY))
    found = []
    for name, declared in (("none", ""), ("records", text), ("all", text + constants)):
        workshop.build(name, declared, declared)
        found.append(relocations(workshop.folder / f"{name}.abi3.so"))
    none, records, everything = found
    assert records < none + 2 * MANY  # one for each enum: the list of its enumerators
    assert everything < records + MANY / 10


def test_functions_of_very_many_types_are_called_by_their_own(workshop):
    text = "".join(f"struct s{n} {{ int x; }};\nint f{n}(struct s{n} *p, int y);\nint g{n}(struct s{n} *p, int y);\n" for n in range(MANY))
    code = "".join(
        f"struct s{n} {{ int x; }};\nstatic int f{n}(struct s{n} *p, int y) {{ return p->x * y + {n}; }}\n"
        f"static int g{n}(struct s{n} *p, int y) {{ return f{n}(p, y) * 2; }}\n"
        for n in range(MANY)
    )
    workshop.build("many", text, code)
    program = f"""
from many import ffi, lib
called = [[getattr(lib, name + str(n))(ffi.new(f"struct s{{n}} *", [3]), 5) for n in range({MANY})] for name in "fg"]
answer(*called)
"""
    assert workshop.run(program) == [[15 + n for n in range(MANY)], [2 * (15 + n) for n in range(MANY)]]
