"""What the tables say of types, in C and in Python modules alike: flags, and what is worked out for structs, unions and enums."""

from __future__ import annotations

from cffi_build.declarations import Declarations, EnumDeclaration, RecordDeclaration
from cffi_build.emit.scope import ScopedRecord, anonymous_member, find_record, has_unknown_length
from cffi_build.model import Array, Pointer, Primitive, Qualified, Record
from cffi_build.primitives import BY_NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Sequence, Tuple

    from cffi_build.model import CType


F_UNION = 0x01
F_CHECK_FIELDS = 0x02
F_PACKED = 0x04
F_EXTERNAL = 0x08
F_OPAQUE = 0x10
F_ALIGNED = 0x20
"""The flags of a record, as in headers/cffi_abi.h (a test compares), like the numbers below."""

FUNCTION_VARIADIC = 1
FUNCTION_STDCALL = 2

STRUCT_FILE = -1
"""The number of the C library's FILE, which is in no table."""


def record_flags(declarations: Declarations, scoped: ScopedRecord) -> int:
    """Return the flags of a record's row."""
    declaration = scoped.declaration
    flags = F_UNION if declaration.type.kind == "union" else 0
    if scoped.external:
        return flags | F_EXTERNAL | (F_OPAQUE if declaration.fields is None else 0)
    if declaration.fields is None:
        return flags | F_OPAQUE
    flags |= F_PACKED if declaration.pack == 1 else 0
    return flags | (F_CHECK_FIELDS if _checkable(declarations, declaration) else 0)


def _checkable(declarations: Declarations, declaration: RecordDeclaration) -> bool:
    """Return whether the runtime can compare the layout with its own: it must be computable, and listed as it is nested."""
    if not is_computable(declaration):
        return False
    inside = [field for field in declaration.fields or () if type(field.type) not in (Primitive, Pointer)]  # few are left
    return not inside or not any(anonymous_member(declarations, field) or _holds_partial(declarations, field.type) for field in inside)


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
    composed = [field.type for field in declaration.fields or () if type(field.type) is not Primitive]
    return True not in map(has_unknown_length, composed)


def has_unusual_alignment(declaration: RecordDeclaration) -> bool:
    """Return whether an alignment other than the natural and the packed one is asked for."""
    asked = [field for field in declaration.fields or () if field.align or field.pack]
    return bool(asked) or declaration.align > 0 or declaration.pack > 1


def where(declaration: RecordDeclaration) -> str:
    """Return the position of `declaration` as messages begin."""
    return f"{declaration.position.file}:{declaration.position.line}"


def enumerator_names(enum: EnumDeclaration) -> Tuple[str, ...]:
    """Return the names of the enumerators."""
    return tuple([name for name, _ in enum.enumerators or ()])


def primitive_for(values: Sequence[int], packed: bool) -> int:
    """Return the number of the integer type that holds `values`: at least 32 bits unless `packed`, unsigned unless one is negative."""
    lowest, highest = min(values, default=0), max(values, default=0)
    bits = 1 + max(highest, -1 - lowest).bit_length() if lowest < 0 else highest.bit_length()
    size = next(size for size in (8, 16, 32, 64) if (bits <= size and (packed or size > 16)) or size == 64)
    return BY_NAME[f"{'' if lowest < 0 else 'u'}int{size}_t"].number


def known_values(enum: EnumDeclaration) -> Optional[Sequence[int]]:
    """Return the values of the enumerators, None when one of them or the integer type is left to the C compiler."""
    values = [value for _, value in enum.enumerators or () if value is not None]
    return None if enum.partial or len(values) < len(enum.enumerators or ()) else values
