"""Text to tokens: each is its own text, with its offset in a parallel list; comments and directives are set aside.

Written without regular expressions: `re` would take longer to import than the parser, and is no faster at this. The text is cut by
replacing and splitting, as bytes, which is done in C: what is to be left alone is filled with control characters before.
"""

from __future__ import annotations

from itertools import accumulate

from cffi_build.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterator, List, Tuple

_SPACE = " \t\n\r\f\v"
_PUNCTUATION = "*,;(){}[]=:+-<>&|!~?%^/\\.@$`"
_CUT, _GAP, _TAKEN = b"\1", b"\0", b"\2"
"""Bytes put into the text: where it is to be cut; what is no token; what is one whose text is looked up in the end."""
_NO_TOKENS = "/#\\"
"""How the gaps begin that are no tokens."""
_OPERATORS = [(operator.encode(), bytes([255 - number])) for number, operator in enumerate("... << >> <= >= != == && ||".split())]
"""The operators of several characters, and what stands for each while the single characters are cut apart."""
_CUTS = [(mark.encode(), b"\1%c\1" % ord(mark)) for mark in _PUNCTUATION] + [(code, b"\1%b\1" % text) for text, code in _OPERATORS]
_SPACES = bytes.maketrans(_SPACE.encode(), b" " * len(_SPACE))
_CUTS_TO_SPACES = bytes.maketrans(_CUT, b" ")
_DIGITS = frozenset("0123456789")
_ORDINARY = bytes(code for code in range(128) if chr(code).isalnum() or chr(code) in f"_\"'#{_PUNCTUATION}{_SPACE}")
_ODD = "\1"
"""Stands for every character that C has no use for."""
_SHORT = 200
"""Texts of fewer characters may be nothing but words."""
_FEW = 20
"""So many characters are replaced one after the other sooner than all at once."""
_EXPONENTS = frozenset({b"e", b"E", b"p", b"P"})


class Directive(NamedTuple):
    """A line that begins with ``#``; `before` is the index of the token behind it, `comment` what stands above it, as it is written."""

    before: int
    offset: int
    text: str
    comment: str


class Problem(NamedTuple):
    """What is wrong already with a token."""

    offset: int
    length: int
    message: str
    hint: str


class Tokens(NamedTuple):
    """The tokens of a text, ended by empty ones; `above` and `behind` hold the comments by index of a token."""

    texts: List[str]
    offsets: List[int]
    above: Dict[int, List[str]]
    behind: Dict[int, str]
    directives: List[Directive]
    problems: List[Problem]


END = ("", "", "", "")
"""What ends the list of tokens: enough to look ahead without looking at the length."""


def tokenize(text: str) -> Tokens:
    """Cut a text into tokens."""
    words = text.split(" ") if len(text) < _SHORT else []
    if words and _are_words(words):
        words = list(filter(None, words))
        tokens = Tokens(words, list(_find_in_turn(text, words)), {}, {}, [], [])
    else:
        tokens = _cut(text)
    tokens.texts.extend(END)
    tokens.offsets.extend((len(text),) * len(END))
    return tokens


def _are_words(words: List[str]) -> bool:
    """Tell whether what stands between spaces are names and numbers, as in most directives."""
    together = "".join(words if words[-1] != "..." else words[:-1]).replace("_", "")
    return together.isalnum() and together.isascii()


def _find_in_turn(text: str, words: List[str]) -> Iterator[int]:
    end = 0
    for word in words:
        begin = text.index(word, end)
        yield begin
        end = begin + len(word)


def _cut(text: str) -> Tokens:
    """Return the tokens of any text, without `END`."""
    plain = _replace_odd(text)
    gaps = list(_find_gaps(plain))
    tokens = Tokens(*_split(text, plain, gaps), {}, {}, [], [])
    if gaps:
        _file_gaps(text, gaps, tokens)
    if not text.isascii():
        _find_foreign_letters(tokens)
    return tokens


def _split(text: str, plain: str, gaps: List[Tuple[int, int]]) -> Tuple[List[str], List[int]]:
    """Return the tokens, and the offset of each: the sum of the lengths of all pieces before."""
    data, cuts_numbers = _mark_cuts("".join(_fill(plain, gaps)).encode("ascii").translate(_SPACES))
    pieces = data.decode("ascii").split("\1")
    blank = not pieces[0].strip(" \0")  # what comes before the first token
    lengths = list(map(len, pieces))
    del pieces  # their memory is just right for the texts
    _add_gaps(lengths, data, [stop - at for at, stop in gaps if plain[at] in _NO_TOKENS])
    offsets = list(accumulate(lengths, initial=0))
    texts = data.translate(_CUTS_TO_SPACES, _GAP).decode("ascii").split()
    del offsets[:blank], offsets[len(texts):]
    if cuts_numbers:
        texts, offsets = _join_numbers(plain, texts, offsets)
    if _TAKEN in data:
        texts = [text[at:at + len(token)] if "\2" in token else token for token, at in zip(texts, offsets)]
    return texts, offsets


