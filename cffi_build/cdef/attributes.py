"""The grammar of what compilers add to declarations: attributes, alignment, calling conventions, asm labels."""

from __future__ import annotations

from cffi_build.cdef.expressions import Expressions
from cffi_build.cdef.keywords import ATTRIBUTE_WORDS, CONVENTIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from cffi_build.model import Convention


LARGEST_ALIGNMENT = 16
"""What a bare ``aligned`` means: the alignment of the largest type (x86, ARM)."""

_ASM = ("asm", "__asm", "__asm__")
_STARTS = frozenset([*ATTRIBUTE_WORDS, *CONVENTIONS, *_ASM, "__extension__"])
_LAYOUT_CHANGES = {
    "vector_size": "vector types are not supported",
    "mode": "write the type that the mode stands for",
    "scalar_storage_order": "only the byte order of the machine is supported",
    "ms_struct": "only the compiler's own struct layout is supported",
    "gcc_struct": "only the compiler's own struct layout is supported",
}


class Found:
    """The attributes of one declaration that mean something here."""

    __slots__ = ("align", "at", "convention", "packed", "type_align")

    def __init__(self) -> None:
        self.packed = False
        self.align = 0
        self.type_align = 0  # what a typedef says, for values of its very type
        self.convention: Optional[Convention] = None
        self.at = 0


class Attributes(Expressions):
    """Reads attributes; those that change neither layout nor calling are stepped over."""

    __slots__ = ()

    def at_attribute(self) -> bool:
        """Tell whether an attribute, a calling convention or an asm label begins here."""
        token = self.tokens[self.pos]
        return token in _STARTS or (token == "[" and self.tokens[self.pos + 1] == "[")

    def attributes(self, found: Optional[Found]) -> Optional[Found]:
        """{ attribute | calling-convention | asm-label } — add them to `found`, which is made when needed."""
        while self.at_attribute():
            found = found or Found()
            found.at = self.pos
            self._attribute(found)
        return found

    def _attribute(self, found: Found) -> None:
        """"__attribute__" "((" list "))" | "__declspec" "(" list ")" | "_Alignas" "(" … ")" | "[[" list "]]" | convention | label"""
        token = self.tokens[self.pos]
        if token in CONVENTIONS:
            found.convention = CONVENTIONS[token]
            self.pos += 1
        elif token in ("_Alignas", "alignas"):
            self.pos += 1
            self.expect("(", "'(' after '_Alignas'")
            found.align = max(found.align, self._alignment())
            self.expect(")")
        elif token in _ASM:
            self._label()
        elif token == "__extension__":
            self.pos += 1
        else:
            self._attribute_list(found, token)

    def _label(self) -> None:
        """asm "(" string { string } ")" """
        self.pos += 1
        if self.tokens[self.pos] != "(":
            raise self.expected("'(' after 'asm'")
        self.skip_balanced()

    def _attribute_list(self, found: Found, word: str) -> None:
        """[ name [ "(" … ")" ] ] { "," [ name [ "(" … ")" ] ] } — inside the brackets that belong to `word`"""
        start = self.pos
        opening = "[[" if word == "[" else "((" if word.startswith("__attribute") else "("
        self.pos += word != "["
        for bracket in opening:
            self.expect(bracket, f"'{opening}' after '{word}'")
        while self.tokens[self.pos] not in (")", "]"):
            if not self.tokens[self.pos]:
                raise self.error(f"'{word}' is never closed", at=start)
            self._one_attribute(found)
        for bracket in opening:
            self.expect(")" if bracket == "(" else "]")

    def _one_attribute(self, found: Found) -> None:
        name = self.tokens[self.pos].strip("_")
        at = self.pos
        has_arguments = self.tokens[at + 1] == "("
        if name in _LAYOUT_CHANGES:
            raise self.error(f"the attribute '{name}' cannot be honoured", _LAYOUT_CHANGES[name])
        if name == "packed":
            found.packed = True
        elif name in ("aligned", "align") and not has_arguments:
            found.align = max(found.align, LARGEST_ALIGNMENT)
        elif name in ("stdcall", "cdecl"):
            found.convention = "__stdcall" if name == "stdcall" else ""
        if self.tokens[at] in ("(", "[", "{"):
            self.skip_balanced()
            return
        self.pos += 1
        if has_arguments and name in ("aligned", "align"):
            self.pos += 1
            found.align = max(found.align, self._alignment())
            self.expect(")")
        elif has_arguments:
            self.skip_balanced()

    def _alignment(self) -> int:
        """type-name | constant-expression"""
        at = self.pos
        if self.starts_type(at):
            return self.measure(self.type_name(), at)[1]
        value = self.constant().value
        if value < 0 or value & (value - 1) or value > 1 << 28:
            raise self.error(f"an alignment cannot be {value}", "it is a power of two", at)
        return value
