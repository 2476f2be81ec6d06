"""The table of types of a Python module: functions first, then all other types, each group in the order of the C spelling.

This is the order in which the published implementation writes its modules, so that both write the same file.
"""

from __future__ import annotations

from cffi_build.emit import opcodes as op
from cffi_build.emit.opcodes import Opcode
from cffi_build.emit.typetable import Length, TypeTable, strip
from cffi_build.model import Array, Function, Primitive, children, spelling

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterable, List, Union

    from cffi_build.model import CType


class SortedTypeTable(TypeTable):
    """A table that is filled at once, by `collect`. Parameters have their slot in the first function that has them."""

    def collect(self, ctypes: Iterable[CType]) -> None:
        """Give slots to `ctypes` and to every type inside them."""
        found = _closure(ctypes)
        planned: List[Union[CType, Opcode]] = []
        for function in sorted((each for each in found if isinstance(each, Function)), key=_sort_key):
            self._known[function] = len(planned)
            planned.append(function)
            for parameter in function.parameters:
                planned.append(self._planned_parameter(parameter, len(planned)))
            flags = op.FUNCTION_VARIADIC * function.variadic | op.FUNCTION_STDCALL * (function.abi == "__stdcall")
            planned.append(Opcode(op.FUNCTION_END, flags))
        position = len(planned)
        for ctype in sorted((each for each in found if each not in self._known), key=_sort_key):
            self._known[ctype] = position
            position += 1 + _has_length(ctype)
            planned.append(ctype)
        for each in planned:
            self.slots += [each] if isinstance(each, Opcode) else self._slots(each)

    def _planned_parameter(self, ctype: CType, position: int) -> Union[CType, Opcode]:
        known = self._known.setdefault(ctype, position)
        return ctype if known == position or isinstance(ctype, Primitive) else Opcode(op.NOOP, known)

    def _slots(self, ctype: CType) -> List[Union[Opcode, Length]]:
        if isinstance(ctype, Function):
            return [Opcode(op.FUNCTION, self.index(ctype.result))]
        return self._array(ctype, "") if isinstance(ctype, Array) and _has_length(ctype) else [self._opcode(ctype, "")]


def _closure(ctypes: Iterable[CType]) -> Dict[CType, None]:
    """Return `ctypes`, without qualifiers, and all types inside them (a dictionary: an ordered set)."""
    found: Dict[CType, None] = {}
    waiting = [strip(ctype) for ctype in ctypes]
    while waiting:
        ctype = waiting.pop()
        if ctype not in found:
            found[ctype] = None
            waiting += children(ctype)
    return found


def _has_length(ctype: CType) -> bool:
    return isinstance(ctype, Array) and ctype.length is not None


def _sort_key(ctype: CType) -> str:
    """Return the spelling as the published implementation sorts it: with a space between stars, and ended by ``>``."""
    text = spelling(ctype, "()" if isinstance(ctype, Function) else "")
    while "**" in text:
        text = text.replace("**", "* *")
    return text + ">"
