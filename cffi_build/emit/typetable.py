"""The table of types of a C module: gives each type its slots, arguments before what is made of them."""

from __future__ import annotations

from cffi_build.emit.records import FUNCTION_STDCALL, FUNCTION_VARIADIC, STRUCT_FILE
from cffi_build.emit.scope import FILE, has_unknown_length
from cffi_build.model import (
    Array,
    Enum,
    Function,
    Pointer,
    Primitive,
    Qualified,
    Record,
    UnknownFloat,
    UnknownInteger,
    UnknownLength,
    Void,
    spelling,
)
from cffi_build.primitives import BY_NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Dict, Iterable, List, Optional, Sequence, Tuple, Union

    from cffi_build.model import CType


_END = [f"_CFFI_OP(_CFFI_OP_FUNCTION_END, {flags})" for flags in range(4)]


class TypeTable:
    """Slots handed out so far. Types that are written in the same slots, as all are that differ in qualifiers only, share them."""

    def __init__(self, records: Iterable[Record], enums: Iterable[Enum]) -> None:
        self.slots: List[str] = []
        """C expressions."""
        self.typedef_lengths: Dict[UnknownLength, None] = {}
        """The lengths of typedefs' arrays that C must name, see `length_name` (a dictionary: an ordered set)."""
        self._positions: Dict[Union[str, Tuple[str, ...]], int] = {}
        """Where a slot is, or several; those of a function are known by all but FUNCTION itself."""
        self._known: Dict[CType, int] = {}
        self._opcodes: Dict[CType, str] = {
            **{record: f"_CFFI_OP(_CFFI_OP_STRUCT_UNION, {number})" for number, record in enumerate(records)},
            **{enum: f"_CFFI_OP(_CFFI_OP_ENUM, {number})" for number, enum in enumerate(enums)},
            FILE: f"_CFFI_OP(_CFFI_OP_STRUCT_UNION, {STRUCT_FILE})",  # whether it is listed or not
        }
        """These two remember what has no length that an expression tells."""
        self.find: Callable[[CType], Optional[int]] = self._known.get
        """Returns the slot of a type, None if it was not asked for before or has a length that an expression tells."""

    def index(self, ctype: CType, value: str = "") -> int:
        """Return the slot of `ctype`. `value`: a C expression of this type, which tells lengths that only the C compiler knows."""
        if type(ctype) is Function:
            return self.function(ctype, self.opcode(ctype.result), [self.opcode(each) for each in ctype.parameters])
        found = self._known.get(ctype)
        if found is None:
            if value and has_unknown_length(ctype, written_out=True):
                return self._position(ctype, value)
            found = self._known[ctype] = self._position(ctype, "")
        return found

    def _position(self, ctype: CType, value: str) -> int:
        """Return the slot of what is no function. There are two for an array."""
        if type(ctype) is Qualified:
            return self.index(ctype.base, value)
        if type(ctype) is Array and ctype.length is not None:
            item = f"_CFFI_OP(_CFFI_OP_ARRAY, {self.index(ctype.item, value and f'{value}[0]')})"
            length = ctype.length if isinstance(ctype.length, int) else self._unknown_length(ctype, ctype.length, value)
            return self._place((item, f"(_cffi_opcode_t)({length})"))
        opcode = self.opcode(ctype, value)
        found = self._positions.get(opcode)
        if found is None:
            found = self._positions[opcode] = len(self.slots)
            self.slots.append(opcode)
        return found

    def _place(self, slots: Tuple[str, ...]) -> int:
        if slots not in self._positions:
            self._positions[slots] = len(self.slots)
            self.slots += slots
        return self._positions[slots]

    def _unknown_length(self, ctype: Array, length: UnknownLength, value: str) -> str:
        if length.typedef:
            self.typedef_lengths[length] = None
            return length_name(length)
        if not value:
            from cffi_build.errors import VerificationMissing

            raise VerificationMissing(f"the length of the array type '{spelling(ctype)}' is not known here: give the type a typedef")
        return ratio(value)

    def function(self, ctype: Function, result: str, parameters: Sequence[str]) -> int:
        """Return the slot of FUNCTION: behind the result, before the parameters, whose slots other uses of these types share."""
        signature = (result, *parameters, _END[FUNCTION_VARIADIC * ctype.variadic | FUNCTION_STDCALL * (ctype.abi == "__stdcall")])
        positions = self._positions
        found = positions.get(signature)
        if found is None:
            found = positions[signature] = len(self.slots) + 1
            self.slots += (result, f"_CFFI_OP(_CFFI_OP_FUNCTION, {found - 1})", *signature[1:])
            for position, each in enumerate(parameters, found + 1):
                positions.setdefault(each, position)
        return found

    def opcode(self, ctype: CType, value: str = "") -> str:
        """Return the slot of a type that needs only one; `value` is as in `index`."""
        opcode = self._opcodes.get(ctype)
        if opcode is None:
            opcode = self._opcode(ctype, value)
            if not value:
                self._opcodes[ctype] = opcode
        return opcode

    def _opcode(self, ctype: CType, value: str) -> str:
        if type(ctype) is Pointer:
            return f"_CFFI_OP(_CFFI_OP_POINTER, {self.index(ctype.target, value and f'(*{value})')})"
        if type(ctype) is Qualified:
            return self.opcode(ctype.base, value)
        if type(ctype) is Array:
            return f"_CFFI_OP(_CFFI_OP_OPEN_ARRAY, {self.index(ctype.item, value and f'{value}[0]')})"
        return f"_CFFI_OP(_CFFI_OP_PRIMITIVE, {_primitive(ctype)})"


def _primitive(ctype: CType) -> Union[int, str]:
    if isinstance(ctype, UnknownInteger):
        return f"_cffi_prim_int(sizeof({ctype.name}), (({ctype.name})-1) <= 0)"
    if isinstance(ctype, UnknownFloat):
        return f"_cffi_prim_float({ctype.name})"
    if isinstance(ctype, Void):
        return 0
    assert isinstance(ctype, Primitive), ctype
    return BY_NAME[ctype.name].number


def length_name(length: UnknownLength) -> str:
    """Return the name that the C module gives to the length of a typedef's array."""
    return f"_cffi_length_{length.typedef}_{length.level}"


def ratio(value: str) -> str:
    """Return the C expression for the number of items of the array `value`."""
    return f"sizeof({value}) / sizeof({value}[0])"
