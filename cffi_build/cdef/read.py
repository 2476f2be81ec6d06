"""Reads texts with the parser; raises what it has found wrong."""

from __future__ import annotations

from cffi_build.cdef.cursor import Refused, TooManyErrors
from cffi_build.cdef.parser import Parser
from cffi_build.cdef.scope import Scope
from cffi_build.cdef.source import Source
from cffi_build.declarations import Declarations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Optional, Sequence, Tuple, TypeVar

    from cffi_build.cdef.lexer import Cut
    from cffi_build.model import CType

    Result = TypeVar("Result")


def read_text(
    text: str,
    known: Declarations,
    included: Sequence[Declarations],
    pack: int,
    *,
    override: bool,
    filename: str,
    line: int,
    cut: Optional[Cut] = None,
) -> Declarations:
    """See `cffi_build.cdef.parse`. `pack`: the largest alignment of struct members in bytes, 0 for no limit."""
    scope = Scope(known, included, override)
    parser = Parser(Source(text, filename, line), scope, cut)
    parser.set_pack(pack)
    _read(parser, parser.text)
    return scope.made


def read_type(text: str, declarations: Declarations, *, may_define: bool, cut: Optional[Cut] = None) -> Tuple[CType, Declarations]:
    """Return the type that `text` writes, and Declarations of the structs and unions without a tag that it defines, if it may."""
    scope = Scope(Declarations(), [declarations], override=False)
    parser = Parser(Source(text, "<type>", 1), scope, cut)
    return _read(parser, lambda: parser.whole_type(may_define)), scope.made


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
