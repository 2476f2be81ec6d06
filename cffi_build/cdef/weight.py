"""How deep and how large the types behind typedefs become: typedefs of typedefs could grow without end in a short text."""

from __future__ import annotations

from cffi_build.model import Enum, Pointer, Primitive, Record, Void, children

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Tuple

    from cffi_build.model import CType


MAX_DEPTH = 100
MAX_SIZE = 1000
"""Limits for one typedef: levels, and types inside it when it is written out."""

_SIMPLE = (Primitive, Record, Enum, Void)


class Weights:
    """Remembers the weight of the types of typedefs, so that each is looked at once."""

    def __init__(self) -> None:
        self._known: Dict[int, Tuple[int, int, CType]] = {}

    def acceptable(self, ctype: CType) -> bool:
        """Tell whether the type of a typedef stays within the limits; remember its weight."""
        if isinstance(ctype, _SIMPLE) or (isinstance(ctype, Pointer) and isinstance(ctype.target, _SIMPLE)):
            return True
        depth, size = self._weigh(ctype)
        self._known[id(ctype)] = (depth, size, ctype)
        return depth <= MAX_DEPTH and size <= MAX_SIZE

    def _weigh(self, ctype: CType) -> Tuple[int, int]:
        known = self._known.get(id(ctype))
        if known is not None:
            return known[:2]
        depth, size = 0, 1
        for child in children(ctype):
            child_depth, child_size = (1, 1) if isinstance(child, _SIMPLE) else self._weigh(child)
            depth, size = max(depth, child_depth), size + child_size
        return depth + 1, size
