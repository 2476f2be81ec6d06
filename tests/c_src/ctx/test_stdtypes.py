"""c_src/ctx/stdtypes.def lists the same names, with the same meanings, as the front end's table."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Dict

from cffi_build.cdef.common_types import COMMON_TYPES

ROOT = Path(__file__).resolve().parents[3]
NOT_OF_WINDOWS = {"bool": "_Bool", "FILE": "struct _IO_FILE", "_cffi_float_complex_t": "float _Complex",
                  "_cffi_double_complex_t": "double _Complex", "_cffi_long_double_complex_t": "long double _Complex",
                  "__int128_t": "__int128", "__uint128_t": "unsigned __int128"}


def rows() -> Dict[str, str]:
    text = (ROOT / "c_src/ctx/stdtypes.def").read_text()
    return dict(re.findall(r'^STDTYPE\("(\w+)", "([^"]+)"\)$', text, re.MULTILINE))


def test_the_windows_names_are_those_of_the_front_end() -> None:
    assert rows() == {**COMMON_TYPES, **NOT_OF_WINDOWS}


def test_the_rows_are_sorted_for_the_binary_search() -> None:
    names = [name.encode() for name in rows()]
    assert names == sorted(names)
