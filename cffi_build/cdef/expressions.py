"""The grammar of integer constant expressions (C11 6.6), evaluated while it is read."""

from __future__ import annotations

from cffi_build.cdef import integers
from cffi_build.cdef.cursor import Cursor, Refused
from cffi_build.cdef.integers import ArithmeticProblem, Integer
from cffi_build.cdef.keywords import ATTRIBUTE, CONVENTION, IGNORED, KINDS, STORAGE
from cffi_build.cdef.lexer import Tokens
from cffi_build.cdef.scope import Scope
from cffi_build.cdef.source import Source
from cffi_build.model import Enum, Primitive, spelling, unqualified
from cffi_build.primitives import BY_NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, List, Optional, Tuple

    from cffi_build.cdef.layout import Layout
    from cffi_build.model import CType


_SIZE_WORDS = ("sizeof", "_Alignof", "alignof", "__alignof__", "__alignof")
_ENDS = frozenset({",", "]", "}", ";", ""})
_ESCAPES = {"n": 10, "t": 9, "r": 13, "a": 7, "b": 8, "f": 12, "v": 11, "e": 27, "'": 39, '"': 34, "\\": 92, "?": 63}
_DIGITS = {"x": ("0123456789abcdefABCDEF", 99), "u": ("0123456789abcdefABCDEF", 4), "U": ("0123456789abcdefABCDEF", 8)}
"""Of numeric escape sequences: what they are made of, and how many there are at most."""


