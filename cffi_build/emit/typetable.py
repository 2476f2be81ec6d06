"""The table of types of a module: gives each type its slots, arguments before what is made of them."""

from __future__ import annotations

from cffi_build.emit import opcodes as op
from cffi_build.emit.opcodes import Opcode
from cffi_build.emit.scope import FILE
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
    from typing import Callable, Dict, Iterable, List, Tuple, Union

    from cffi_build.model import CType

    Slot = Union[Opcode, "Length"]


class Length(Value):
    """The slot after an ARRAY: how many items, a number or (in C only) an expression."""

    items: Union[int, str]

    def in_c(self) -> str:
        """Return the C expression for it."""
        return f"(_cffi_opcode_t)({self.items})"

    def in_python(self) -> bytes:
        """Return the four bytes for it."""
        assert isinstance(self.items, int), self.items
        return op.big_endian(self.items)


class TypeTable:
    """Slots handed out so far. A type that was asked for before keeps its slot."""

    def __init__(self, records: Iterable[Record], enums: Iterable[Enum]) -> None:
        self.slots: List[Slot] = []
        self.typedef_lengths: Dict[UnknownLength, None] = {}
        """The lengths of typedefs' arrays that C must name, see `length_name` (a dictionary: an ordered set)."""
        self._records = {record: index for index, record in enumerate(records)}
        self._enums = {enum: index for index, enum in enumerate(enums)}
        self._known: Dict[CType, int] = {}
        """Slots of types whose lengths are all known."""
        self._open_ended: Dict[Tuple[CType, str], int] = {}
        """Slots of the others: an expression tells their lengths."""
        self._opcodes: Dict[CType, Opcode] = {}
        self._stripped: Dict[CType, CType] = {}

    def index(self, ctype: CType, value: str = "") -> int:
        """Return the slot of `ctype`. `value`: a C expression of this type, which tells lengths that only the C compiler knows."""
        found = self._known.get(ctype)
        if found is not None:
            return found
        if has_unknown_length(ctype, written_out=True):
            return self._open_ended_index(ctype, value)
        plain = self._strip(ctype)
        found = self._known[ctype] = self._add(plain, value) if plain is ctype else self.index(plain, value)
        return found

    def _open_ended_index(self, ctype: CType, value: str) -> int:
        found = self._open_ended.get((ctype, value))
        if found is None:
            plain = strip(ctype)
            found = self._open_ended[ctype, value] = self._add(plain, value) if plain is ctype else self.index(plain, value)
        return found

    def _strip(self, ctype: CType) -> CType:
        """As `strip`, for types whose parts come up again and again."""
        if isinstance(ctype, Function):
            return strip_function(ctype, self._strip)
        plain = self._stripped.get(ctype)
        if plain is None:
            plain = self._stripped[ctype] = strip(ctype)
        return plain

    def _add(self, ctype: CType, value: str) -> int:
        slots: List[Slot]
        if isinstance(ctype, Array) and ctype.length is not None:
            slots = self._array(ctype, value)
        elif isinstance(ctype, Function):
            slots = self._function(ctype)
        else:
            slots = [self._opcode(ctype, value)]
        self.slots += slots
        return len(self.slots) - len(slots) + isinstance(ctype, Function)

    def _array(self, ctype: Array, value: str) -> List[Slot]:
        item = Opcode(op.ARRAY, self.index(ctype.item, value and f"{value}[0]"))
        if isinstance(ctype.length, UnknownLength):
            return [item, Length(self._unknown_length(ctype, ctype.length, value))]
        assert ctype.length is not None
        return [item, Length(ctype.length)]

    def _unknown_length(self, ctype: Array, length: UnknownLength, value: str) -> str:
        if length.typedef:
            self.typedef_lengths[length] = None
            return length_name(length)
        if not value:
            raise VerificationMissing(f"the length of the array type '{spelling(ctype)}' is not known here: give the type a typedef")
        return ratio(value)

    def _function(self, ctype: Function) -> List[Slot]:
        """Return result, FUNCTION, parameters, FUNCTION_END: each function has slots of its own for its result and parameters."""
        flags = op.FUNCTION_VARIADIC * ctype.variadic | op.FUNCTION_STDCALL * (ctype.abi == "__stdcall")
        result, *parameters = [self._known_opcode(each) for each in (ctype.result, *ctype.parameters)]
        for number, each in enumerate(ctype.parameters, len(self.slots) + 2):
            if each not in self._known and not has_unknown_length(each, written_out=True):
                self._known[each] = number
        return [result, Opcode(op.FUNCTION, len(self.slots)), *parameters, Opcode(op.FUNCTION_END, flags)]

    def _known_opcode(self, ctype: CType) -> Opcode:
        opcode = self._opcodes.get(ctype)
        if opcode is None:
            opcode = self._opcodes[ctype] = self._opcode(ctype, "")
        return opcode

    def _opcode(self, ctype: CType, value: str) -> Opcode:
        """Return the opcode of a type that needs only one; `ctype` is stripped."""
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
    result, parameters = strip_part(ctype.result), tuple(map(strip_part, ctype.parameters))
    if result is ctype.result and all(new is old for new, old in zip(parameters, ctype.parameters)):
        return ctype
    return Function(result, parameters, ctype.variadic, ctype.abi, ctype.names)


def length_name(length: UnknownLength) -> str:
    """Return the name that the C module gives to the length of a typedef's array."""
    return f"_cffi_length_{length.typedef}_{length.level}"


def ratio(value: str) -> str:
    """Return the C expression for the number of items of the array `value`."""
    return f"sizeof({value}) / sizeof({value}[0])"


def has_unknown_length(ctype: CType, *, written_out: bool = False) -> bool:
    """Return whether `ctype` is an array, or points to one, whose length only the C compiler knows.

    `written_out`: do not count those that are the type of a typedef.
    """
    while isinstance(ctype, (Pointer, Array, Qualified)):
        if isinstance(ctype, Array):
            if isinstance(ctype.length, UnknownLength) and not (written_out and ctype.length.typedef):
                return True
            ctype = ctype.item
        else:
            ctype = ctype.target if isinstance(ctype, Pointer) else ctype.base
    return False
