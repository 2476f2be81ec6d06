"""The declaration language: text to `Declarations`, with errors that show the place.

The parser is imported when a text is not found in the cache.
"""

from __future__ import annotations

from cffi_build.cdef import cache
from cffi_build.tables import Declarations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Sequence, Tuple

    from cffi_build.cdef.lexer import Cut
    from cffi_build.model import CType

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
    cut: Optional[Cut] = None,
) -> Declarations:
    """Return new Declarations: those of `text` added to `known`, which stays as it is.

    `included`: more Declarations whose names the text can use. `packed`, `pack`: the alignment of struct members is at
    most 1, or `pack`, bytes. `override`: what is declared again replaces what was declared before.
    `filename` and `line`: where the text begins, for errors. `cut`: what cuts texts into tokens, if it can (see `lexer`).
    Raise CDefError with all errors of the text.
    """
    known = known or Declarations()
    largest = _largest_alignment(packed, pack)
    kept = None if included else cache.entry(text, known, f"{largest} {override} {line} {filename}")
    made = kept.load() if kept else None
    if made is None:
        from cffi_build.cdef.read import read_text

        made = read_text(text, known, included, largest, override=override, filename=filename, line=line, cut=cut)
        if kept:
            kept.keep(made)
    return made


def parse_type(text: str, declarations: Declarations, cut: Optional[Cut] = None) -> CType:
    """Return the type that `text` writes, such as ``int(*)(int, ...)``, with the names of `declarations`.

    A struct or enum that is not declared is still a type (and opaque). Raise CDefError.
    """
    from cffi_build.cdef.read import read_type

    return read_type(text, declarations, may_define=False, cut=cut)[0]


def parse_definition(text: str, declarations: Declarations, cut: Optional[Cut] = None) -> Tuple[CType, Declarations]:
    """Return the type that `text` writes, and Declarations of the structs and unions without a tag that it defines.

    As `parse_type`, but for texts such as ``struct { int x, y; } *``. Raise CDefError.
    """
    from cffi_build.cdef.read import read_type

    return read_type(text, declarations, may_define=True, cut=cut)


def _largest_alignment(packed: bool, pack: Optional[int]) -> int:
    if packed not in (False, True):
        raise ValueError(f"cdef(): 'packed' is True or False, not {packed!r}; 'pack=N' gives a number of bytes")
    if packed and pack is not None:
        raise ValueError("cdef(): give either 'packed=True' or 'pack=N', not both")
    if pack is not None and pack not in (1, 2, 4, 8, 16):
        raise ValueError(f"cdef(): 'pack' must be 1, 2, 4, 8 or 16, not {pack!r}")
    return 1 if packed else pack or 0
