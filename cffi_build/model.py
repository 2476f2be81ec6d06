"""C types as plain values: frozen, hashable, compared by structure, picklable; no behaviour but naming and children.

A struct, union or enum type is a *reference* by kind and name (`Record`, `Enum`); what it contains is a
declaration (see `declarations.py`).  So types form no cycles, and two mentions of `struct s` are equal.

Names of records and enums (spec: binary interface, section 3):
``"point"`` for ``struct point``; ``"$point_t"`` for an anonymous one that only a typedef names;
``"$1"``, ``"$2"`` … for a really anonymous one.
"""

from __future__ import annotations

from cffi_build.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, Optional, Tuple, Union

    CType = Union["Void", "Primitive", "UnknownInteger", "UnknownFloat", "Qualified", "Pointer", "Array", "Function", "Record", "Enum"]
    RecordKind = Literal["struct", "union"]
    Convention = Literal["", "__stdcall"]
else:
    CType = Value


class Void(Value):
    """The type ``void``."""


class Primitive(Value):
    """An arithmetic type; `name` is its canonical name in `primitives.PRIMITIVES`, such as ``unsigned long long``."""

    name: str


class UnknownInteger(Value):
    """``typedef int... name;`` — an integer type whose size and sign the C compiler tells."""

    name: str


class UnknownFloat(Value):
    """``typedef float... name;`` — ``float`` or ``double``; the C compiler tells which."""

    name: str


class Qualified(Value):
    """`base` with qualifiers. Never nested, never without a qualifier (use `qualify`). Gone in the type tables."""

    base: CType
    const: bool = False
    volatile: bool = False
    restrict: bool = False

    def words(self) -> str:
        """Return the qualifiers as C writes them."""
        return " ".join([word for word in ("const", "volatile", "restrict") if getattr(self, word)])


class Pointer(Value):
    """Pointer to `target`, which may be a `Function`."""

    target: CType


class UnknownLength(Value):
    """The length of ``int a[...]``: there is one, the C compiler tells it.

    In the type of ``typedef int name[...][...];``, wherever it is used, `typedef` is the name and `level` tells how many
    arrays of it are around this one; "" for an array that is written out where it is declared.
    """

    typedef: str = ""
    level: int = 0

    def __str__(self) -> str:
        return "..."


UNKNOWN_LENGTH = UnknownLength()


class Array(Value):
    """Array of `item`. `length`: items; None for ``[]``; `UnknownLength` for ``[...]``."""

    item: CType
    length: Union[int, None, UnknownLength]


class Function(Value, ignored=1):
    """A function type. `names` (one a parameter, None where not given) is not part of the type's identity."""

    result: CType
    parameters: Tuple[CType, ...]
    variadic: bool = False
    abi: Convention = ""
    names: Tuple[Optional[str], ...] = ()


class Record(Value):
    """A struct or union type, by name."""

    kind: RecordKind
    name: str


class Enum(Value):
    """An enum type, by name."""

    name: str


def qualify(ctype: CType, *, const: bool = False, volatile: bool = False, restrict: bool = False) -> CType:
    """Return `ctype` with the given qualifiers added to those it has (C11 6.7.3p5: repeating one changes nothing)."""
    if not (const or volatile or restrict):
        return ctype
    if isinstance(ctype, Qualified):
        return Qualified(ctype.base, ctype.const or const, ctype.volatile or volatile, ctype.restrict or restrict)
    return Qualified(ctype, const, volatile, restrict)


def unqualified(ctype: CType) -> CType:
    """Return `ctype` without the qualifiers of its outermost level."""
    return ctype.base if type(ctype) is Qualified else ctype


def in_typedef(ctype: CType, name: str, level: int = 0) -> CType:
    """Return `ctype`, the type of the typedef `name`, with the lengths that are unknown in it bound to that name."""
    if isinstance(ctype, Qualified):
        return Qualified(in_typedef(ctype.base, name, level), ctype.const, ctype.volatile, ctype.restrict)
    if not isinstance(ctype, Array):
        return ctype
    length = UnknownLength(name, level) if ctype.length == UNKNOWN_LENGTH else ctype.length
    return Array(in_typedef(ctype.item, name, level + 1), length)


def children(ctype: CType) -> Tuple[CType, ...]:
    """Return the types directly inside `ctype`, in the order in which C writes them."""
    if type(ctype) in (Primitive, Record):
        return ()  # as most are
    if isinstance(ctype, Qualified):
        return (ctype.base,)
    if isinstance(ctype, Pointer):
        return (ctype.target,)
    if isinstance(ctype, Array):
        return (ctype.item,)
    if isinstance(ctype, Function):
        return (ctype.result, *ctype.parameters)
    return ()


def spelling(ctype: CType, declarator: str = "") -> str:
    """Return the C declaration of `declarator` as a `ctype` (an abstract declaration without one).

    >>> spelling(Pointer(Function(Void(), (Primitive("int"),))), "handler")
    'void(*handler)(int)'
    """
    if isinstance(ctype, Pointer):
        return _spell_pointer(ctype, "*" + declarator)
    if isinstance(ctype, Qualified):
        return _spell_qualified(ctype, declarator)
    if isinstance(ctype, Array):
        length = "" if ctype.length is None else str(ctype.length)
        return spelling(ctype.item, f"{declarator}[{length}]")
    if isinstance(ctype, Function):
        parameters = [spelling(parameter) for parameter in ctype.parameters] + ["..."] * ctype.variadic
        return spelling(ctype.result, f"{declarator}({', '.join(parameters) or 'void'})")
    return _join(_specifier(ctype), declarator)


def _spell_pointer(ctype: Pointer, declarator: str) -> str:
    target = ctype.target
    if isinstance(target, Function) and target.abi:
        declarator = f"{target.abi} {declarator}"
    return spelling(target, f"({declarator})" if isinstance(unqualified(target), (Array, Function)) else declarator)


def _spell_qualified(ctype: Qualified, declarator: str) -> str:
    if isinstance(ctype.base, Pointer):
        return _spell_pointer(ctype.base, "*" + _join(ctype.words(), declarator))
    return f"{ctype.words()} {spelling(ctype.base, declarator)}"


def _specifier(ctype: CType) -> str:
    if isinstance(ctype, Void):
        return "void"
    if isinstance(ctype, Record):
        return ctype.name[1:] if _typedef_named(ctype.name) else f"{ctype.kind} {ctype.name}"
    if isinstance(ctype, Enum):
        return ctype.name[1:] if _typedef_named(ctype.name) else f"enum {ctype.name}"
    assert isinstance(ctype, (Primitive, UnknownInteger, UnknownFloat))
    return ctype.name


def _typedef_named(name: str) -> bool:
    return name.startswith("$") and not name[1:].isdigit() and not name.startswith("$$")


def _join(left: str, right: str) -> str:
    glued = not right or right[0] in "([)"
    return left + right if glued else f"{left} {right}"
