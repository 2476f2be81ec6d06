"""The numbers of the binary interface: the C header is the truth."""

import re

import pytest

from cffi_build import primitives
from cffi_build.emit import c_tables, opcodes, records
from cffi_build.emit.writer import header

DEFINES = dict(re.findall(r"^#\s*define (_CFFI_\w+)\s+\(?(-?\d\w*)\)?", header("cffi_abi.h"), re.MULTILINE))
PRIMITIVES = {name: int(value) for name, value in DEFINES.items() if name.startswith("_CFFI_PRIM_") and int(value) >= 0}


def test_as_many_functions_share_a_string_of_names_as_the_header_says():
    assert int(DEFINES["_CFFI_NAMES_EACH"]) == c_tables.NAMES_EACH


def test_operations_are_those_of_the_header():
    in_header = {int(value): name[len("_CFFI_OP_") :] for name, value in DEFINES.items() if name.startswith("_CFFI_OP_")}
    assert in_header == opcodes.OPERATIONS


@pytest.mark.parametrize("name", [
    "F_UNION", "F_CHECK_FIELDS", "F_PACKED", "F_EXTERNAL", "F_OPAQUE", "F_ALIGNED", "STRUCT_FILE", "FUNCTION_VARIADIC", "FUNCTION_STDCALL",
])  # fmt: skip
def test_flags_are_those_of_the_header(name):
    assert getattr(records, name) == int(DEFINES["_CFFI_" + name], 0)


@pytest.mark.parametrize("name", ["VERSION_BASIC", "VERSION_EMBED", "VERSION_CHAR16", "VERSION_EXTENDED"])
def test_versions_are_those_of_the_header(name):
    assert getattr(opcodes, name) == int(DEFINES["_CFFI_" + name], 0)


def test_header_counts_the_primitives_of_the_model():
    assert int(DEFINES["_CFFI_PRIM_COUNT"]) == len(primitives.PRIMITIVES)


def test_header_numbers_every_primitive():
    assert sorted(set(PRIMITIVES.values()) - {56}) == [row.number for row in primitives.PRIMITIVES]


def test_fixed_size_primitives_have_the_number_of_the_header():
    for row in primitives.PRIMITIVES:
        match = re.fullmatch(r"(u?int(?:_least|_fast|max|ptr)?\d*)_t", row.name)
        if match:
            assert PRIMITIVES["_CFFI_PRIM_" + match[1].upper()] == row.number
