"""wchar_t as a number has the sign that it has in C."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import _cffi_backend as backend


def test_the_number_of_a_wchar_t_is_that_of_c(tmp_path: Path) -> None:
    (tmp_path / "wide.c").write_text('#include <stdio.h>\n#include <wchar.h>\nint main(void) { printf("%lld", (long long)(wchar_t)-1); }\n')
    subprocess.run([os.environ.get("CC", "cc"), tmp_path / "wide.c", "-o", tmp_path / "wide"], check=True)
    expected = int(subprocess.run([tmp_path / "wide"], check=True, capture_output=True, text=True).stdout)
    wide = backend.cast(backend.new_primitive_type("wchar_t"), -1)
    assert int(wide) == expected
    assert int(backend.cast(backend.new_primitive_type("long long"), wide)) == expected


def test_char_and_the_other_wide_characters_are_read_as_unsigned() -> None:
    for name, expected in (("char", 0xFF), ("char16_t", 0xFFFF), ("char32_t", 0xFFFFFFFF)):
        assert int(backend.cast(backend.new_primitive_type(name), -1)) == expected
