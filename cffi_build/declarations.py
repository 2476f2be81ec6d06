"""What one or more cdefs declare: the records that the parser makes, the emitter prints and the in-line mode realizes.

Where a declaration has a `comment`, that is as it is written, with its slashes and stars; few ever look at it (`comments.py`).
"""

from __future__ import annotations

from cffi_build.tables import Declarations as Declarations  # apart, because the cache of parsed texts needs no more
from cffi_build.values import NamedTuple, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, Optional, Tuple, Union

    from cffi_build.model import CType, Enum, Function, Record

    ExternPython = Literal["", "Python", "Python+C"]
    GlobalDeclaration = Union["FunctionDeclaration", "VariableDeclaration", "ConstantDeclaration"]
    Declaration = Union[GlobalDeclaration, "TypedefDeclaration", "RecordDeclaration", "EnumDeclaration"]


class Position(NamedTuple):
    """Where a declaration stands: file as the user knows it (through ``#line``), line and column from 1."""

    file: str = "<cdef>"
    line: int = 1
    column: int = 1


class FunctionDeclaration(Value, ignored=2):
    """``int f(int);`` — `linkage` is not empty inside ``extern "Python"`` or ``extern "Python+C"``."""

    name: str
    type: Function
    linkage: ExternPython = ""
    position: Position = Position()
    comment: str = ""


class VariableDeclaration(Value, ignored=2):
    """``int x;`` or ``extern int x;`` — a global variable."""

    name: str
    type: CType
    position: Position = Position()
    comment: str = ""


class ConstantDeclaration(Value, ignored=2):
    """``#define X 42``, ``#define X ...``, ``static const int X = 42;``, ``static const T X;``.

    `type` is None for a macro (an integer of any type). `value` None: the C compiler tells it.
    """

    name: str
    type: Optional[CType]
    value: Optional[int]
    position: Position = Position()
    comment: str = ""


class TypedefDeclaration(Value, ignored=1):
    """``typedef T name;`` — `type` is resolved: it never names another typedef.

    `align`: 0, or the alignment in bytes that an attribute gives to values of this name, instead of that of `type`.
    """

    name: str
    type: CType
    align: int = 0
    position: Position = Position()


class Field(Value, ignored=2):
    """One member. `name` is "" for an anonymous struct or union, or an unnamed bit-field; `bits` is None when no bit-field.

    `align`: 0, or the least alignment in bytes asked for by an attribute; it holds whatever the `pack` of the record is.
    `pack`: 0, or the largest alignment in bytes that the type of this member keeps (the attribute ``packed``: 1).
    """

    name: str
    type: CType
    bits: Optional[int] = None
    align: int = 0
    pack: int = 0
    position: Position = Position()
    comment: str = ""


class RecordDeclaration(Value, ignored=2):
    """``struct s { … };`` — `fields` None: opaque. `partial`: ends in ``...``, the C compiler tells the layout.

    `pack`: 0 for the natural layout, else the largest alignment of a member in bytes (``#pragma pack(n)``; packed is 1).
    `align`: 0, or the least alignment in bytes asked for by an attribute.
    """

    type: Record
    fields: Optional[Tuple[Field, ...]]
    partial: bool = False
    pack: int = 0
    align: int = 0
    position: Position = Position()
    comment: str = ""


class EnumDeclaration(Value, ignored=3):
    """``enum e { A, B = 5, C = ..., ... };`` — enumerators with value None, and the integer type when `partial`, come from the C compiler.

    `enumerators` None: opaque (``enum e;`` only mentioned).
    """

    type: Enum
    enumerators: Optional[Tuple[Tuple[str, Optional[int]], ...]]
    partial: bool = False
    packed: bool = False
    """Its integer type is the smallest that holds the values, not at least an int."""
    position: Position = Position()
    comment: str = ""
    positions: Tuple[Position, ...] = ()
    """Where each enumerator stands; empty when unknown."""
