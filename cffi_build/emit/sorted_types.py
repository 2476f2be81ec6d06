"""The table of types of a Python module: functions first, then all other types, each group in the order of the C spelling.

This is the order in which the published implementation writes its modules, so that both write the same file.
"""

from __future__ import annotations

from cffi_build.emit import opcodes as op
from cffi_build.emit.records import FUNCTION_STDCALL, FUNCTION_VARIADIC, STRUCT_FILE
from cffi_build.emit.scope import FILE
from cffi_build.model import Array, Enum, Function, Pointer, Primitive, Qualified, Record, Void, spelling, unqualified
from cffi_build.primitives import BY_NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterable, List, Sequence, Set, Tuple, Union

    from cffi_build.model import CType

    Around = Tuple[str, str]
    """What stands before and behind a declarator."""
    Slot = Tuple[int, Union[int, str]]
    """An operation and its argument: a number, or the key of the type whose slot it is."""

LONGEST = 2**31 - 1
"""More items of an array have no room in a slot."""


class SortedTypeTable:
    """A table that is filled at once, by `collect`. Parameters have their slot in the first function that has them.

    The key of a type is its spelling, without any qualifier, as the published implementation sorts it: with a space between stars,
    and ended by ``>``.
    """

    def __init__(self, records: Iterable[Record], enums: Iterable[Enum]) -> None:
        self.slots: List[int] = []
        """Four bytes each."""
        self.functions: List[int] = []
        """The slots of the functions that were asked for, in their order."""
        self.indexes: Dict[CType, int] = {}
        """The slots of all other types."""
        self.unsuited: Set[CType] = set()
        """The types, among these, for which a slot has no room, or which only a C compiler knows."""
        self._records = {record: number for number, record in enumerate(records)}
        self._enums = {enum: number for number, enum in enumerate(enums)}
        self._around: Dict[CType, Around] = {}
        self._functions: Dict[str, Tuple[str, List[str], int]] = {}
        self._others: Dict[str, Sequence[Slot]] = {}

    def collect(self, functions: Iterable[Function], others: Iterable[CType]) -> None:
        """Give slots to `functions`, `others` and to every type inside them."""
        keys = [self._function(each)[2] for each in functions]
        for ctype in others:
            self._of(ctype)
        known: Dict[str, int] = {}
        planned = self._plan(known)
        self.slots = [(known[argument] if type(argument) is str else int(argument)) << 8 | operation for operation, argument in planned]
        self.functions = [known[key] for key in keys]
        self.indexes = {ctype: known[f"{before}{behind}>"] for ctype, (before, behind) in self._around.items()}

    def _plan(self, known: Dict[str, int]) -> List[Slot]:
        """Return all slots, and add where which type is to `known`."""
        planned: List[Slot] = []
        for key, (result, parameters, flags) in sorted(self._functions.items()):
            known[key] = len(planned)
            planned.append((op.FUNCTION, result))
            for parameter in parameters:
                slots = self._others[parameter]
                is_first = known.setdefault(parameter, len(planned)) == len(planned)
                planned += slots if is_first or slots[0][0] == op.PRIMITIVE else ((op.NOOP, parameter),)
            planned.append((op.FUNCTION_END, flags))
        for key in sorted(self._others.keys() - known.keys()):
            known[key] = len(planned)
            planned += self._others[key]
        return planned

    def _of(self, ctype: CType) -> Around:
        return self._around.get(ctype) or self._meet(ctype)

    def _meet(self, ctype: CType) -> Around:
        """Return what is around a declarator of a type that was not met before."""
        if isinstance(ctype, Qualified):
            around = self._of(ctype.base)
        elif isinstance(ctype, Function):
            before, _, key = self._function(ctype)
            around = f"{before}()", key[len(before) + 2:-1]
        else:
            around, slots = self._slots(ctype)
            self._others[_key(around)] = slots
        self._around[ctype] = around
        return around

    def _function(self, ctype: Function) -> Tuple[str, str, str]:
        """Return what is around a declarator of a function, and its key."""
        met = self._around
        parameters = [met.get(each) or self._meet(each) for each in ctype.parameters]
        names = [f"{before}{behind}" for before, behind in parameters]
        result = met.get(ctype.result) or self._meet(ctype.result)
        before, behind = result
        behind = f"({', '.join(names + ['...'] * ctype.variadic) or 'void'}){behind}"
        key = f"{before}(){behind}{ctype.abi and '>'}{ctype.abi}>"
        if key not in self._functions:
            flags = FUNCTION_VARIADIC * ctype.variadic | FUNCTION_STDCALL * (ctype.abi == "__stdcall")
            self._functions[key] = (_key(result), [f"{name}>" for name in names], flags)
        return before, behind, key

    def _slots(self, ctype: CType) -> Tuple[Around, Sequence[Slot]]:
        """Return what is around a declarator of a type, and its slots."""
        if isinstance(ctype, Pointer):
            around, target = self._pointer(unqualified(ctype.target))
            return around, ((op.POINTER, target),)
        if isinstance(ctype, Array):
            before, behind = item = self._of(ctype.item)
            if ctype.length is None:
                return (before, f"[]{behind}"), ((op.OPEN_ARRAY, _key(item)),)
            if not isinstance(ctype.length, int) or ctype.length > LONGEST:
                self.unsuited.add(ctype)
            length = ctype.length if isinstance(ctype.length, int) else 0
            return (before, f"[{ctype.length}]{behind}"), ((op.ARRAY, _key(item)), (length & 255, length >> 8))
        return (spelling(ctype), ""), (self._simple(ctype),)

    def _pointer(self, target: CType) -> Tuple[Around, str]:
        """Return what is around a declarator of a pointer to `target`, and the key of `target`."""
        if isinstance(target, Function):
            before, behind, key = self._function(target)
            return (f"{before}({target.abi}{target.abi and ' '}*", f"){behind}"), key
        before, behind = around = self._of(target)
        return (f"{before}(*", f"){behind}") if isinstance(target, Array) else (f"{before} *", behind), _key(around)

    def _simple(self, ctype: CType) -> Slot:
        """Return the slot of a type that has no other inside."""
        if isinstance(ctype, Record):
            return op.STRUCT_UNION, STRUCT_FILE if ctype == FILE else self._records[ctype]
        if isinstance(ctype, Enum):
            return op.ENUM, self._enums[ctype]
        if isinstance(ctype, Primitive):
            return op.PRIMITIVE, BY_NAME[ctype.name].number
        if not isinstance(ctype, Void):
            self.unsuited.add(ctype)
        return op.PRIMITIVE, 0


def _key(around: Around) -> str:
    before, behind = around
    return f"{before}{behind}>"
