"""Prints structs and unions: rows with the layout that the C compiler gives them, and checks of what the cdef says."""

from __future__ import annotations

from cffi_build import model
from cffi_build.declarations import Field, RecordDeclaration
from cffi_build.emit import opcodes as op
from cffi_build.emit.c_check import check_field, check_integral
from cffi_build.emit.c_layout import write_layout_checks
from cffi_build.emit.opcodes import Opcode
from cffi_build.emit.records import is_computable, record_flags, where
from cffi_build.emit.scope import ScopedRecord, fields, is_nameless, is_opaque
from cffi_build.emit.spelling import Place
from cffi_build.emit.tables import COMPUTE, FieldRow, RecordRow
from cffi_build.emit.unit import Unit
from cffi_build.emit.writer import Writer
from cffi_build.errors import FFIError, OpaqueError
from cffi_build.model import Array, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, List, Optional, Sequence

    from cffi_build.emit.tables import CNumber


def record_rows(unit: Unit) -> Sequence[RecordRow]:
    """Return the rows of all listed records."""
    return [_row(unit, scoped) for scoped in unit.scope.records.values()]


def _row(unit: Unit, scoped: ScopedRecord) -> RecordRow:
    record = scoped.declaration.type
    name, index = record.name, unit.types.index(record)
    if scoped.external or scoped.declaration.fields is None:
        return RecordRow(name, index, record_flags(unit.declarations, scoped))
    place = _place(unit, scoped.declaration)
    rows = tuple(_field_rows(unit, scoped.declaration, place))
    if place is None:
        return RecordRow(name, index, record_flags(unit.declarations, scoped), COMPUTE, COMPUTE, rows)
    alignment = f"_cffi_alignof({place.root})" if place.root and not place.path else -1
    return RecordRow(name, index, record_flags(unit.declarations, scoped), f"sizeof({place.value()})", alignment, rows)


def _place(unit: Unit, declaration: RecordDeclaration) -> Optional[Place]:
    """Return where the C compiler finds a record; None for a nameless one inside another: the runtime lays it out, if it can."""
    place = unit.spelling.place(declaration.type)
    if place is None and not is_computable(declaration):
        raise FFIError(f"{where(declaration)}: '{model.spelling(declaration.type)}' needs a name, or a field of this type, to be measured")
    return None if place and place.path and is_computable(declaration) else place


def _field_rows(unit: Unit, declaration: RecordDeclaration, place: Optional[Place]) -> Iterator[FieldRow]:
    for field in fields(unit.declarations, declaration, flatten=True):
        _refuse_opaque(unit, declaration.type, field)
        value = f"({place.value(field.name)})" if place else ""
        index = unit.types.index(field.type, value)
        if field.bits is not None:
            yield FieldRow(field.name, Opcode(op.BITFIELD, index), size=field.bits)
        elif place is None:
            yield FieldRow(field.name, Opcode(op.NOOP, index))
        else:
            yield FieldRow(field.name, Opcode(op.NOOP, index), place.offset(field.name), _size(field, value))


def _refuse_opaque(unit: Unit, record: Record, field: Field) -> None:
    ctype = model.unqualified(field.type)
    while isinstance(ctype, Array):
        ctype = model.unqualified(ctype.item)
    if is_opaque(unit.declarations, ctype):
        name = model.spelling(record)
        raise OpaqueError(f"{name}: field '{record.name}.{field.name}' is of an opaque type (not declared in cdef())")


def _size(field: Field, value: str) -> CNumber:
    ctype = model.unqualified(field.type)
    return -1 if isinstance(ctype, Array) and ctype.length is None else f"sizeof{value}"


def write_checks(writer: Writer, unit: Unit) -> None:
    """Print, for every record that this module defines, a function that compiles only when the cdef agrees with C."""
    for scoped in unit.scope.records.values():
        declaration = scoped.declaration
        if declaration.fields and not scoped.external and _checked_by_itself(unit, declaration):
            _write_check(writer, unit, declaration)


def _checked_by_itself(unit: Unit, declaration: RecordDeclaration) -> bool:
    """Return whether C has a name for the record; otherwise it is checked as a part of the one around it."""
    return not is_nameless(declaration.type) or unit.spelling.can_spell(declaration.type)


def _write_check(writer: Writer, unit: Unit, declaration: RecordDeclaration) -> None:
    record = declaration.type
    name, spelled = record.name.replace("$", "typedef_"), model.spelling(record)
    writer.at(declaration.position)
    with writer.function(f"static _CFFI_UNUSED void _cffi_check_{name}({unit.spell(model.Pointer(record), 'p')})"):
        writer.line("(void)p;")
        for field in fields(unit.declarations, declaration, flatten=True):
            for statement in _checks(unit, spelled, field):
                writer.at(field.position)
                writer.line(statement)
        if unit.strict:
            write_layout_checks(writer, unit, declaration)
        writer.here()
    writer.line()


def _checks(unit: Unit, record: str, field: Field) -> List[str]:
    value, what = f"p->{field.name}", f"field '{field.name}' of '{record}'"
    if field.bits is not None:
        return [check_integral(value)] if field.name else []
    return list(check_field(unit, value, field.type, what))
