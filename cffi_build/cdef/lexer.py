"""Text to tokens: each is its own text, with its offset in a parallel list; comments and directives are set aside.

Written without regular expressions: `re` would take longer to import than the parser, and is no faster at this.
"""

from __future__ import annotations

from itertools import accumulate, compress

from cffi_build.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterator, List, Tuple

_SPACE = " \t\n\r\f\v"
_CUT, _GAP = "\1", "\0"
"""Put into the text: where it is to be cut, and where something was taken out."""
_PUNCTUATION = "*,;(){}[]=:+-<>&|!~?%^/\\.@$`"
_CUTS = [(mark, f"{_CUT}{mark}{_CUT}") for mark in _PUNCTUATION] + [(space, space + _CUT) for space in _SPACE]
_OPERATORS = ("...", "<<", ">>", "<=", ">=", "!=", "==", "&&", "||")
_JOINTS = [(operator, "".join(f"{_CUT}{mark}{_CUT}" for mark in operator)) for operator in _OPERATORS]
"""The operators of several characters, and what cutting makes of them at first."""
_DIGITS = frozenset("0123456789")
_ORDINARY = bytes(code for code in range(128) if chr(code).isalnum() or chr(code) in f"_\"'#{_PUNCTUATION}{_SPACE}")
_SHORT = 200
"""Texts of fewer characters may be nothing but words."""
_SIGNED_EXPONENTS = [letter + sign for letter in "eEpP" for sign in "+-"]


class Directive(NamedTuple):
    """A line that begins with ``#``; `before` is the index of the token behind it, `comment` what stands above it."""

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


def tokenize(text: str, start: int = 0, end: int = -1) -> Tokens:
    """Cut ``text[start:end]`` into tokens."""
    end = len(text) if end < 0 else end
    tokens = Tokens([], [], {}, {}, [], [])
    words = text[start:end].split(" ") if end - start < _SHORT else []
    if words and _are_words(words):
        words = list(filter(None, words))
        tokens.texts.extend([*words, *END])
        tokens.offsets.extend([*_find_in_turn(text, words, start), *[end] * len(END)])
        return tokens
    odd = _odd_characters(text[start:end])
    gaps = list(_find_gaps(text, start, end, odd))
    plain = _GAP.join(_between(text, start, end, gaps))
    cuts_numbers = _cuts_numbers(plain)
    *parts, last = _mark_cuts(plain, odd).split(_GAP)
    for part, (at, stop) in zip(parts, gaps):
        _keep(text, part.split(_CUT), start, cuts_numbers, tokens)
        _fill_gap(text, at, stop, end, tokens)
        start = stop
    _keep(text, last.split(_CUT), start, cuts_numbers, tokens)
    if not text.isascii():
        _find_foreign_letters(tokens)
    tokens.texts.extend(END)
    tokens.offsets.extend((end,) * len(END))
    return tokens


def _are_words(words: List[str]) -> bool:
    """Tell whether what stands between spaces are names and numbers, as in most directives."""
    together = "".join(words if words[-1] != "..." else words[:-1]).replace("_", "")
    return together.isalnum() and together.isascii()


def _find_in_turn(text: str, words: List[str], start: int) -> Iterator[int]:
    for word in words:
        start = text.index(word, start)
        yield start
        start += len(word)


def _odd_characters(text: str) -> str:
    """Return the characters of `text` that C has no use for: other control characters, other letters."""
    return "".join(set(text.encode("utf-8", "surrogatepass").translate(None, _ORDINARY).decode("utf-8", "surrogatepass")))


def _find_gaps(text: str, start: int, end: int, odd: str) -> Iterator[Tuple[int, int]]:
    """Yield begin and end of all that is not cut as the rest is: comments, directives, literals, spliced lines."""
    marks = "/#\"'\\" + "".join(mark for mark in odd if mark.isspace() or mark in (_CUT, _GAP))
    done = start
    for at in sorted(at for mark in marks for at in _find_all(text, mark, start, end)):
        if at >= done:
            if text[at] == "'" and _inside_number(text, done, at):
                done = _end_of_number(text, at)
                continue
            stop = _end_of_gap(text, at, end)
            if stop > at:
                yield at, stop
                done = stop


