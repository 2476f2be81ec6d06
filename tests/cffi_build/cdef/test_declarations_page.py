"""docs/declarations.md: every example there is accepted, or refused with the words that stand beside it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import List, Tuple

import pytest

from cffi_build import emit
from cffi_build.cdef import parse
from cffi_build.errors import CDefError

PAGE = Path(__file__).resolve().parents[3] / "docs" / "declarations.md"


def rows(accepted: bool) -> List[Tuple[str, str]]:
    """Return example and remark of each row."""
    before, _, refused = PAGE.read_text(encoding="utf-8").partition("## Refused")
    return re.findall(r"^\| `(.+?)` \| (.*?) ?\|$", before if accepted else refused, re.MULTILINE)


def test_the_page_has_all_its_tables() -> None:
    assert len(rows(accepted=True)) >= 45 and len(rows(accepted=False)) >= 14


@pytest.mark.parametrize(("text", "remark"), rows(accepted=True))
def test_what_the_page_says_is_accepted(text: str, remark: str) -> None:
    declared = parse(text + "\n")
    assert emit.c_source("_m", declared, "")
    assert parse(text + "\n", known=declared) == declared


@pytest.mark.parametrize(("text", "error"), rows(accepted=False))
def test_what_the_page_says_is_refused_for_that_reason(text: str, error: str) -> None:
    with pytest.raises(CDefError) as caught:
        parse(text + "\n")
    assert error in str(caught.value)
