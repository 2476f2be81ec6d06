"""The declaration language: text to `Declarations`, with errors that show the place."""

from __future__ import annotations

from typing import List, Optional, Sequence, Tuple

from cffi_build.cdef.cursor import Refused
from cffi_build.cdef.lexer import tokenize
from cffi_build.cdef.parser import Parser
from cffi_build.cdef.scope import Scope
from cffi_build.cdef.source import Source
from cffi_build.declarations import Declarations
from cffi_build.errors import CDefError, Diagnostic
from cffi_build.model import CType

__all__ = ["parse", "parse_type"]


def parse(
    text: str,
    *,
    known: Optional[Declarations] = None,
    included: Sequence[Declarations] = (),
    packed: bool = False,
    pack: Optional[int] = None,
    override: bool = False,
    filename: str = "<cdef>",
    line: int = 1,
) -> Declarations:
    """Return new Declarations: those of `text` added to `known`, which stays as it is.

    `included`: more Declarations whose names the text can use. `packed`, `pack`: the alignment of struct members is at
    most 1, or `pack`, bytes. `override`: what is declared again replaces what was declared before.
    `filename` and `line`: where the text begins, for errors. Raise CDefError with all errors of the text.
    """
    scope = Scope(known or Declarations(), included, override)
    parser = Parser(Source(text, filename, line), tokenize(text), scope)
    parser.set_pack(_largest_alignment(packed, pack))
    try:
        parser.text()
    except RecursionError:
        parser.error("too many levels of nesting")
    if parser.errors:
        raise _error(parser.errors)
    return scope.made


def parse_type(text: str, declarations: Declarations) -> CType:
    """Return the type that `text` writes, such as ``int(*)(int, ...)``, with the names of `declarations`.

    A struct or enum that is not declared is still a type (and opaque). Raise CDefError.
    """
    scope = Scope(Declarations(), [declarations], override=False)
    parser = Parser(Source(text, "<type>", 1), tokenize(text), scope)
    ctype = None
    try:
        ctype = parser.whole_type()
    except Refused:
        pass
    except RecursionError:
        parser.error("too many levels of nesting")
    if parser.errors or ctype is None:
        raise _error(parser.errors)
    return ctype


def _largest_alignment(packed: bool, pack: Optional[int]) -> int:
    if packed not in (False, True):
        raise ValueError(f"cdef(): 'packed' is True or False, not {packed!r}; 'pack=N' gives a number of bytes")
    if packed and pack is not None:
        raise ValueError("cdef(): give either 'packed=True' or 'pack=N', not both")
    if pack is not None and pack not in (1, 2, 4, 8, 16):
        raise ValueError(f"cdef(): 'pack' must be 1, 2, 4, 8 or 16, not {pack!r}")
    return 1 if packed else pack or 0


def _error(errors: List[Tuple[int, Diagnostic]]) -> CDefError:
    """Return the exception for all errors, in the order of the text."""
    found = tuple(diagnostic for _, diagnostic in sorted(errors, key=lambda error: error[0]))
    return CDefError("\n".join(diagnostic.text for diagnostic in found), found)