def _find_all(text: str, mark: str, start: int, end: int) -> Iterator[int]:
    at = text.find(mark, start, end)
    while at >= 0:
        yield at
        at = text.find(mark, at + 1, end)


def _end_of_gap(text: str, at: int, end: int) -> int:
    """Return where the gap that begins at `at` ends: right there when it is none."""
    mark, following = text[at], text[at + 1:min(at + 2, end)]
    if mark == "/":
        return _end_of_comment(text, at, end) if following in ("/", "*") and following else at
    if mark == "\\":
        return at + 1 if following in ("\n", "\r") else at
    if mark == "#":
        return _end_of_directive(text, at, end)
    return _end_of_literal(text, at, end) if mark in "\"'" else at + 1


def _end_of_comment(text: str, at: int, end: int) -> int:
    if text[at + 1] == "*":
        stop = text.find("*/", at + 2, end)
        return end if stop < 0 else stop + 2
    stop = text.find("\n", at, end)
    while stop > 0 and text[stop - 1] == "\\":
        stop = text.find("\n", stop + 1, end)
    return end if stop < 0 else stop


def _end_of_literal(text: str, at: int, end: int) -> int:
    """Return where the literal that begins at `at` ends: behind its quote, or with the line when there is none."""
    stop = at + 1
    while stop < end and text[stop] != "\n":
        if text[stop] == text[at]:
            return stop + 1
        stop += 2 if text[stop] == "\\" else 1
    return min(stop, end)


def _end_of_directive(text: str, at: int, end: int) -> int:
    """Return the end of the logical line: comments and spliced lines can make it several lines of the text."""
    stop = text.find("\n", at, end)
    line = text[at:stop if stop >= 0 else end]
    if not any(mark in line for mark in "/\"'\\"):
        return at + len(line)
    stop = at + 1
    while stop < end and text[stop] != "\n":
        if text[stop] == "\\":
            stop += 2
        else:
            stop = max(stop + 1, _end_of_gap(text, stop, end) if text[stop] in "/\"'" else 0)
    return min(stop, end)


def _inside_number(text: str, done: int, at: int) -> bool:
    """Tell whether the ``'`` at `at` separates digits (C23 6.4.4.1); what stands before `done` is no part of them."""
    begin = at
    while begin > done and (text[begin - 1].isalnum() or text[begin - 1] in "_."):
        begin -= 1
    return text[begin:at].lstrip(".")[:1] in _DIGITS and _continues_word(text[at + 1:at + 2])


def _continues_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _between(text: str, start: int, end: int, gaps: List[Tuple[int, int]]) -> Iterator[str]:
    for at, stop in gaps:
        yield text[start:at]
        start = stop
    yield text[start:end]


def _cuts_numbers(plain: str) -> bool:
    """Tell whether cutting at punctuation cuts numbers, too."""
    signs = "+" in plain or "-" in plain
    return plain.count(".") > 3 * plain.count("...") or (signs and any(exponent in plain for exponent in _SIGNED_EXPONENTS))


def _mark_cuts(plain: str, odd: str) -> str:
    """Return the text with a mark between tokens, behind their white space."""
    joints = [joint for joint in _JOINTS if joint[0] in plain]
    for mark, cut in [*_CUTS, *((mark, f"{_CUT}{mark}{_CUT}") for mark in odd if not mark.isalnum() and mark not in (_CUT, _GAP))]:
        plain = plain.replace(mark, cut)
    for operator, apart in joints:
        plain = plain.replace(apart, f"{_CUT}{operator}{_CUT}")
    return plain.replace(f"{_CUT} {_CUT}", " " + _CUT).replace(_CUT + _CUT, _CUT)  # fewer empty pieces


