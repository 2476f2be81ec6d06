"""What the parser accepts but no module can be made from: values of types whose contents are not known."""

from __future__ import annotations

from typing import Iterator, NamedTuple

from cffi_build.cdef.common_types import FILE, OPAQUE_TYPES
from cffi_build.declarations import Declarations, FunctionDeclaration, Position, VariableDeclaration
from cffi_build.model import Array, CType, Function, Pointer, Record, children, spelling, unqualified


class Doubt(NamedTuple):
    """Something that must be left out: where it stands, and why."""

    position: Position
    reason: str


def doubts(declared: Declarations) -> Iterator[Doubt]:
    """Yield what cannot be represented of typedefs, functions, variables and members."""
    for typedef in declared.typedefs.values():
        reason = _of_functions_behind(declared, typedef.type)
        if reason:
            yield Doubt(typedef.position, reason)
    for one in declared.globals.values():
        reason = ""
        if isinstance(one, FunctionDeclaration):
            reason = _of_function(declared, one.type)
        elif isinstance(one, VariableDeclaration):
            reason = _of_value(declared, one.type) or _of_functions_behind(declared, one.type)
        if reason:
            yield Doubt(one.position, reason)
    for record in declared.records.values():
        for field in record.fields or ():
            reason = _of_value(declared, field.type) or _of_functions_behind(declared, field.type)
            if reason:
                yield Doubt(field.position, reason)


def _of_function(declared: Declarations, function: Function) -> str:
    for ctype in (*function.parameters, function.result):
        reason = _of_value(declared, ctype) or _of_functions_behind(declared, ctype)
        if reason:
            return reason
        inside = unqualified(ctype)
        if isinstance(inside, Pointer) and unqualified(inside.target) in _VA_LISTS:
            return "takes a pointer to va_list, which Python cannot make"
    return ""


_VA_LISTS = frozenset(Record("struct", f"${name}") for name in OPAQUE_TYPES)


def _of_functions_behind(declared: Declarations, ctype: CType) -> str:
    """Return what is wrong with the functions to which a value of type `ctype` points."""
    waiting, reason = [ctype], ""
    while waiting and not reason:
        ctype = waiting.pop()
        waiting += children(ctype)
        if isinstance(ctype, Function):
            reason = next(filter(None, (_of_value(declared, part) for part in (*ctype.parameters, ctype.result))), "")
    return reason


def _of_value(declared: Declarations, ctype: CType) -> str:
    ctype = unqualified(ctype)
    while isinstance(ctype, Array):
        ctype = unqualified(ctype.item)
    if not isinstance(ctype, Record) or not _is_opaque(declared, ctype):
        return ""
    if ctype.name.lstrip("$") in OPAQUE_TYPES:
        return "takes a va_list, which Python cannot make"
    return f"'{spelling(ctype)}' is opaque: only pointers to it can be used"


def _is_opaque(declared: Declarations, record: Record) -> bool:
    found = declared.records.get(record)
    return record == FILE or found is None or found.fields is None
