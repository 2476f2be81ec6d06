"""The declaration language: text to `Declarations`, with errors that show the place."""

from __future__ import annotations

from cffi_build.cdef.cursor import Refused, TooManyErrors
from cffi_build.cdef.lexer import tokenize
from cffi_build.cdef.parser import Parser
from cffi_build.cdef.scope import Scope
from cffi_build.cdef.source import Source
from cffi_build.declarations import Declarations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Optional, Sequence, Tuple, TypeVar

    from cffi_build.model import CType

    Result = TypeVar("Result")

__all__ = ["parse", "parse_definition", "parse_type"]


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
    _read(parser, parser.text)
    return scope.made


def parse_type(text: str, declarations: Declarations) -> CType:
    """Return the type that `text` writes, such as ``int(*)(int, ...)``, with the names of `declarations`.

    A struct or enum that is not declared is still a type (and opaque). Raise CDefError.
    """
    scope = Scope(Declarations(), [declarations], override=False)
    parser = Parser(Source(text, "<type>", 1), tokenize(text), scope)
    return _read(parser, parser.whole_type)


def parse_definition(text: str, declarations: Declarations) -> Tuple[CType, Declarations]:
    """Return the type that `text` writes, and Declarations of the structs and unions without a tag that it defines.

    As `parse_type`, but for texts such as ``struct { int x, y; } *``. Raise CDefError.
    """
    scope = Scope(Declarations(), [declarations], override=False)
    parser = Parser(Source(text, "<type>", 1), tokenize(text), scope)
    return _read(parser, lambda: parser.whole_type(may_define=True)), scope.made


def _read(parser: Parser, read: Callable[[], Result]) -> Result:
    """Return what `read` returns; raise CDefError when the parser has recorded an error."""
    try:
        try:
            result = read()
            if not parser.errors:
                return result
        except RecursionError:
            parser.error("too many levels of nesting")
    except (Refused, TooManyErrors):
        pass  # what was wrong is in `errors`
    from cffi_build.errors import CDefError

    found = tuple(diagnostic for _, diagnostic in sorted(parser.errors, key=lambda error: error[0]))
    raise CDefError("\n".join(diagnostic.text for diagnostic in found), found)


def _largest_alignment(packed: bool, pack: Optional[int]) -> int:
    if packed not in (False, True):
        raise ValueError(f"cdef(): 'packed' is True or False, not {packed!r}; 'pack=N' gives a number of bytes")
    if packed and pack is not None:
        raise ValueError("cdef(): give either 'packed=True' or 'pack=N', not both")
    if pack is not None and pack not in (1, 2, 4, 8, 16):
        raise ValueError(f"cdef(): 'pack' must be 1, 2, 4, 8 or 16, not {pack!r}")
    return 1 if packed else pack or 0

