"""Statements by which the C compiler compares a value with the type that the cdef gives it."""

from __future__ import annotations

from cffi_build import model
from cffi_build.emit.scope import fields, find_record, is_integer
from cffi_build.emit.unit import Unit
from cffi_build.emit.writer import quote
from cffi_build.model import Array, Enum, Function, Pointer, Primitive, Record, qualify, unqualified
from cffi_build.primitives import BY_NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from cffi_build.model import CType


def pointer_to(unit: Unit, value: str, ctype: CType) -> str:
    """Return the declaration of a pointer `_cffi_p` to `value`, or to its first item: "" when C has no name for the type.

    It compiles only when `value` is of type `ctype`, qualifiers aside: what is pointed to has all those that it can have.
    """
    ctype = unqualified(ctype)
    spellable = unit.spelling.can_spell(ctype)
    if type(ctype) is Array and (ctype.length is None or not spellable):
        return pointer_to(unit, f"{value}[0]", ctype.item)
    if not spellable:
        return ""
    if type(ctype) is Array:
        return f"{unit.spell(Pointer(_most_qualified(ctype)), '_cffi_p')} = &{value};"
    _, before, behind = unit.spelling.spelled(ctype)
    if type(ctype) is not Pointer:
        return f"const volatile {before}*_cffi_p{behind} = &{value};"
    restrict = "" if isinstance(ctype.target, Function) else " __restrict"
    return f"{before}const volatile{restrict} *_cffi_p{behind} = &{value};"


def check_exactly(unit: Unit, value: str, ctype: CType) -> Iterator[str]:
    """Yield what compiles only when `value` is of type `ctype`, qualifiers aside."""
    pointer = pointer_to(unit, value, ctype)
    ctype = unqualified(ctype)
    if pointer:
        yield f"{{ {pointer} (void)_cffi_p; }}"
    elif isinstance(ctype, Array):
        yield from check_exactly(unit, f"{value}[0]", ctype.item)
    elif isinstance(ctype, Record):
        yield from _check_fields(unit, value, ctype)


def _most_qualified(ctype: CType) -> CType:
    """Return `ctype` with all qualifiers it can have: a pointer to it accepts the address of a value that has fewer."""
    ctype = unqualified(ctype)
    if isinstance(ctype, Array):
        return Array(_most_qualified(ctype.item), ctype.length)
    to_object = isinstance(ctype, Pointer) and not isinstance(ctype.target, Function)
    return qualify(ctype, const=True, volatile=True, restrict=to_object)


def check_field(unit: Unit, value: str, ctype: CType, what: str) -> Iterator[str]:
    """Yield what compiles only when `value`, a field and no bit-field, is of type `ctype`; any integer will do unless strict."""
    ctype = unqualified(ctype)
    if not (is_integer(ctype) or is_character(ctype) or isinstance(ctype, Enum)):
        yield from check_exactly(unit, value, ctype)
    else:
        yield check_integral(value)
        if unit.strict and unit.spelling.can_spell(ctype):
            same = "_cffi_same_integer" if is_integer(ctype) else "_cffi_same_size"
            message = f"{what}: the cdef says '{model.spelling(ctype)}', C has another size or sign"
            yield static_assertion(f"{same}({value}, {unit.spell(ctype)})", message)


def check_integral(value: str) -> str:
    """Return what compiles only when `value` is an integer."""
    return f"(void)(({value}) | 0);"


def static_assertion(condition: str, message: str) -> str:
    """Return what compiles only when `condition` is true; compilers report it where it stands, so it must not be inside a macro."""
    return f"_Static_assert(({condition}) == 1, {quote(message)});"


def is_character(ctype: CType) -> bool:
    """Return whether values of `ctype` are characters in Python."""
    return isinstance(ctype, Primitive) and BY_NAME[ctype.name].kind == "char"


def _check_fields(unit: Unit, value: str, record: Record) -> Iterator[str]:
    """Yield the checks for all fields of a record that has no name in C."""
    declaration = find_record(unit.declarations, record)
    for field in fields(unit.declarations, declaration, flatten=True) if declaration else ():
        inside = f"{value}.{field.name}"
        if field.bits is not None:
            yield from [check_integral(inside)] if field.name else []
        else:
            yield from check_field(unit, inside, field.type, f"field '{field.name}'")
