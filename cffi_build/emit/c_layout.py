"""Compile-time comparison of a struct's layout: the cdef's fields are printed as a struct of their own, and the C compiler compares."""

from __future__ import annotations

from cffi_build import model
from cffi_build.declarations import Field, Position, RecordDeclaration
from cffi_build.emit.c_struct import static_assertion
from cffi_build.emit.scope import fields, find_record, has_unknown_length, is_nameless
from cffi_build.emit.unit import Unit
from cffi_build.emit.writer import Writer
from cffi_build.model import Array, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Optional, Tuple

    from cffi_build.model import CType


def write_layout_checks(writer: Writer, unit: Unit, declaration: RecordDeclaration) -> None:
    """Print statements that compile only when `declaration`, laid out by itself, equals the record in C."""
    if not is_printable(unit, declaration):
        return
    record = declaration.type
    said, real = f"{record.kind} _cffi_layout", unit.spell(record)
    writer.here()
    write_record(writer, unit, declaration, said)
    writer.lines_at(_comparisons(unit, declaration, said, real))


def _comparisons(unit: Unit, declaration: RecordDeclaration, said: str, real: str) -> Iterator[Tuple[Position, str]]:
    for field in fields(unit.declarations, declaration, flatten=True):
        if field.bits is None:
            message = f"field '{field.name}' of '{real}' has another offset in C than the cdef says"
            yield field.position, static_assertion(f"offsetof({real}, {field.name}) == offsetof({said}, {field.name})", message)
    message = f"'{real}' has another size in C than the cdef says (write '...;' as its last field if it has more of them)"
    yield declaration.position, static_assertion(f"sizeof({real}) == sizeof({said})", message)


def is_printable(unit: Unit, declaration: Optional[RecordDeclaration]) -> bool:
    """Return whether the cdef says everything about the layout."""
    if declaration is None or not declaration.fields or declaration.partial:
        return False
    return all(_field_printable(unit, field, declaration.pack) for field in declaration.fields)


def _field_printable(unit: Unit, field: Field, pack: int) -> bool:
    if has_unknown_length(field.type):
        return False
    nameless = _nameless(unit, field.type)
    if nameless is None:
        return _speakable(unit, field.type)
    declaration = find_record(unit.declarations, nameless)
    same_pragma = declaration is not None and declaration.pack in (0, 1, pack)
    return same_pragma and is_printable(unit, declaration)


def _speakable(unit: Unit, ctype: CType) -> bool:
    return unit.spelling.can_spell(ctype) or isinstance(model.unqualified(ctype), (model.Pointer, model.Enum))


def _nameless(unit: Unit, ctype: CType) -> Optional[Record]:
    """Return the nameless record that `ctype` is, or is an array of."""
    while isinstance(ctype, (model.Qualified, Array)):
        ctype = ctype.base if isinstance(ctype, model.Qualified) else ctype.item
    return ctype if isinstance(ctype, Record) and is_nameless(ctype) and not unit.spelling.can_spell(ctype) else None


def write_record(writer: Writer, unit: Unit, declaration: RecordDeclaration, head: str) -> None:
    """Print `declaration` as a struct of its own: `head` is ``struct name``. _CFFI_ALIGNED is of cffi_module.h."""
    kind, name = head.split()
    if declaration.pack:
        writer.directive("_CFFI_PACK_BEGIN" if declaration.pack == 1 else f"#pragma pack(push, {declaration.pack})")
    with writer.block(f"{kind} {_attributes(declaration)}{name}", "};"):
        writer.lines(list(_fields(unit, declaration)))
    if declaration.pack:
        writer.directive("_CFFI_PACK_END" if declaration.pack == 1 else "#pragma pack(pop)")


def _attributes(declaration: RecordDeclaration) -> str:
    """Return what stands before the name: unlike ``#pragma pack``, the attribute leaves nested structs and aligned members alone."""
    aligned = f"_CFFI_ALIGNED({declaration.align}) " if declaration.align else ""
    return aligned + "_CFFI_PACKED " * (declaration.pack == 1)


def _fields(unit: Unit, declaration: RecordDeclaration) -> Iterator[str]:
    for field in declaration.fields or ():
        bits = "" if field.bits is None else f" : {field.bits}"
        align = field.align or (field.pack if field.pack > 1 else 0)
        aligned = f"_CFFI_ALIGNED({align}) " if align else ""
        yield f"{aligned}{'_CFFI_PACKED ' * bool(field.pack)}{_field(unit, field)}{bits};"


def _field(unit: Unit, field: Field) -> str:
    nameless = _nameless(unit, field.type)
    declaration = find_record(unit.declarations, nameless) if nameless else None
    if declaration is None:
        ctype = _stand_in(unit, field.type)
        return unit.spell(ctype, field.name)
    inside = " ".join(_fields(unit, declaration))
    return f"{declaration.type.kind} {_attributes(declaration)}{{ {inside} }} {_dimensions(field)}"


def _dimensions(field: Field) -> str:
    text, ctype = field.name, model.unqualified(field.type)
    while isinstance(ctype, Array):
        text += f"[{'' if ctype.length is None else ctype.length}]"
        ctype = model.unqualified(ctype.item)
    return text


def _stand_in(unit: Unit, ctype: CType) -> CType:
    """Return a type of the same layout that C can spell: any pointer does for a pointer, an int for an enum."""
    if unit.spelling.can_spell(ctype):
        return ctype
    if isinstance(model.unqualified(ctype), model.Pointer):
        return model.Pointer(model.Void())
    return model.Primitive("int")
