"""A fuzz target for the parser of declarations: ``python cdef_fuzz.py -runs=200000 CORPUS cdef_corpus`` (needs atheris); see README.md.

A text is either refused with places inside of it, and leaves nothing behind, or its declarations can be printed and read again.
"""

from __future__ import annotations

import sys

from _cffi_backend import _tokenize
from cffi_build import cdef
from cffi_build.cdef.lexer import Tokens
from cffi_build.cdef.scanner import scan
from cffi_build.declarations import Declarations
from cffi_build.errors import CDefError
from cffi_build.model import CType, Function, Pointer, Record, UnknownFloat, UnknownInteger, children, spelling

KNOWN = cdef.parse("typedef int known_t; struct known { int x; }; enum known_e { KNOWN = 3 }; int known_function(known_t);")
BEFORE = repr(KNOWN)


def check_text(text: str) -> bool:
    """Return whether `text` is accepted; raise AssertionError, or whatever the parser lets through, when something is wrong."""
    _check_tokens(text)
    try:
        made = cdef.parse(text, known=KNOWN, cut=_tokenize)
    except CDefError as error:
        _check_refusal(error)
        return False
    finally:
        assert repr(KNOWN) == BEFORE
    for ctype in _types(made):
        _check_type(ctype, made)
    return True


def _check_tokens(text: str) -> None:
    """What is cut into tokens in C is cut alike in Python."""
    found = _tokenize(text)
    if found is not None:
        one, other = scan(text), Tokens(*found)
        assert not one.problems, text
        for name in ("texts", "offsets", "lines", "starts", "above", "behind", "directives"):
            assert list(getattr(one, name)) == list(getattr(other, name)), (name, text)


def _check_refusal(error: CDefError) -> None:
    assert error.errors
    for one in error.errors:
        assert one.line >= 0 and one.column >= 1 and one.message, one
        assert one.text.count("\n") == 2, one


def _types(made: Declarations) -> list[CType]:
    entries = [*made.globals.values(), *made.typedefs.values()]
    found = [entry.type for entry in entries if entry.type is not None]
    return found + [field.type for record in made.records.values() for field in record.fields or ()]


def _check_type(ctype: CType, made: Declarations) -> None:
    """A type that has a name for everything in it is read back as itself, a function as a pointer to it."""
    ctype = Pointer(ctype) if isinstance(ctype, Function) else ctype
    if not any(_is_unspeakable(part) for part in _parts(ctype)):
        assert cdef.parse_type(spelling(ctype), made) == ctype, spelling(ctype)


def _is_unspeakable(ctype: CType) -> bool:
    name = getattr(ctype, "name", "")
    unknown = isinstance(ctype, (UnknownInteger, UnknownFloat)) or "..." in spelling(ctype)
    return unknown or (name.startswith("$")) or ctype == Record("struct", "_IO_FILE")


def _parts(ctype: CType) -> list[CType]:
    return [ctype, *(part for child in children(ctype) for part in _parts(child))]


def main() -> None:
    """Fuzz until told to stop."""
    import atheris

    def target(data: bytes) -> None:
        check_text(data.decode("utf-8", "replace"))

    atheris.instrument_all()
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
