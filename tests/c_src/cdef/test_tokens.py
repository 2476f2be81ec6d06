"""The tokens that are cut in C are those of the Python scanner; a text with something else in it is left to that one."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Iterator, Sequence

import pytest

from _cffi_backend import _tokenize
from cffi_build.cdef.lexer import Tokens, tokenize
from cffi_build.cdef.scanner import scan

WORDS = ["int", "x", "_a1", "0x1F", "1.5", ".5f", "1e+5", "0x1p-3", "1'000", "E", "'c'", r"'\''", '"s /* "', r'"\""', '"a\\\nb"']
SET_ASIDE = ["/* c */", "/* a\n b */", "// c\n", "// \xe9 \\\n c\n", "/*\xe9*/", "\n#define A 1\n", "#\\\nx\n"]
SET_ASIDE += ["\n # pragma pack(1) /* a\n b */ \n"]
SPACES = [" ", " ", "\n", "\t", "\n\n", "\r\n", "\f", "\\\n"]
MARKS = [*"*,;(){}[]=:+-<>&|!~?%^/\\.@$`", "...", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||"]
WRONG = ["\xe9", "\N{NO-BREAK SPACE}", "\N{CJK UNIFIED IDEOGRAPH-4E00}", "\U0001f600", "\0", "\x01", "'", '"', "'a\n", "/*", "#", "1'\xe9"]


def contents(tokens: Tokens) -> tuple[Any, ...]:
    numbers = list(tokens.offsets), list(tokens.lines), list(tokens.starts)
    return tokens.texts, *numbers, tokens.above, tokens.behind, [tuple(directive) for directive in tokens.directives]


def cut(text: str) -> tuple[Any, ...] | None:
    """What _tokenize() returns, with lists for its sequences of numbers."""
    found = _tokenize(text)
    return None if found is None else (found[0], *map(list, found[1:4]), *found[4:])


def random_texts(bits: Sequence[str]) -> Iterator[str]:
    chooser = random.Random(5)
    for _ in range(3000):
        yield "".join(chooser.choices(bits, k=chooser.randrange(30)))


def test_tokens_are_those_of_the_scanner() -> None:
    for text in random_texts(WORDS + SET_ASIDE + SPACES + MARKS):
        wanted, found = scan(text), cut(text)
        if found is None:  # some bits are a "'" or a "#" where the one before ends
            assert wanted.problems, text
        else:
            assert (found, wanted.problems) == (contents(wanted), []), text


def test_a_text_is_left_to_the_scanner_when_it_finds_something_wrong_in_it() -> None:
    for text in random_texts(WORDS + SET_ASIDE + SPACES + MARKS + WRONG):
        wanted, found = scan(text), cut(text)
        assert found is None if wanted.problems else found in (None, contents(wanted)), text


def test_any_text_is_cut_or_left_alone() -> None:
    for text in random_texts([chr(code) for code in (*range(300), 0xD800, 0x4E00, 0x10FFFF)] + 10 * MARKS):
        assert cut(text) in (None, contents(scan(text))), text


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_token_is_left_to_the_scanner(text: str) -> None:
    assert _tokenize(f"int x; {text}") is None


def test_one_that_can_is_let_cut_the_text() -> None:
    assert contents(tokenize("int x;", _tokenize)) == contents(scan("int x;"))
    assert tokenize("int \xe9;", _tokenize).problems == scan("int \xe9;").problems


def test_the_same_words_are_the_same_object() -> None:
    texts = _tokenize("size_t f(size_t);")[0]
    assert texts[0] is texts[3]


def test_only_text_is_cut() -> None:
    with pytest.raises(TypeError, match="argument must be str, not bytes"):
        _tokenize(b"int x;")


BITS = ["/**/", "x/**/", "//\\\n", "#\\\n", "\\\n", "/", "a.", "1e+", "1'0", "#'\n", "/* */ #x\n", "'a'", " ", "\n/*\n\n*/", "x #"]


@pytest.mark.parametrize("bit", BITS)
def test_time_is_proportional_to_length_whatever_the_text(bit: str) -> None:
    _tokenize(bit * (200_000 // len(bit)))  # anything quadratic would take minutes


def test_threads_cut_texts_at_the_same_time() -> None:
    text = "int f(const char *name, size_t size); /* a */\n#define A 1\n" * 200
    wanted = _tokenize(text)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(_tokenize, [text] * 80))
    assert found == [wanted] * 80
