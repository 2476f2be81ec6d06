"""When two declarations of a name say the same: equality, but for the numbers of anonymous types."""

from __future__ import annotations

from cffi_build.declarations import (
    ConstantDeclaration,
    EnumDeclaration,
    FunctionDeclaration,
    RecordDeclaration,
    TypedefDeclaration,
    VariableDeclaration,
)
from cffi_build.model import Array, Enum, Function, Qualified, Record, children, spelling

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Mapping, Tuple

    from cffi_build.declarations import Declaration, Field
    from cffi_build.model import CType

    Records = Mapping[Record, RecordDeclaration]


def is_anonymous(ctype: CType) -> bool:
    """Tell whether a struct, union or enum has no name at all, only a number."""
    return isinstance(ctype, (Record, Enum)) and ctype.name[:1] == "$" and ctype.name[1:].isdigit()


def same_type(old: CType, new: CType, records: Records) -> bool:
    """Tell whether two types are the same, anonymous structs being the same when they have the same members."""
    if old == new:
        return True
    if is_anonymous(old) and is_anonymous(new) and isinstance(old, Record) and isinstance(new, Record):
        return old.kind == new.kind and same_record(records[old], records[new], records)
    if _head(old) != _head(new):
        return False
    pairs = list(zip(children(old), children(new)))
    return bool(pairs) and all(same_type(one, other, records) for one, other in pairs)


def _head(ctype: CType) -> Tuple[object, ...]:
    """Return everything of a type but the types inside."""
    kind = type(ctype)
    if isinstance(ctype, Qualified):
        return kind, ctype.const, ctype.volatile, ctype.restrict
    if isinstance(ctype, Array):
        return kind, ctype.length
    if isinstance(ctype, Function):
        return kind, len(ctype.parameters), ctype.variadic, ctype.abi
    return (kind,)


def same_record(old: RecordDeclaration, new: RecordDeclaration, records: Records) -> bool:
    """Tell whether two declarations give a struct the same members and layout."""
    if (old.partial, old.pack, old.align) != (new.partial, new.pack, new.align):
        return False
    if old.fields is None or new.fields is None or len(old.fields) != len(new.fields):
        return old.fields is new.fields
    return all(
        _shape(one) == _shape(other) and same_type(one.type, other.type, records) for one, other in zip(old.fields, new.fields)
    )


def _shape(field: Field) -> Tuple[object, ...]:
    return field.name, field.bits, field.align, field.pack


def same(old: Declaration, new: Declaration, records: Records) -> bool:
    """Tell whether `new` only repeats `old`."""
    if old == new:
        return True
    if type(old) is not type(new) or isinstance(new, EnumDeclaration) or isinstance(old, EnumDeclaration):
        return False
    if isinstance(old, RecordDeclaration) and isinstance(new, RecordDeclaration):
        return same_record(old, new, records)
    if isinstance(old, ConstantDeclaration) and isinstance(new, ConstantDeclaration) and old.value != new.value:
        return False
    if isinstance(old, FunctionDeclaration) and isinstance(new, FunctionDeclaration) and old.linkage != new.linkage:
        return False
    if isinstance(old, TypedefDeclaration) and isinstance(new, TypedefDeclaration) and old.align != new.align:
        return False
    one, other = old.type, new.type
    return one is not None and other is not None and same_type(one, other, records)


def describe(declaration: Declaration) -> str:
    """Return a declaration as C, for an error that shows two of them."""
    if isinstance(declaration, ConstantDeclaration) and declaration.type is None:
        value = "..." if declaration.value is None else str(declaration.value)
        return f"#define {declaration.name} {value}"
    if isinstance(declaration, (RecordDeclaration, EnumDeclaration)):
        return spelling(declaration.type)
    assert declaration.type is not None
    words = spelling(declaration.type, declaration.name)
    if isinstance(declaration, (FunctionDeclaration, VariableDeclaration)):
        return words
    if isinstance(declaration, ConstantDeclaration):
        return f"static {words}" if declaration.value is None else f"static {words} = {declaration.value}"
    return f"typedef {words}"


