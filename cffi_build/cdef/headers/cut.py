"""Cuts what the preprocessor printed (``-E -dD -C``) into declarations, macros and pragmas."""

from __future__ import annotations

import re
from typing import Dict, FrozenSet, List, Optional

from cffi_build.cdef.directives import line_marker
from cffi_build.cdef.headers.pieces import Contents, Macro, Pack, Piece
from cffi_build.cdef.keywords import IGNORED_WORDS
from cffi_build.cdef.lexer import Directive, tokenize
from cffi_build.cdef.source import Source
from cffi_build.comments import comment_text

_DROPPED = frozenset(IGNORED_WORDS) | {"extern"}
_PLAIN = {
    "__restrict": "restrict", "__restrict__": "restrict", "__const": "const", "__const__": "const",
    "__volatile": "volatile", "__volatile__": "volatile", "__signed__": "signed", "__signed": "signed",
}  # fmt: skip
_ASM = ("asm", "__asm", "__asm__")
_ATTRIBUTES = ("__attribute__", "__attribute", "__declspec")
_MEANINGFUL = frozenset({"packed", "aligned", "align", "mode", "vector_size", "stdcall", "scalar_storage_order", "ms_struct"})
"""The attributes that change a type; all others are about optimization and warnings."""
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_DEFINE = re.compile(r"#\s*define\s+(\w+)(\([^)]*\))?\s*(.*)", re.DOTALL)
_UNDEF = re.compile(r"#\s*undef\s+(\w+)")
_FLAGS = re.compile(r'#\s*\d+\s+"[^"]*"((?:\s+\d)*)')


def cut(text: str) -> Contents:
    """Return the parts of `text`, the output of a C preprocessor that keeps macro definitions, line markers and comments."""
    return _Cutter(text).contents()


class _Cutter:
    def __init__(self, text: str) -> None:
        self._source = Source(text, "", 1)
        tokens = tokenize(text)
        self._texts, self._offsets, self._lines = tokens.texts, tokens.offsets, tokens.lines
        self._above, self._behind = tokens.above, tokens.behind
        self._directives = tokens.directives
        self._pos = 0

    def contents(self) -> Contents:
        macros: Dict[str, Macro] = {}
        packs: List[Pack] = []
        entered = _read_markers(self._directives, self._source)
        for directive in self._directives:
            self._directive(directive, macros, packs)
        pieces: List[Piece] = []
        while self._texts[self._pos]:
            piece = self._piece()
            if len(piece.words) > 1:
                pieces.append(piece)
        files = list(dict.fromkeys(file for _, _, file in self._source.markers if file))
        return Contents(pieces, list(macros.values()), packs, files, entered)

    def _directive(self, directive: Directive, macros: Dict[str, Macro], packs: List[Pack]) -> None:
        define = _DEFINE.match(directive.text)
        undef = _UNDEF.match(directive.text)
        if undef:
            macros.pop(undef[1], None)
            return
        file, line, _ = self._source.position(directive.line, 1)
        if define:
            macros.pop(define[1], None)
            comment = comment_text(directive.comment)
            macros[define[1]] = Macro(define[1], define[2], define[3].strip(), directive.offset, file, line, comment)
        elif re.match(r"#\s*pragma\s+pack\b", directive.text):
            packs.append(Pack(directive.text, directive.offset, file, line))

    def _piece(self) -> Piece:
        """Read up to the ``;``, or up to the body of a function."""
        start, words = self._pos, _Words()
        depth, has_body = 0, False
        while self._texts[self._pos]:
            index, token = self._pos, self._texts[self._pos]
            if index in self._above:
                words.above[len(words.texts)] = self._above[index]
            if self._leave_out(token, words):
                continue
            if token == "{" and not depth and words.texts[-1:] == [")"]:
                self._skip_brackets()
                words.texts.append(";")
                has_body = True
                break
            depth += (token in _OPENING) - (token in _CLOSING)
            words.texts.append(_PLAIN.get(token, token))
            self._pos += 1
            if index in self._behind:
                words.behind[len(words.texts) - 1] = self._behind[index]
            if token == ";" and not depth:
                break
        file, line, _ = self._source.position(self._lines[start], 1)
        return Piece(tuple(words.texts), self._offsets[start], file, line, words.above, words.behind, has_body, words.renamed)

    def _leave_out(self, token: str, words: _Words) -> bool:
        """Step over what means nothing in a declaration for Python; false when `token` is to be kept."""
        if token in _DROPPED:
            self._pos += 1
        elif token in _ASM:
            words.renamed = words.renamed or self._is_label()
            self._pos += 1
            while self._texts[self._pos] not in ("(", ""):
                self._pos += 1  # asm volatile goto (
            self._skip_brackets()
        elif token in _ATTRIBUTES and self._texts[self._pos + 1] == "(":
            self._pos += 1
            start = self._pos
            self._skip_brackets()
            words.texts.extend(_meaningful(self._texts[start:self._pos], token))
        elif token == "[" and self._texts[self._pos + 1] == "[":
            self._skip_brackets()
        else:
            return False
        return True

    def _is_label(self) -> bool:
        return self._texts[self._pos + 1] == "("

    def _skip_brackets(self) -> None:
        """Step over the bracket at the current token and all up to the one that closes it."""
        depth = 0
        while self._texts[self._pos]:
            token = self._texts[self._pos]
            depth += (token in _OPENING) - (token in _CLOSING)
            self._pos += 1
            if not depth:
                return


class _Words:
    """A piece in the making."""

    def __init__(self) -> None:
        self.texts: List[str] = []
        self.above: Dict[int, List[str]] = {}
        self.behind: Dict[int, str] = {}
        self.renamed = False


def _meaningful(group: List[str], word: str) -> List[str]:
    """Return the attributes of ``((packed, aligned(8)))`` that change a type, each as one token ``__attribute__((…))``."""
    found: List[str] = []
    start = 1 if word == "__declspec" else 2
    index = start
    while index < len(group) - start:
        name, end = group[index].strip("_"), index + 1
        if end < len(group) and group[end] == "(":
            depth = 0
            while end < len(group):
                depth += (group[end] == "(") - (group[end] == ")")
                end += 1
                if not depth:
                    break
        if name in _MEANINGFUL:
            spelled = "aligned" if name == "align" else name
            found.append(f"__attribute__(({spelled}{''.join(_spaced(group[index + 1:end]))}))")
        index = end
    return found


def _spaced(words: List[str]) -> List[str]:
    """Return `words` with a space between names that would run together: ``sizeof (long long)``."""
    return [f" {word}" if index and word[0].isidentifier() and words[index - 1][-1].isalnum() else word for index, word in enumerate(words)]


def _read_markers(directives: List[Directive], source: Source) -> List[str]:
    """Tell `source` where lines come from; return the files that the first file itself includes."""
    entered: List[str] = []
    depth, first = 0, ""
    for directive in directives:
        marker = line_marker(directive)
        if marker is None:
            continue
        source.add_marker(directive.line, *marker)
        flags = _flags(directive)
        first = first or marker[1]
        depth += ("1" in flags) - ("2" in flags)
        if "1" in flags and depth == 1 and not marker[1].startswith("<"):
            entered.append(marker[1])
    return entered


def _flags(directive: Directive) -> FrozenSet[str]:
    found: Optional[re.Match[str]] = _FLAGS.match(directive.text)
    return frozenset(found[1].split()) if found else frozenset()