def _replace_odd(text: str) -> str:
    """Return a text in ASCII: two control characters stand for all letters, and all other characters, that C has no use for."""
    odd = set(text.encode("utf-8", "surrogatepass").translate(None, _ORDINARY).decode("utf-8", "surrogatepass"))
    if len(odd) > _FEW:
        return text.translate({ord(one): "\2" if one.isalnum() else _ODD for one in odd})
    for one in sorted(odd):  # "\2" itself before any letter
        text = text.replace(one, "\2" if one.isalnum() else _ODD)
    return text


def _find_gaps(text: str) -> Iterator[Tuple[int, int]]:
    """Yield begin and end of all that is not cut as the rest is: comments, directives, literals, spliced lines."""
    following = {mark: text.find(mark) for mark in "/#\"'\\" + _ODD if mark in text}
    done = 0
    while following:
        at = min(following.values())
        mark = text[at]
        if at >= done:
            if mark == "'" and _inside_number(text, done, at):
                stop = _end_of_number(text, at)
            else:
                stop = _end_of_gap(text, at)
                if stop > at:
                    yield at, at + len(text[at:stop].rstrip(_SPACE))
            done = max(stop, at + 1)
        following[mark] = text.find(mark, done)
        if following[mark] < 0:
            del following[mark]


def _end_of_gap(text: str, at: int) -> int:
    """Return where the gap that begins at `at` ends: right there when it is none."""
    mark, following = text[at], text[at + 1:at + 2]
    if mark == "/":
        return _end_of_comment(text, at) if following and following in "/*" else at
    if mark == "\\":
        return at + 1 if following and following in "\n\r" else at
    if mark == "#":
        return _end_of_directive(text, at)
    return at + 1 if mark == _ODD else _end_of_literal(text, at)


def _end_of_comment(text: str, at: int) -> int:
    if text[at + 1] == "*":
        stop = text.find("*/", at + 2)
        return len(text) if stop < 0 else stop + 2
    stop = text.find("\n", at)
    while stop > 0 and text[stop - 1] == "\\":
        stop = text.find("\n", stop + 1)
    return len(text) if stop < 0 else stop


def _end_of_literal(text: str, at: int) -> int:
    """Return where the literal that begins at `at` ends: behind its quote, or with the line when there is none."""
    stop = at + 1
    while stop < len(text) and text[stop] != "\n":
        if text[stop] == text[at]:
            return stop + 1
        stop += 2 if text[stop] == "\\" else 1
    return min(stop, len(text))


def _end_of_directive(text: str, at: int) -> int:
    """Return the end of the logical line: comments and spliced lines can make it several lines of the text."""
    stop = text.find("\n", at)
    end = len(text) if stop < 0 else stop
    if text.find("\\", at, end) < 0 and text.find("/*", at, end) < 0:
        return end
    stop = at + 1
    while stop < len(text) and text[stop] != "\n":
        if text[stop] == "\\":
            stop += 2
        else:
            stop = max(stop + 1, _end_of_gap(text, stop) if text[stop] in "/\"'" else 0)
    return min(stop, len(text))


def _inside_number(text: str, done: int, at: int) -> bool:
    """Tell whether the ``'`` at `at` separates digits (C23 6.4.4.1); what stands before `done` is no part of them."""
    begin = at
    while begin > done and (text[begin - 1].isalnum() or text[begin - 1] in "_.\2"):
        begin -= 1
    return text[begin:at].lstrip(".")[:1] in _DIGITS and _continues_word(text[at + 1:at + 2])


def _continues_word(character: str) -> bool:
    return character.isalnum() or character in ("_", "\2")


def _fill(text: str, gaps: List[Tuple[int, int]]) -> Iterator[str]:
    """Yield the text with its gaps filled, cut from what stands around: with one character where they are no tokens."""
    start = 0
    for at, stop in gaps:
        yield text[start:at]
        yield "\0\1" if text[at] in _NO_TOKENS else "\1{}\1".format("\2" * (stop - at))
        start = stop
    yield text[start:]


def _mark_cuts(data: bytes) -> Tuple[bytes, bool]:
    """Return the text with a mark before each token but the first, and whether cutting at punctuation has cut numbers, too."""
    for operator, code in _OPERATORS:
        if operator[:1] in data and operator in data:
            data = data.replace(operator, code)
    cuts_numbers = b"." in data or _signs_exponent(data)
    for mark, cut in _CUTS:
        data = data.replace(mark, cut)
    # white space, and what fills gaps, belongs to the token before
    data = data.replace(b" ", b" \1").replace(b"\1 ", b" ")
    if _GAP in data:
        data = data.replace(b"\1\0", _GAP)
    return data.replace(b"\1\1", _CUT), cuts_numbers


