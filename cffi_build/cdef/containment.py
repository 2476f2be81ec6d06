"""Structs that contain one another by value, which only a text in unusual order can write down."""

from __future__ import annotations

from typing import Iterable, Mapping, Optional

from cffi_build.declarations import RecordDeclaration
from cffi_build.model import Array, Record, unqualified


def endless(start: Record, records: Mapping[Record, RecordDeclaration]) -> bool:
    """Tell whether `start` contains itself through its members."""
    seen = set()
    waiting = list(_contained(records.get(start)))
    while waiting:
        record = waiting.pop()
        if record == start:
            return True
        if record not in seen:
            seen.add(record)
            waiting.extend(_contained(records.get(record)))
    return False


def _contained(declared: Optional[RecordDeclaration]) -> Iterable[Record]:
    for field in (declared.fields if declared else None) or ():
        ctype = unqualified(field.type)
        while isinstance(ctype, Array):
            ctype = unqualified(ctype.item)
        if isinstance(ctype, Record):
            yield ctype


