"""The table of types of a Python module: functions first, then all other types, each group in the order of the C spelling.

This is the order in which the published implementation writes its modules, so that both write the same file.
"""

from __future__ import annotations

from cffi_build.emit import opcodes as op
from cffi_build.emit.opcodes import Opcode
from cffi_build.emit.typetable import TypeTable, strip, strip_function
from cffi_build.model import Array, Function, Primitive, children, spelling

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterable, List, Tuple, Union

    from cffi_build.emit.typetable import Slot
    from cffi_build.model import CType, Enum, Record


class SortedTypeTable(TypeTable):
    """A table that is filled at once, by `collect`. Parameters have their slot in the first function that has them."""

    def __init__(self, records: Iterable[Record], enums: Iterable[Enum]) -> None:
        super().__init__(records, enums)
        self._stripped: Dict[CType, CType] = {}

    def collect(self, ctypes: Iterable[CType]) -> None:
        """Give slots to `ctypes` and to every type inside them."""
        functions, others = self._closure(ctypes)
        names = {ctype: spelling(ctype) for ctype in others}
        planned: List[Union[CType, Opcode]] = []
        for function in sorted(functions, key=lambda each: _sort_key(_spell_function(each, names))):
            self._known[function] = len(planned)
            planned.append(function)
            for parameter in function.parameters:
                planned.append(self._planned_parameter(parameter, len(planned)))
            flags = op.FUNCTION_VARIADIC * function.variadic | op.FUNCTION_STDCALL * (function.abi == "__stdcall")
            planned.append(Opcode(op.FUNCTION_END, flags))
        position = len(planned)
        for ctype in sorted([each for each in others if each not in self._known], key=lambda each: _sort_key(names[each])):
            self._known[ctype] = position
            position += 1 + _has_length(ctype)
            planned.append(ctype)
        for each in planned:
            self.slots += (each,) if isinstance(each, Opcode) else self._planned_slots(each)

    def _closure(self, ctypes: Iterable[CType]) -> Tuple[Dict[Function, None], Dict[CType, None]]:
        """Return the functions, and the other types, among `ctypes` and all types inside them, without qualifiers (as ordered sets)."""
        functions: Dict[Function, None] = {}
        others: Dict[CType, None] = {}
        waiting = [self._strip(ctype) for ctype in ctypes]
        while waiting:
            ctype = waiting.pop()
            if isinstance(ctype, Function):
                functions[ctype] = None
                waiting += [each for each in (ctype.result, *ctype.parameters) if each not in others]
            elif ctype not in others:
                others[ctype] = None
                waiting += children(ctype)
        return functions, others

    def _strip(self, ctype: CType) -> CType:
        """As `strip`, for types whose parts come up again and again."""
        if isinstance(ctype, Function):
            return strip_function(ctype, self._strip)
        plain = self._stripped.get(ctype)
        if plain is None:
            plain = self._stripped[ctype] = strip(ctype)
        return plain

    def index(self, ctype: CType, value: str = "") -> int:
        """Return the slot of `ctype`, which has been collected."""
        found = self._known.get(ctype)
        if found is None:
            found = self._known[ctype] = self._known[self._strip(ctype)]
        return found

    def _planned_parameter(self, ctype: CType, position: int) -> Union[CType, Opcode]:
        known = self._known.setdefault(ctype, position)
        return ctype if known == position or isinstance(ctype, Primitive) else Opcode(op.NOOP, known)

    def _planned_slots(self, ctype: CType) -> Tuple[Slot, ...]:
        return (Opcode(op.FUNCTION, self.index(ctype.result)),) if isinstance(ctype, Function) else self._slots_of(ctype, "")


def _has_length(ctype: CType) -> bool:
    return isinstance(ctype, Array) and ctype.length is not None


def _spell_function(ctype: Function, names: Dict[CType, str]) -> str:
    parameters = [names[each] for each in ctype.parameters] + ["..."] * ctype.variadic
    return spelling(ctype.result, f"()({', '.join(parameters) or 'void'})")


def _sort_key(text: str) -> str:
    """Return a spelling as the published implementation sorts it: with a space between stars, and ended by ``>``."""
    while "**" in text:
        text = text.replace("**", "* *")
    return text + ">"
