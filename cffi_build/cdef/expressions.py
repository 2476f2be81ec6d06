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
    from typing import Callable, Optional, Tuple, Union

    from cffi_build.cdef.layout import Layout
    from cffi_build.model import CType


_SIZE_WORDS = ("sizeof", "_Alignof", "alignof", "__alignof__", "__alignof")
_ENDS = frozenset({",", "]", "}", ";", ""})
_ESCAPES = {"n": 10, "t": 9, "r": 13, "0": 0, "a": 7, "b": 8, "f": 12, "v": 11, "e": 27}


class Expressions(Cursor):
    """Reads constant expressions.  A type inside parentheses is read by `type_name`, further up."""

    def __init__(self, source: Source, tokens: Tokens, scope: Scope) -> None:
        super().__init__(source, tokens, scope)
        self._layout: Optional[Layout] = None

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
        left = self._conditional()
        self.expect(":")
        right = self._conditional()
        self.depth -= 1
        return integers.choose(condition, left, right)

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
            left = self._computed(at, integers.binary, sign, left, self._binary(strength + 1))

    def _computed(self, at: int, compute: Callable[..., Integer], *operands: Union[str, Integer]) -> Integer:
        """Return what `compute` makes of the operands; when there is no such value, complain about token `at`."""
        try:
            return compute(*operands)
        except ArithmeticProblem as problem:
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
        if not (self.tokens[at] == "(" and self.starts_type(at + 1)):
            raise self.expected(f"'(' and a type after '{word}'")
        self.pos += 1
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
            value = Integer(self._character(token, 0x7F), integers.INT)
        elif token in ("L", "u", "U", "u8") and self.tokens[self.pos + 1][:1] == "'":
            self.pos += 1
            value = Integer(self._character(self.tokens[self.pos], 0x10FFFF), integers.UINT if token == "U" else integers.INT)
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

    def _character(self, token: str, largest: int) -> int:
        if len(token) < 2 or token[-1] != "'":
            raise self.error("literal without its closing '")
        body = token[1:-1]
        value = ord(body) if len(body) == 1 else _escaped(body)
        if not -1 < value <= largest and not body.startswith("\\"):
            raise self.error(f"{token} is not a single character")
        if value < 0:
            raise self.error(f"{token} is not a character constant", "escapes are those of C, such as '\\n', '\\x41', '\\0'")
        return value - 256 if largest == 0x7F and 127 < value < 256 else value

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


def _escaped(body: str) -> int:
    """Return the value of an escape sequence (C11 6.4.4.4), -1 when it is none."""
    if len(body) < 2 or body[0] != "\\":
        return -1
    rest = body[1:]
    try:
        if rest[0] in "xuU":
            return int(rest[1:], 16) if len(rest) < 10 else -1
        if rest[0] in "01234567":
            return int(rest, 8) if len(rest) < 4 else -1
    except ValueError:
        return -1
    return _ESCAPES.get(rest, ord(rest) if rest in ("'", '"', "\\", "?") else -1)


