"""What the tables say of a struct or union, in C and in Python modules alike."""

from __future__ import annotations

from cffi_build.declarations import Declarations, RecordDeclaration
from cffi_build.emit import opcodes as op
from cffi_build.emit.scope import ScopedRecord, anonymous_member, find_record, has_unknown_length
from cffi_build.model import Array, CType, Pointer, Qualified, Record


def record_flags(declarations: Declarations, scoped: ScopedRecord) -> int:
    """Return the flags of a record's row."""
    declaration = scoped.declaration
    flags = op.F_UNION if declaration.type.kind == "union" else 0
    if scoped.external:
        return flags | op.F_EXTERNAL | (op.F_OPAQUE if declaration.fields is None else 0)
    if declaration.fields is None:
        return flags | op.F_OPAQUE
    flags |= op.F_PACKED if declaration.pack == 1 else 0
    return flags | (op.F_CHECK_FIELDS if _checkable(declarations, declaration) else 0)


def _checkable(declarations: Declarations, declaration: RecordDeclaration) -> bool:
    """Return whether the runtime can compare the layout with its own: it must be computable, and listed as it is nested."""
    if not is_computable(declaration) or has_anonymous_members(declarations, declaration):
        return False
    inside = [field.type for field in declaration.fields or () if type(field.type) in (Record, Array, Qualified)]
    return not (inside and any(_holds_partial(declarations, ctype) for ctype in inside))


def has_anonymous_members(declarations: Declarations, declaration: RecordDeclaration) -> bool:
    """Return whether fields of anonymous structs and unions are listed as if they were the record's own, which hides its layout."""
    unnamed = [field for field in declaration.fields or () if not field.name]
    return any(anonymous_member(declarations, field) for field in unnamed)


def _holds_partial(declarations: Declarations, ctype: CType) -> bool:
    """Return whether `ctype` is, or contains, a struct that is left to the C compiler: so is then what contains it."""
    while isinstance(ctype, (Qualified, Array)):
        ctype = ctype.base if isinstance(ctype, Qualified) else ctype.item
    declaration = find_record(declarations, ctype) if isinstance(ctype, Record) else None
    if declaration is None:
        return False
    return not is_computable(declaration) or any(_holds_partial(declarations, field.type) for field in declaration.fields or ())


def is_computable(declaration: RecordDeclaration) -> bool:
    """Return whether the runtime's own rules give the layout: nothing is left to the compiler, no unusual alignment is asked for."""
    if declaration.partial or has_unusual_alignment(declaration):
        return False
    composed = [field.type for field in declaration.fields or () if type(field.type) in (Pointer, Array, Qualified)]
    return not any(map(has_unknown_length, composed))


def has_unusual_alignment(declaration: RecordDeclaration) -> bool:
    """Return whether an alignment other than the natural and the packed one is asked for."""
    asked = [field for field in declaration.fields or () if field.align or field.pack]
    return bool(asked) or declaration.align > 0 or declaration.pack > 1


def where(declaration: RecordDeclaration) -> str:
    """Return the position of `declaration` as messages begin."""
    return f"{declaration.position.file}:{declaration.position.line}"
