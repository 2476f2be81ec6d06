"""What a preprocessed header consists of: declarations, macros, ``#pragma pack`` lines; and what is left out of the result."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, List, NamedTuple, Optional, Tuple, Union

Words = Tuple[str, ...]


class Skipped(NamedTuple):
    """One thing that a header declares and the result does not: `kind` is "function", "type", "variable", "macro" or "member"."""

    name: str
    kind: str
    reason: str
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.kind} {self.name}: {self.reason}"


@dataclass(frozen=True)
class Piece:
    """One declaration: its tokens without what means nothing to us (`cut.py`), and the comments by index of a token.

    `has_body`: it was a function with a body, which is dropped. `renamed`: an asm label gives it another symbol.
    """

    words: Words
    offset: int
    file: str
    line: int
    above: Dict[int, List[str]] = field(default_factory=dict, compare=False)
    behind: Dict[int, str] = field(default_factory=dict, compare=False)
    has_body: bool = False
    renamed: bool = False


@dataclass(frozen=True)
class Macro:
    """One ``#define`` that is in force at the end. `parameters` is None for a macro like an object."""

    name: str
    parameters: Optional[str]
    body: str
    offset: int
    file: str
    line: int
    comment: str = ""


@dataclass(frozen=True)
class Pack:
    """A ``#pragma pack(…)`` line."""

    text: str
    offset: int
    file: str
    line: int


Part = Union[Piece, Macro, Pack]


class Contents(NamedTuple):
    """Everything in the output of the preprocessor, each list in the order of the text.

    `files` are all files read; `entered` those that were included by the first file itself.
    """

    pieces: List[Piece]
    macros: List[Macro]
    packs: List[Pack]
    files: List[str]
    entered: List[str]
