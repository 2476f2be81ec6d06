"""Prints structs and unions: rows with the layout that the C compiler gives them, and checks of what the cdef says."""

from __future__ import annotations

from cffi_build import model
from cffi_build.declarations import Field, Position, RecordDeclaration
from cffi_build.emit.c_tables import COMPUTE, field_in_c, record_in_c
from cffi_build.emit.records import F_CHECK_FIELDS, has_anonymous_members, is_computable, record_flags, where
from cffi_build.emit.scope import ScopedRecord, fields, find_record, is_integer, is_nameless, is_opaque
from cffi_build.emit.spelling import Place
from cffi_build.emit.unit import Unit
from cffi_build.emit.writer import Writer, quote
from cffi_build.model import Array, Enum, Function, Pointer, Primitive, Record, qualify, unqualified
from cffi_build.primitives import BY_NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterator, List, Optional, Sequence, Tuple

    from cffi_build.emit.c_tables import CNumber, Row
    from cffi_build.model import CType


def record_rows(unit: Unit) -> Tuple[List[Row], List[Row]]:
    """Return the rows of all listed records, and those of their fields."""
    rows: List[Row] = []
    return [_row(unit, scoped, rows) for scoped in unit.scope.records.values()], rows


def _row(unit: Unit, scoped: ScopedRecord, rows: List[Row]) -> Row:
    """Return the row of a record; add those of its fields to `rows`."""
    declaration, first = scoped.declaration, len(rows)
    record = declaration.type
    index, flags = unit.types.index(record), record_flags(unit.declarations, scoped)
    size: CNumber = -1
    alignment: CNumber = -1
    if not scoped.external and declaration.fields is not None:
        place = _place(unit, declaration)
        for field in [each for each in scoped.fields if type(each.type) not in (Pointer, Primitive)]:  # few are left
            _refuse_opaque(unit, record, field)
        rows += _field_rows(unit, scoped.fields, place)
        if place and place.root in unit.scope.typedefs and unit.scope.typedefs[place.root].align:
            flags &= ~F_CHECK_FIELDS  # C aligns the typedef, not the struct
        size = f"sizeof({place.value()})" if place else COMPUTE
        alignment = COMPUTE if place is None else f"_cffi_alignof({place.root})" if place.root and not place.path else -1
    return record_in_c(record.name, index, flags, size, alignment, first, len(rows) - first)


def _refuse_opaque(unit: Unit, record: Record, field: Field) -> None:
    ctype = unqualified(field.type)
    while isinstance(ctype, Array):
        ctype = unqualified(ctype.item)
    if is_opaque(unit.declarations, ctype):
        from cffi_build.errors import OpaqueError

        message = f"field '{record.name}.{field.name}' is of an opaque type (not declared in cdef())"
        raise OpaqueError(f"{model.spelling(record)}: {message}")


def _place(unit: Unit, declaration: RecordDeclaration) -> Optional[Place]:
    """Return where the C compiler finds a record; None for a nameless one inside another: the runtime lays it out, if it can."""
    place = unit.spelling.place(declaration.type)
    if place is not None and not place.path:
        return place
    if is_computable(declaration) and not has_anonymous_members(unit.declarations, declaration):
        return None
    if place is None:
        from cffi_build.errors import FFIError

        raise FFIError(f"{where(declaration)}: '{model.spelling(declaration.type)}' needs a name, or a field of this type, to be measured")
    return place


def _field_rows(unit: Unit, listed: Sequence[Field], place: Optional[Place]) -> Iterator[Row]:
    find = unit.types.find
    root = place.root if place is not None and not place.path else None
    for field in listed:
        name, ctype = field.name, field.type
        index = find(ctype)
        if index is None:
            index = unit.types.index(ctype, f"({place.value(name)})" if place else "")
        if field.bits is not None:
            yield field_in_c(name, "BITFIELD", index, size=field.bits)
        elif place is None:
            yield field_in_c(name, "NOOP", index)
        elif type(ctype) is Array and ctype.length is None:
            yield field_in_c(name, "NOOP", index, place.offset(name))
        elif root:
            yield name, f"{{ _CFFI_FIELD({root}, {name}, {index}) }},"
        else:
            yield field_in_c(name, "NOOP", index, place.offset(name), f"sizeof({place.value(name)})")


def write_checks(writer: Writer, unit: Unit) -> None:
    """Print, for every record that this module defines, a function that compiles only when the cdef agrees with C."""
    known: Dict[CType, List[str]] = {}
    own = [scoped for scoped in unit.scope.records.values() if scoped.declaration.fields and not scoped.external]
    checked = [scoped for scoped in own if _checked_by_itself(unit, scoped.declaration)]
    if unit.strict:
        from cffi_build.emit.c_layout import write_layout_checks

        for scoped in checked:
            writer.lines_at(_checks(unit, scoped, known))
            write_layout_checks(writer, unit, scoped.declaration)
            writer.lines_at([(scoped.declaration.position, "}")])
    else:
        writer.lines_at([line for scoped in checked for line in _checks(unit, scoped, known)])
    writer.here()
    writer.line()


def _checked_by_itself(unit: Unit, declaration: RecordDeclaration) -> bool:
    """Return whether C has a name for the record; otherwise it is checked as a part of the one around it."""
    return not is_nameless(declaration.type) or unit.spelling.can_spell(declaration.type)


_FIELD, _RECORD = "@", "`"
"""Stand for a name in the checks of a type, which are the same for all fields of it. C has no use for them."""


def _checks(unit: Unit, scoped: ScopedRecord, known: Dict[CType, List[str]]) -> Iterator[Tuple[Position, str]]:
    """Yield the function, but for its end when layouts are checked, too. `known`: the checks of a type, cut at the field's name."""
    record, position, strict = scoped.declaration.type, scoped.declaration.position, unit.strict
    name = record.name.replace("$", "typedef_")
    yield position, f"static _CFFI_UNUSED void _cffi_check_{name}({unit.spell(record, '*p')}) {{ (void)p;"
    for field in scoped.fields:
        if field.bits is not None:
            checks = check_integral(f"p->{field.name}") if field.name else ""
        else:
            ctype = field.type
            checks = field.name.join(known.get(ctype) or known.setdefault(ctype, _checks_of(unit, ctype)))
        if checks:
            position = field.position
            yield position, checks.replace(_RECORD, model.spelling(record)) if strict else checks
    if not strict:
        yield position, "}"


def _checks_of(unit: Unit, ctype: CType) -> List[str]:
    """Return the statements that compile only when a field is of its type, cut where the name of the field stands."""
    return " ".join(check_field(unit, f"p->{_FIELD}", ctype, f"field '{_FIELD}' of '{_RECORD}'")).split(_FIELD)


# ---- checks: statements by which the C compiler compares a value with the type that the cdef gives it


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
