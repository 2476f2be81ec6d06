"""Keywords are cut out of a setup() call, and nothing else changes."""

import pytest

from cffi_build.compile.setup_file import without_keywords


@pytest.mark.parametrize(
    "before, after",
    [
        ("setup(a=1, b=2)", "setup(b=2)"),
        ("setup(b=2, a=1)", "setup(b=2)"),
        ("setup(a=1)", "setup()"),
        ("setup(\n    a=[\n        1,\n    ],\n    b=2,\n)", "setup(\n    b=2,\n)"),
        ("setup(\n    b=2,\n    a=1\n)", "setup(\n    b=2\n)"),
        ("setuptools.setup(b='ä', a='ö', c=3)", "setuptools.setup(b='ä', c=3)"),
        ("other(a=1)", "other(a=1)"),
        ("setup(**{'a': 1})", "setup(**{'a': 1})"),
    ],
)
def test_a_keyword_is_cut_with_its_comma(before, after):
    assert without_keywords(before, ["a"]) == after
