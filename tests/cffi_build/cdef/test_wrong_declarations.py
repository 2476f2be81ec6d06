"""Wrong declarations and the exact message that each gets: `wrong_declarations.txt`."""

from __future__ import annotations

from pathlib import Path

import pytest

from cffi_build.cdef import parse
from cffi_build.declarations import Declarations
from cffi_build.errors import CDefError

BLOCKS = Path(__file__).with_name("wrong_declarations.txt").read_text(encoding="utf-8").split("=== ")[1:]
CASES = [block.split("\n", 1) for block in BLOCKS]


def test_the_corpus_is_large() -> None:
    assert len({title for title, _ in CASES}) == len(CASES) >= 150


@pytest.mark.parametrize(("title", "body"), CASES, ids=[title for title, _ in CASES])
def test_message(title: str, body: str) -> None:
    text, message = body.rstrip("\n").split("\n---\n")
    with pytest.raises(CDefError) as caught:
        parse(text)
    assert str(caught.value) == message


@pytest.mark.parametrize("body", [body for _, body in CASES])
def test_what_was_known_before_stays_as_it_was(body: str) -> None:
    known = parse("typedef int kept; struct kept { int x; }; enum { KEPT }; int kept_function(void); struct { int y; } v;")
    before = repr(known)
    with pytest.raises(CDefError):
        parse(body.split("\n---\n")[0], known=known)
    assert repr(known) == before


def test_no_message_claims_the_same_place_twice() -> None:
    for _, body in CASES:
        with pytest.raises(CDefError) as caught:
            parse(body.split("\n---\n")[0], known=Declarations())
        places = [(error.line, error.column) for error in caught.value.errors]
        assert len(set(places)) == len(places)