def _add_gaps(lengths: List[int], data: bytes, gaps: List[int]) -> None:
    """Add the lengths of the gaps that are no tokens to those of the pieces in which they are."""
    piece = at = 0
    for length in gaps:
        found = data.index(_GAP, at)
        piece += data.count(_CUT, at, found)
        lengths[piece] += length - 1
        at = found + 1


def _signs_exponent(data: bytes) -> bool:
    before = data.replace(b"-", b"+").split(b"+")[:-1]
    return bool(before) and not _EXPONENTS.isdisjoint([part[-1:] for part in before])


def _join_numbers(text: str, texts: List[str], offsets: List[int]) -> Tuple[List[str], List[int]]:
    """Put together numbers that were cut in the middle, such as ``1.5e-3``."""
    joined: List[Tuple[str, int]] = []
    done = 0
    for token, offset in zip(texts, offsets):
        if offset >= done:
            if token[0] in _DIGITS or (token == "." and text[offset + 1:offset + 2] in _DIGITS):
                done = _end_of_number(text, offset)
                token = text[offset:done]
            joined.append((token, offset))
    return [token for token, _ in joined], [offset for _, offset in joined]


def _end_of_number(text: str, at: int) -> int:
    """pp-number (C11 6.4.8): digits, letters, dots, the sign of an exponent, ``'`` between digits"""
    while True:
        at += 1
        following = text[at:at + 1]
        signs_exponent = following in ("+", "-") and text[at - 1] in "eEpP"
        separates_digits = following == "'" and _continues_word(text[at + 1:at + 2])
        is_point = following == "." and text[at:at + 3] != "..."
        if not (_continues_word(following) or is_point or signs_exponent or separates_digits):
            return at


def _file_gaps(text: str, gaps: List[Tuple[int, int]], tokens: Tokens) -> None:
    """File what was taken out of the text under the token before or behind it; find what is wrong with it."""
    begins = [at for at, _ in gaps]
    newline = -1  # the first one behind a token
    for (at, stop), index, end in zip(gaps, _indices(begins, tokens.offsets), [*begins[1:], len(text)]):
        mark, gap = text[at], text[at:stop]
        if mark == "/":
            begin = tokens.offsets[index - 1] + len(tokens.texts[index - 1]) if index else 0
            if newline < begin:
                newline = text.find("\n", begin) % (len(text) + 1)
            end = min([end, *tokens.offsets[index:index + 1]])
            _add_comment(gap, at, index, tokens, behind=at < newline and index > 0, far=text.count("\n", stop, end) > 1)
        elif mark == "#":
            _add_directive(text, gap, at, index, tokens)
        elif mark in "\"'" and (len(gap) < 2 or gap[-1] != mark):
            tokens.problems.append(Problem(at, len(gap), f"literal without its closing {mark}", ""))


def _indices(places: List[int], offsets: List[int]) -> Iterator[int]:
    """Yield for each place the index of the first token that stands there or behind it."""
    merged = sorted([*places, *offsets])
    at = 0
    for number, place in enumerate(places):
        at = merged.index(place, at)
        yield at - number
        at += 1


def _add_comment(comment: str, offset: int, index: int, tokens: Tokens, *, behind: bool, far: bool) -> None:
    """File a comment: `behind` the token on whose line it begins, or above the one that follows without a blank line (`far`)."""
    if comment[1] == "*" and (len(comment) < 4 or not comment.endswith("*/")):
        tokens.problems.append(Problem(offset, 2, "comment without an end", "write '*/' where it ends"))
    if behind:
        tokens.behind[index - 1] = comment
    elif far:
        tokens.above.pop(index, None)
    else:
        tokens.above.setdefault(index, []).append(comment)


def _add_directive(text: str, directive: str, offset: int, index: int, tokens: Tokens) -> None:
    line = text[text.rfind("\n", 0, offset) + 1:offset]
    if line.strip(_SPACE) and not line.rstrip(_SPACE).endswith("*/"):
        tokens.problems.append(Problem(offset, 1, "unexpected '#' in the middle of a line", "a directive has a line of its own"))
    else:
        tokens.directives.append(Directive(index, offset, directive, "\n".join(tokens.above.pop(index, ()))))


def _find_foreign_letters(tokens: Tokens) -> None:
    """File each token, other than a literal, with a character that C has no use for."""
    for token, offset in zip(tokens.texts, tokens.offsets):
        if not token.isascii() and token[0] not in "\"'":
            hint = "names are written in ASCII letters, digits and '_'"
            tokens.problems.append(Problem(offset, len(token), f"unexpected {token!a}", hint))


def read_string(literals: List[str]) -> str:
    """Return the text of adjacent string literals without escapes: that of ``"Py" "thon"`` is ``Python``."""
    return "".join(literal.strip('"') for literal in literals)