def _keep(text: str, pieces: List[str], start: int, cuts_numbers: bool, tokens: Tokens) -> None:
    """Add the pieces, which begin at `start`, as tokens: what is left of them without the white space."""
    words = list(map(str.rstrip, pieces))
    offsets = list(compress(accumulate(map(len, pieces), initial=start), words))
    texts = list(filter(None, words))
    if cuts_numbers:
        texts, offsets = _join_numbers(text, texts, offsets)
    tokens.texts.extend(texts)
    tokens.offsets.extend(offsets)


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


def _fill_gap(text: str, at: int, stop: int, end: int, tokens: Tokens) -> None:
    """File what was taken out of the text, or add it as a token."""
    mark, gap = text[at], text[at:stop].rstrip(_SPACE)
    if mark == "/":
        _add_comment(text, gap, at, end, tokens)
    elif mark == "#":
        _add_directive(text, gap, at, tokens)
    elif mark != "\\":
        tokens.texts.append(gap)
        tokens.offsets.append(at)
        if mark in "\"'" and (len(gap) < 2 or gap[-1] != mark):
            tokens.problems.append(Problem(at, len(gap), f"literal without its closing {mark}", ""))


def _add_comment(text: str, comment: str, offset: int, end: int, tokens: Tokens) -> None:
    """File a comment: `behind` the token on whose line it begins, or `above` the one that follows without a blank line."""
    if comment[1] == "*" and (len(comment) < 4 or not comment.endswith("*/")):
        tokens.problems.append(Problem(offset, 2, "comment without an end", "write '*/' where it ends"))
    index = len(tokens.texts)
    if index and "\n" not in text[tokens.offsets[-1] + len(tokens.texts[-1]):offset]:
        tokens.behind[index - 1] = comment
    elif not _blank_line_at(text, offset + len(comment), end):
        tokens.above.setdefault(index, []).append(comment)
    else:
        tokens.above.pop(index, None)


def _add_directive(text: str, directive: str, offset: int, tokens: Tokens) -> None:
    line = text[text.rfind("\n", 0, offset) + 1:offset]
    if line.strip(_SPACE) and not line.rstrip(_SPACE).endswith("*/"):
        tokens.problems.append(Problem(offset, 1, "unexpected '#' in the middle of a line", "a directive has a line of its own"))
    else:
        index = len(tokens.texts)
        tokens.directives.append(Directive(index, offset, directive, comment_text(*tokens.above.pop(index, ()))))


def _blank_line_at(text: str, at: int, end: int) -> bool:
    """Tell whether a blank line follows after the line of `at`, where only white space is left."""
    newlines = 0
    while at < end and text[at] in _SPACE and newlines < 2:
        newlines += text[at] == "\n"
        at += 1
    return newlines == 2


def _find_foreign_letters(tokens: Tokens) -> None:
    """File each token, other than a literal, with a character that C has no use for."""
    for token, offset in zip(tokens.texts, tokens.offsets):
        if not token.isascii() and token[0] not in "\"'":
            hint = "names are written in ASCII letters, digits and '_'"
            tokens.problems.append(Problem(offset, len(token), f"unexpected {token!a}", hint))


def read_string(literals: List[str]) -> str:
    """Return the text of adjacent string literals without escapes: that of ``"Py" "thon"`` is ``Python``."""
    return "".join(literal.strip('"') for literal in literals)


def comment_text(*comments: str) -> str:
    """Return the words of comments, without the slashes and stars around them."""
    lines = [_bare(line.strip()) for comment in comments for line in comment.split("\n")]
    return "\n".join(lines).strip()


def _bare(line: str) -> str:
    """Return a line of a comment without its decoration.

    >>> _bare("/** Open a file. */"), _bare(" * more")
    ('Open a file.', 'more')
    """
    if line.startswith("//"):
        return line.lstrip("/").lstrip("!<").strip()
    if line.startswith("/*"):
        line = line[2:].lstrip("*").lstrip("!<")
    elif line.startswith("*") and not line.startswith("*/"):
        line = line[1:]
    return (line[:-2].rstrip("*") if line.endswith("*/") else line).strip()
