"""What each declaration of a header declares, and which names it needs; found by our own parser, in the order of the text."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

from cffi_build.cdef.common_types import OPAQUE_TYPES
from cffi_build.cdef.cursor import Refused, TooManyErrors
from cffi_build.cdef.headers.pieces import Piece, Words
from cffi_build.cdef.parser import Parser
from cffi_build.cdef.scope import Scope
from cffi_build.cdef.source import Source
from cffi_build.declarations import Declarations
from cffi_build.model import CType

_TAGGED = ("struct", "union", "enum")


@dataclass(frozen=True)
class Named:
    """A piece with the names that it brings: typedefs, tags with contents, enumerators, functions and variables.

    `kind`: "function", "type", or "variable". `failed`: the parser refused a part of it. Names that an earlier piece brought are not in it.
    """

    piece: Piece
    kind: str
    failed: bool = False
    typedefs: Tuple[str, ...] = ()
    tags: Tuple[str, ...] = ()
    enumerators: Tuple[str, ...] = ()
    globals: Tuple[str, ...] = ()

    @property
    def names(self) -> Tuple[str, ...]:
        """All of them."""
        return (*self.globals, *self.typedefs, *self.tags, *self.enumerators)

    @property
    def title(self) -> str:
        """The name by which people know the piece."""
        return next(iter((*self.globals, *self.typedefs, *self.tags, *self.enumerators)), "") or guess_name(self.piece.words)


class Directory:
    """Where each name is declared, and what types the parser understood."""

    def __init__(self) -> None:
        self._scope = Scope(Declarations(), (), override=True)
        self.typedefs: Dict[str, Named] = {}
        self.tags: Dict[str, Named] = {}
        self.enumerators: Dict[str, Named] = {}

    def add(self, piece: Piece) -> Named:
        """Read a piece; names that are there already stay with the first one."""
        made = self._scope.made
        before = len(made.typedefs), len(made.globals), len(made.enums)
        failed = self._parse(piece)
        typedefs = tuple(name for name in _newest(made.typedefs, before[0]) if name not in OPAQUE_TYPES)  # those are implicit
        names = _newest(made.globals, before[1])
        enumerators = tuple(name for enum in islice(made.enums.values(), before[2], None) for name, _ in enum.enumerators or ())
        tags = tuple(tag for tag in _defined_tags(piece.words) if tag not in self.tags)
        named = Named(piece, _kind(piece, made, names), failed, typedefs, tags, enumerators, names)
        self.typedefs.update(dict.fromkeys(typedefs, named))
        self.tags.update(dict.fromkeys(tags, named))
        self.enumerators.update(dict.fromkeys(enumerators, named))
        return named

    def _parse(self, piece: Piece) -> bool:
        """Let the parser read a piece; tell whether it refused something. Why is found again when everything is put together."""
        text = " ".join(piece.words)
        parser = Parser(Source(text, piece.file, piece.line), self._scope)
        with suppress(Refused, TooManyErrors, RecursionError):
            parser.text()
            return bool(parser.errors)
        return True

    def type_of(self, name: str) -> Optional[CType]:
        """Return the type that a typedef stands for, None when it is none."""
        typedef = self._scope.made.typedefs.get(name)
        return typedef.type if typedef else None

    def declared(self) -> Declarations:
        """Return everything that was read."""
        return self._scope.made

    def needed_by(self, words: Words) -> Iterator[Named]:
        """Yield the pieces whose names occur in `words`; some of the names may mean something else there."""
        for index, word in enumerate(words):
            if index and words[index - 1] in _TAGGED:
                if word in self.tags:
                    yield self.tags[word]
            elif word in self.typedefs:
                yield self.typedefs[word]
            elif word in self.enumerators:
                yield self.enumerators[word]


def closure(wanted: Iterable[Named], directory: Directory, soften: Dict[int, Words]) -> Set[int]:
    """Return the offsets of the pieces `wanted` and of all that they need. `soften`: other words of some pieces, by offset."""
    waiting = list(wanted)
    seen = {named.piece.offset for named in waiting}
    while waiting:
        piece = waiting.pop().piece
        for needed in directory.needed_by(soften.get(piece.offset, piece.words)):
            if needed.piece.offset not in seen:
                seen.add(needed.piece.offset)
                waiting.append(needed)
    return seen


def _newest(table: Mapping[str, object], before: int) -> Tuple[str, ...]:
    return tuple(islice(table, before, None))


def _defined_tags(words: Sequence[str]) -> List[str]:
    """Return the tags that get their contents in `words`."""
    found = []
    for index, word in enumerate(words):
        if word in _TAGGED:
            at = index + 1
            while at < len(words) and words[at].startswith("__attribute__"):
                at += 1
            if at + 1 < len(words) and words[at].isidentifier() and words[at + 1] == "{":
                found.append(words[at])
    return found


def _kind(piece: Piece, made: Declarations, names: Tuple[str, ...]) -> str:
    if piece.has_body or (names and type(made.globals[names[0]]).__name__ == "FunctionDeclaration"):
        return "function"
    if names:
        return "variable"
    return "type" if piece.words[0] in ("typedef", *_TAGGED) else "function"


_NAME = re.compile(r"([A-Za-z_]\w*) [([;,:]")


def guess_name(words: Words) -> str:
    """Return what is probably the name that an unparsable declaration declares."""
    if words[0] == "typedef":
        return next((word for word in reversed(words) if word.isidentifier()), "?")
    if words[0] in _TAGGED and len(words) > 1:
        return words[1] if words[1] != "{" else "?"
    found = _NAME.search(" ".join(words))
    return found[1] if found else words[0]
