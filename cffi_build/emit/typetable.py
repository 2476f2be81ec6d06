"""The table of types of a module: gives each type its slots, arguments before what is made of them."""

from __future__ import annotations

from cffi_build.emit import opcodes as op
from cffi_build.emit.opcodes import Opcode
from cffi_build.emit.scope import FILE, has_unknown_length
from cffi_build.errors import VerificationMissing
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
from cffi_build.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Dict, Iterable, List, Optional, Sequence, Tuple, Union

    from cffi_build.model import CType

    Slot = Union[Opcode, "Length"]


class Length(Value):
    """The slot after an ARRAY: how many items, a number or an expression."""

    items: Union[int, str]

    def in_c(self) -> str:
        """Return the C expression for it."""
        return f"(_cffi_opcode_t)({self.items})"


_END = [Opcode(op.FUNCTION_END, flags) for flags in range(4)]


class TypeTable:
    """Slots handed out so far. Types that are written in the same slots, as all are that differ in qualifiers only, share them."""

    def __init__(self, records: Iterable[Record], enums: Iterable[Enum]) -> None:
        self.slots: List[Slot] = []
        self.typedef_lengths: Dict[UnknownLength, None] = {}
        """The lengths of typedefs' arrays that C must name, see `length_name` (a dictionary: an ordered set)."""
        self._records = {record: index for index, record in enumerate(records)}
        self._enums = {enum: index for index, enum in enumerate(enums)}
        self._positions: Dict[Tuple[Slot, ...], int] = {}
        """Where slots are; those of a function are known by all but FUNCTION itself."""
        self._known: Dict[CType, int] = {}
        self._opcodes: Dict[CType, Opcode] = {}
        """These two remember what has no length that an expression tells."""

    def index(self, ctype: CType, value: str = "") -> int:
        """Return the slot of `ctype`. `value`: a C expression of this type, which tells lengths that only the C compiler knows."""
        if type(ctype) is Function:
            return self._function(ctype)
        found = self._known.get(ctype)
        if found is None:
            found = self._position(self._slots_of(ctype, value))
            if not has_unknown_length(ctype, written_out=True):
                self._known[ctype] = found
        return found

    def find(self, ctype: CType) -> Optional[int]:
        """Return the slot of `ctype`, None if it was not asked for before or has a length that an expression tells."""
        return self._known.get(ctype)

    def _position(self, slots: Tuple[Slot, ...]) -> int:
        found = self._positions.get(slots)
        if found is None:
            found = self._positions[slots] = len(self.slots)
            self.slots += slots
        return found

    def _slots_of(self, ctype: CType, value: str) -> Tuple[Slot, ...]:
        """Return the slots of what is no function: one or two."""
        if isinstance(ctype, Qualified):
            return self._slots_of(ctype.base, value)
        if isinstance(ctype, Array) and ctype.length is not None:
            item = Opcode(op.ARRAY, self.index(ctype.item, value and f"{value}[0]"))
            return item, Length(ctype.length if isinstance(ctype.length, int) else self._unknown_length(ctype, ctype.length, value))
        return (self.opcode(ctype, value),)

    def _unknown_length(self, ctype: Array, length: UnknownLength, value: str) -> str:
        if length.typedef:
            self.typedef_lengths[length] = None
            return length_name(length)
        if not value:
            raise VerificationMissing(f"the length of the array type '{spelling(ctype)}' is not known here: give the type a typedef")
        return ratio(value)

    def _function(self, ctype: Function) -> int:
        return self.function(ctype, self.opcode(ctype.result), [self.opcode(each) for each in ctype.parameters])

    def function(self, ctype: Function, result: Opcode, parameters: Sequence[Opcode]) -> int:
        """Return the slot of FUNCTION: behind the result, before the parameters, whose slots other uses of these types share."""
        end = _END[op.FUNCTION_VARIADIC * ctype.variadic | op.FUNCTION_STDCALL * (ctype.abi == "__stdcall")]
        signature = (result, *parameters, end)
        found = self._positions.get(signature)
        if found is None:
            found = self._positions[signature] = len(self.slots) + 1
            self.slots += (result, Opcode(op.FUNCTION, found - 1), *signature[1:])
            for position, each in enumerate(parameters, found + 1):
                self._positions.setdefault((each,), position)
        return found

    def opcode(self, ctype: CType, value: str = "") -> Opcode:
        """Return the opcode of a type that needs only one; `value` is as in `index`."""
        opcode = self._opcodes.get(ctype)
        if opcode is None:
            opcode = self._opcode(ctype, value)
            if not has_unknown_length(ctype, written_out=True):
                self._opcodes[ctype] = opcode
        return opcode

    def _opcode(self, ctype: CType, value: str) -> Opcode:
        if isinstance(ctype, Qualified):
            return self.opcode(ctype.base, value)
        if isinstance(ctype, Pointer):
            return Opcode(op.POINTER, self.index(ctype.target, value and f"(*{value})"))
        if isinstance(ctype, Array):
            return Opcode(op.OPEN_ARRAY, self.index(ctype.item, value and f"{value}[0]"))
        if isinstance(ctype, Record):
            return Opcode(op.STRUCT_UNION, op.STRUCT_FILE if ctype == FILE else self._records[ctype])
        if isinstance(ctype, Enum):
            return Opcode(op.ENUM, self._enums[ctype])
        return Opcode(op.PRIMITIVE, _primitive(ctype))


def _primitive(ctype: CType) -> Union[int, str]:
    if isinstance(ctype, UnknownInteger):
        return f"_cffi_prim_int(sizeof({ctype.name}), (({ctype.name})-1) <= 0)"
    if isinstance(ctype, UnknownFloat):
        return f"_cffi_prim_float({ctype.name})"
    if isinstance(ctype, Void):
        return 0
    assert isinstance(ctype, Primitive), ctype
    return BY_NAME[ctype.name].number


def strip(ctype: CType) -> CType:
    """Return `ctype` without any qualifier, on any level: the tables have none. A type that has none is returned itself."""
    if isinstance(ctype, Qualified):
        return strip(ctype.base)
    if isinstance(ctype, Pointer):
        target = strip(ctype.target)
        return ctype if target is ctype.target else Pointer(target)
    if isinstance(ctype, Array):
        item = strip(ctype.item)
        return ctype if item is ctype.item else Array(item, ctype.length)
    return strip_function(ctype, strip) if isinstance(ctype, Function) else ctype


def strip_function(ctype: Function, strip_part: Callable[[CType], CType]) -> Function:
    """Return the function type with `strip_part` applied to its result and parameters."""
    result, parameters = strip_part(ctype.result), tuple([strip_part(each) for each in ctype.parameters])
    if result is ctype.result and parameters == ctype.parameters:
        return ctype
    return Function(result, parameters, ctype.variadic, ctype.abi, ctype.names)


def length_name(length: UnknownLength) -> str:
    """Return the name that the C module gives to the length of a typedef's array."""
    return f"_cffi_length_{length.typedef}_{length.level}"


def ratio(value: str) -> str:
    """Return the C expression for the number of items of the array `value`."""
    return f"sizeof({value}) / sizeof({value}[0])"