class Expressions(Cursor):
    """Reads constant expressions.  A type inside parentheses is read by `type_name`, further up."""

    __slots__ = ("_layout", "_skipped")

    def __init__(self, source: Source, tokens: Tokens, scope: Scope) -> None:
        super().__init__(source, tokens, scope)
        self._layout: Optional[Layout] = None
        self._skipped = 0  # inside how many operands that C does not evaluate

    def type_name(self) -> CType:
        """Read a type-name (C11 6.7.7); `Declarators` does."""
        raise NotImplementedError("Expressions.type_name")

    def starts_type(self, at: int) -> bool:
        """Tell whether a type begins at token `at`."""
        token = self.tokens[at]
        kind = KINDS.get(token)
        if kind is None:
            return token in self.types or self.scope.find_type(token) is not None
        return kind not in (STORAGE, IGNORED, ATTRIBUTE, CONVENTION)

    def constant(self) -> Integer:
        """constant-expression: conditional-expression"""
        token, following = self.tokens[self.pos:self.pos + 2]
        if token.isdecimal() and following in _ENDS and len(token) < 10 and (token[0] != "0" or token == "0"):
            self.pos += 1
            return Integer(int(token), integers.INT)  # a plain number, as nearly always
        self.deeper()
        value = self._conditional()
        self.depth -= 1
        return value

    def _conditional(self) -> Integer:
        """conditional: binary [ "?" conditional ":" conditional ]"""
        condition = self._binary(1)
        if not self.accept("?"):
            return condition
        self.deeper()
        left = self._operand(0, not condition.value)
        self.expect(":")
        right = self._operand(0, bool(condition.value))
        self.depth -= 1
        return integers.choose(condition, left, right)

    def _operand(self, strength: int, skipped: bool) -> Integer:
        """Read a conditional, or a binary of `strength`; one that is `skipped` needs no value, only a type (C11 6.6p3)."""
        self._skipped += skipped
        try:
            return self._binary(strength) if strength else self._conditional()
        finally:
            self._skipped -= skipped

    def _binary(self, weakest: int) -> Integer:
        """binary: unary { operator unary }, the stronger operators first"""
        left = self._unary()
        while True:
            sign = self.tokens[self.pos]
            strength = integers.PRECEDENCE.get(sign, 0)
            if strength < weakest:
                return left
            at = self.pos
            self.pos += 1
            skipped = (sign == "&&" and not left.value) or (sign == "||" and left.value != 0)
            left = self._computed(at, integers.binary, sign, left, self._operand(strength + 1, skipped))

    def _computed(self, at: int, compute: Callable[..., Integer], text: str, *operands: Integer) -> Integer:
        """Return what `compute` makes of a number, or a sign and its operands; when there is no such value, complain about token `at`."""
        try:
            return compute(text, *operands)
        except ArithmeticProblem as problem:
            if self._skipped and operands:
                return operands[0]  # it has the type, nearly always
            raise self.error(str(problem), at=at) from None

    def _unary(self) -> Integer:
        """unary: ("+" | "-" | "~" | "!") unary | "sizeof" "(" type-name ")" | "(" type-name ")" unary | primary"""
        token = self.tokens[self.pos]
        if token not in ("+", "-", "~", "!", "(") and token not in _SIZE_WORDS:
            return self._primary()
        at = self.pos
        self.deeper()
        self.pos += 1
        if token == "(":
            value = self._parenthesized()
        elif token in _SIZE_WORDS:
            value = self._size(token)
        else:
            value = self._computed(at, integers.unary, token, self._unary())
        self.depth -= 1
        return value

    def _parenthesized(self) -> Integer:
        """"(" type-name ")" unary | "(" conditional ")" — the opening parenthesis has been read."""
        if not self.starts_type(self.pos):
            value = self._conditional()
            self.expect(")")
            return value
        start = self.pos
        ctype = unqualified(self.type_name())
        self.expect(")")
        return self._cast(ctype, self._unary(), start)

    def _cast(self, ctype: CType, value: Integer, at: int) -> Integer:
        if isinstance(ctype, Enum):
            return value
        if isinstance(ctype, Primitive) and BY_NAME[ctype.name].kind in ("bool", "char", "signed", "unsigned"):
            if ctype.name not in integers.SIZES:
                raise self.error(f"the size of '{ctype.name}' differs by platform", "write the number itself", at)
            return integers.convert(value.value, ctype.name)
        raise self.error(f"a constant expression cannot be cast to '{spelling(ctype)}'", "only to an integer type", at)

    def _size(self, word: str) -> Integer:
        """("sizeof" | "_Alignof") "(" type-name ")" — the word has been read."""
        at = self.pos
        self.expect("(", f"'(' and a type after '{word}'")
        if not self.starts_type(self.pos):
            raise self.expected(f"a type after '{word}('")
        ctype = self.type_name()
        self.expect(")")
        size, align = self.measure(ctype, at + 1)
        return Integer(size if word == "sizeof" else align, integers.SIZE)

    def measure(self, ctype: CType, at: int) -> Tuple[int, int]:
        """Return size and alignment of a type; refuse when only the compiler knows them."""
        from cffi_build.cdef.layout import Layout, UnknownLayout  # rarely needed

        self._layout = self._layout or Layout([self.scope.made, *self.scope.outside])
        try:
            return self._layout.of(ctype)
        except UnknownLayout as problem:
            raise self.error(str(problem), "write the number, or '...' to ask the C compiler", at) from None

    def _primary(self) -> Integer:
        """primary: integer-constant | character-constant | name"""
        token = self.tokens[self.pos]
        if token[:1].isdigit() or token[:1] == ".":
            value = self._number(token)
        elif token[:1] == "'":
            value = self._characters(token)
        elif token in ("L", "u", "U", "u8") and self.tokens[self.pos + 1][:1] == "'":
            self.pos += 1
            value = Integer(self._wide_character(self.tokens[self.pos]), integers.UINT if token == "U" else integers.INT)
        elif self.at_name():
            value = self._named(token)
        else:
            raise self.expected("an integer constant")
        self.pos += 1
        return value

    def _number(self, token: str) -> Integer:
        try:
            return self._computed(self.pos, integers.literal, token)
        except ValueError:
            hint = "a number that begins with 0 is octal" if token.isdigit() else ""
            raise self.error(f"'{token}' is not an integer constant", hint) from None

    def _characters(self, token: str) -> Integer:
        """"'" character { character } "'" — several make the number that compilers agree on, as in 'RIFF'."""
        codes = self._codes(token)
        if len(codes) > 4:
            raise self.error(f"{token} has more than four characters")
        if not codes or not token.isascii() or max(codes) > 0xFF:
            raise self.error(f"{token} is not a single character")
        value = int.from_bytes(codes, "big")
        return Integer(integers.wrap(value, 8 if len(codes) == 1 else 32, signed=True), integers.INT)

    def _wide_character(self, token: str) -> int:
        codes = self._codes(token)
        if len(codes) != 1:
            raise self.error(f"{token} is not a single character")
        return codes[0]

    def _codes(self, token: str) -> List[int]:
        """Return the numbers of the characters between the quotation marks."""
        if len(token) < 2 or token[-1] != "'":
            raise self.error("literal without its closing '")
        codes, at = [], 1
        while at < len(token) - 1:
            code, at = _escaped(token, at + 1) if token[at] == "\\" else (ord(token[at]), at + 1)
            if not -1 < code < 0x110000:
                raise self.error(f"{token} is not a character constant", "escapes are those of C, such as '\\n', '\\x41', '\\0'")
            codes.append(code)
        return codes

    def _named(self, name: str) -> Integer:
        self.directives_before(self.pos)
        try:
            value = self.scope.find_constant(name)
        except LookupError:
            raise self._unknown(name) from None
        if value is None:
            hint = "write '...' here, so that it is asked for this too"
            raise self.error(f"the value of '{name}' is known only to the C compiler", hint)
        return value

    def _unknown(self, name: str) -> Refused:
        names = [*self.scope.constants, *self.scope.made.globals, *self.scope.enumerators()]
        from cffi_build.cdef.suggestions import nearest  # only needed for errors

        guess = nearest(name, names)
        hint = f"did you mean '{guess}'?" if guess else f"declare it before, with '#define {name} 42'"
        return self.error(f"unknown constant '{name}'", hint)


def _escaped(token: str, at: int) -> Tuple[int, int]:
    """Return the value of an escape sequence (C11 6.4.4.4), -1 when it is none, and where it ends; `at` is behind the backslash."""
    letter = token[at]
    digits, most = _DIGITS.get(letter, ("01234567", 3))
    start = end = at + (letter in _DIGITS)
    while end - start < most and token[end] in digits:
        end += 1
    if end > start:
        return int(token[start:end], 8 if most == 3 else 16), end
    return _ESCAPES.get(letter, -1), at + 1
