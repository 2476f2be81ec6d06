"""The words of comments."""

from __future__ import annotations

import pytest

from cffi_build.comments import comment_text


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        ("/* Open a file. */", "Open a file."),
        ("/** Open a file. **/", "Open a file."),
        ("/**\n * Open a file.\n *\n * Or a socket.\n */", "Open a file.\n\nOr a socket."),
        ("// one\n/// two", "one\ntwo"),
        ("///< behind", "behind"),
        ("/*!< behind */", "behind"),
    ],
)
def test_the_words_of_a_comment_lose_their_decoration(comment: str, words: str) -> None:
    assert comment_text(comment) == words
