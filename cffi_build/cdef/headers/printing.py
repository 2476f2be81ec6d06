"""Prints the tokens of declarations as people write them: one member a line, long parameter lists wrapped, comments kept."""

from __future__ import annotations

from typing import List, Mapping, NamedTuple, Optional, Sequence

WIDTH = 110
INDENT = "    "
_BINARY = frozenset("+ - / % << >> <= >= == != && || & | ^ ? = < >".split())
_NO_SPACE_BEFORE = frozenset(") ] ; ,".split())
_NO_SPACE_AFTER = frozenset("( [ ~ !".split())


class Line(NamedTuple):
    """One printed line, and the first of its tokens (-1 for a comment)."""

    text: str
    word: int


def print_words(
    words: Sequence[str], above: Optional[Mapping[int, Sequence[str]]] = None, behind: Optional[Mapping[int, str]] = None
) -> List[Line]:
    """Return the lines of one declaration; `above` and `behind` hold its comments by index of a token."""
    printer = _Printer(words, above or {}, behind or {})
    for index in range(len(words)):
        printer.word(index)
    printer.end_line()
    return printer.lines


def one_line(words: Sequence[str]) -> str:
    """Return `words` with the spaces between them that people write."""
    text = ""
    for index, word in enumerate(words):
        text += f" {word}" if text and _spaced(words, index) else word
    return text


def comment_lines(raw: str, indent: str) -> List[str]:
    """Return the lines of a comment of a header, moved to `indent`."""
    first, *rest = raw.strip().split("\n")
    lines = [line.strip() for line in rest]
    return [indent + first.rstrip(), *(f"{indent}{' ' if line.startswith('*') else '   '}{line}".rstrip() for line in lines)]


class _Printer:
    def __init__(self, words: Sequence[str], above: Mapping[int, Sequence[str]], behind: Mapping[int, str]) -> None:
        self.lines: List[Line] = []
        self._words = words
        self._above, self._behind = above, behind
        self._braces: List[bool] = []  # for each open brace: is it that of an enum?
        self._brackets = 0
        self._start = -1
        self._comments: List[str] = []

    def word(self, index: int) -> None:
        """Add a token; end the line behind it where one ends."""
        word = self._words[index]
        if word == "}":
            self.end_line()
        for raw in self._above.get(index, ()):
            self._comment_above(raw)
        if word == "}" and self._braces:
            self._braces.pop()
        if self._start < 0:
            self._start = index
        self._brackets += (word in ("(", "[")) - (word in (")", "]"))
        if index in self._behind:
            self._comments.append(self._behind[index])
        self._maybe_end_line(index, word)

    def _maybe_end_line(self, index: int, word: str) -> None:
        if word == "{":
            self.end_line(index)
            self._braces.append("enum" in self._words[max(0, index - 2):index] or _is_enum(self._words, index))
        elif self._braces and not self._brackets and (word == ";" or (word == "," and self._braces[-1])):
            self.end_line(index)

    def end_line(self, last: int = -1) -> None:
        """Print the tokens from the beginning of the line to `last`."""
        if self._start < 0:
            return
        end = last + 1 if last >= 0 else self._next_end()
        indent = INDENT * len(self._braces)
        texts = _wrap(one_line(self._words[self._start:end]), indent)
        for raw in self._comments:
            self._comment_behind(raw, texts, indent)
        self.lines += [Line(text, self._start) for text in texts]
        self._comments = []
        self._start = -1

    def _next_end(self) -> int:
        """Return where the line ends that is ended by what follows it: a ``}``, or the end of everything."""
        depth = 0
        for index in range(self._start, len(self._words)):
            word = self._words[index]
            if word == "}" and index > self._start and not depth:
                return index
            depth += (word == "{") - (word == "}" and index > self._start)
        return len(self._words)

    def _comment_above(self, raw: str) -> None:
        if self._start < 0:
            self.lines += [Line(text, -1) for text in comment_lines(raw, INDENT * len(self._braces))]

    def _comment_behind(self, raw: str, texts: List[str], indent: str) -> None:
        text = " ".join(line.strip() for line in raw.split("\n"))
        if len(texts) == 1 and len(texts[0]) + len(text) < WIDTH + 30:
            texts[0] += f"  {text}"
        else:
            self.lines += [Line(line, -1) for line in comment_lines(raw, indent)]


def _is_enum(words: Sequence[str], brace: int) -> bool:
    index = brace - 1
    while index >= 0 and (words[index].isidentifier() or words[index].startswith("__attribute__")):
        if words[index] == "enum":
            return True
        index -= 1
    return False


def _wrap(text: str, indent: str) -> List[str]:
    """Cut a long line behind commas."""
    lines = []
    current = indent + text
    while len(current) > WIDTH:
        at = current.rfind(", ", 0, WIDTH)
        if at < len(indent) + 8:
            break
        lines.append(current[:at + 1])
        current = f"{indent}{INDENT}{current[at + 2:]}"
    return [*lines, current]


def _spaced(words: Sequence[str], index: int) -> bool:
    """Tell whether people write a space before the token at `index`."""
    before, word = words[index - 1], words[index]
    following = words[index + 1] if index + 1 < len(words) else ""
    if word in _NO_SPACE_BEFORE or before in _NO_SPACE_AFTER or word == "[" or (word == "..." and before in ("int", "float")):
        return False
    if word == "(":
        return _opens_declarator(before, following) or before in _BINARY or before in (",", "return")
    if before == "*":
        return _is_product(words, index - 1)
    if before in ("+", "-", "&"):
        return not _is_unary(words, index - 1)
    return True


def _opens_declarator(before: str, following: str) -> bool:
    return before != ")" and following in ("*", "^") and before != "*"


def _is_unary(words: Sequence[str], index: int) -> bool:
    before = words[index - 1] if index else "="
    return before in _BINARY or before in ("(", "[", ",", "?", ":", "{")


def _is_product(words: Sequence[str], index: int) -> bool:
    """Tell a multiplication from a pointer: a number stands on one side of it."""
    beside = (words[index - 1] if index else "", words[index + 1] if index + 1 < len(words) else "")
    return any(word[:1].isdigit() for word in beside)


def documented(comment: str) -> List[str]:
    """Return the lines of a comment that says `comment`, none when that is empty."""
    if not comment:
        return []
    first, *rest = comment.replace("*/", "* /").split("\n")
    body = [f"/* {first}", *(f"   {line}".rstrip() for line in rest)]
    return [*body[:-1], f"{body[-1]} */"]

