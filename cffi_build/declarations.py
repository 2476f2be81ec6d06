"""What one or more cdefs declare: the records that the parser makes, the emitter prints and the in-line mode realizes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, List, Literal, NamedTuple, Optional, Tuple, Union

from cffi_build.model import CType, Enum, Function, Record

ExternPython = Literal["", "Python", "Python+C"]


class Position(NamedTuple):
    """Where a declaration stands: file as the user knows it (through ``#line``), line and column from 1."""

    file: str = "<cdef>"
    line: int = 1
    column: int = 1


@dataclass(frozen=True)
class FunctionDeclaration:
    """``int f(int);`` — `linkage` is not empty inside ``extern "Python"`` or ``extern "Python+C"``."""

    name: str
    type: Function
    linkage: ExternPython = ""
    position: Position = field(default=Position(), compare=False)
    comment: str = field(default="", compare=False)


@dataclass(frozen=True)
class VariableDeclaration:
    """``int x;`` or ``extern int x;`` — a global variable."""

    name: str
    type: CType
    position: Position = field(default=Position(), compare=False)
    comment: str = field(default="", compare=False)


@dataclass(frozen=True)
class ConstantDeclaration:
    """``#define X 42``, ``#define X ...``, ``static const int X = 42;``, ``static const T X;``.

    `type` is None for a macro (an integer of any type). `value` None: the C compiler tells it.
    """

    name: str
    type: Optional[CType]
    value: Optional[int]
    position: Position = field(default=Position(), compare=False)
    comment: str = field(default="", compare=False)


@dataclass(frozen=True)
class TypedefDeclaration:
    """``typedef T name;`` — `type` is resolved: it never names another typedef."""

    name: str
    type: CType
    position: Position = field(default=Position(), compare=False)


@dataclass(frozen=True)
class Field:
    """One member. `name` is "" for an anonymous struct or union, or an unnamed bit-field; `bits` is None when no bit-field.

    `align`: 0, or the least alignment in bytes asked for by an attribute; it holds whatever the `pack` of the record is.
    """

    name: str
    type: CType
    bits: Optional[int] = None
    align: int = 0
    position: Position = field(default=Position(), compare=False)
    comment: str = field(default="", compare=False)


@dataclass(frozen=True)
class RecordDeclaration:
    """``struct s { … };`` — `fields` None: opaque. `partial`: ends in ``...``, the C compiler tells the layout.

    `pack`: 0 for the natural layout, else the largest alignment of a member in bytes (``#pragma pack(n)``; packed is 1).
    `align`: 0, or the least alignment in bytes asked for by an attribute.
    """

    type: Record
    fields: Optional[Tuple[Field, ...]]
    partial: bool = False
    pack: int = 0
    align: int = 0
    position: Position = field(default=Position(), compare=False)
    comment: str = field(default="", compare=False)


@dataclass(frozen=True)
class EnumDeclaration:
    """``enum e { A, B = 5, C = ..., ... };`` — enumerators with value None, and the integer type when `partial`, come from the C compiler.

    `enumerators` None: opaque (``enum e;`` only mentioned).
    """

    type: Enum
    enumerators: Optional[Tuple[Tuple[str, Optional[int]], ...]]
    partial: bool = False
    position: Position = field(default=Position(), compare=False)
    comment: str = field(default="", compare=False)
    positions: Tuple[Position, ...] = field(default=(), compare=False)
    """Where each enumerator stands; empty when unknown."""


Declaration = Union[FunctionDeclaration, VariableDeclaration, ConstantDeclaration, TypedefDeclaration, RecordDeclaration, EnumDeclaration]


@dataclass
class Declarations:
    """Everything declared so far, in the order of the text.  The parser returns a new one; nothing half-made is ever seen.

    `globals` holds functions, variables and constants under their name; enumerators live in their enum.
    `included` lists the Declarations of ``ffi.include()``; their names are visible but are not emitted again.
    """

    globals: Dict[str, Union[FunctionDeclaration, VariableDeclaration, ConstantDeclaration]] = field(default_factory=dict)
    typedefs: Dict[str, TypedefDeclaration] = field(default_factory=dict)
    records: Dict[Record, RecordDeclaration] = field(default_factory=dict)
    enums: Dict[Enum, EnumDeclaration] = field(default_factory=dict)
    included: List[Declarations] = field(default_factory=list)
    anonymous_count: int = 0
    """How many ``$1``, ``$2`` … names are in use."""
