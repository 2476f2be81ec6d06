"""Prints a Python module: the tables of the out-of-line ABI mode, which needs no compiler and is the same on every platform."""

from __future__ import annotations

from cffi_build.declarations import (
    ConstantDeclaration,
    Declarations,
    EnumDeclaration,
    Field,
    FunctionDeclaration,
    Position,
    RecordDeclaration,
    VariableDeclaration,
)
from cffi_build.emit import opcodes as op
from cffi_build.emit.entries import constants, each, variables
from cffi_build.emit.enums import known_values, names, primitive_for
from cffi_build.emit.records import has_unusual_alignment, record_flags
from cffi_build.emit.scope import Scope, ScopedRecord, parts, scope
from cffi_build.emit.sorted_types import SortedTypeTable
from cffi_build.emit.tables import (
    aligned_field_in_python,
    enum_in_python,
    field_in_python,
    global_in_python,
    hexadecimal,
    record_in_python,
    tuple_of,
    typename_in_python,
)
from cffi_build.emit.typetable import TypeTable
from cffi_build.errors import FFIError, TooLargeError, VerificationError, VerificationMissing
from cffi_build.model import Array, Function, Pointer, UnknownFloat, UnknownInteger, UnknownLength, spelling

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterator, List, Mapping, Sequence, Set, Union

    from cffi_build.emit.tables import Row
    from cffi_build.emit.typetable import Slot
    from cffi_build.model import CType, Enum


_LONGEST = 2**31 - 1


def write_module(module_name: str, declarations: Declarations, included_modules: Sequence[str], enum_classes: Mapping[Enum, bool]) -> str:
    """Return the Python source; see `cffi_build.emit.py_source`."""
    listed = scope(declarations, flatten=False)
    _refuse_what_needs_c(listed)
    types = type_table(listed)
    lines = ["# auto-generated file", "import _cffi_backend"]
    lines += [f"from {name} import ffi as _ffi{number}" for number, name in enumerate(included_modules)]
    own = [scoped.declaration for scoped in listed.records.values() if not scoped.external]
    version = op.VERSION_EXTENDED if any(map(has_unusual_alignment, own)) else op.VERSION_BASIC
    lines += ["", f"ffi = _cffi_backend.FFI({module_name!r},", f"    _version = 0x{version:X},"]
    lines += [f"    _types = b'{_slots(types.slots)}',"]
    lines += _table("_globals", [row for _, row in sorted(_globals(listed, types))])
    lines += _table("_struct_unions", [_record(listed.declarations, types, scoped) for scoped in listed.records.values()])
    lines += _table("_enums", [_enum(types, scoped.declaration) for scoped in listed.enums.values()])
    typenames = [typename_in_python(each.name, types.index(each.type)) for each in listed.typedefs.values()]
    lines += _table("_typenames", [row for _, row in sorted(typenames)])
    lines += _table("_includes", [f"_ffi{number}" for number, _ in enumerate(included_modules)])
    lines.append(")")
    if enum_classes:
        lines += ["", "if hasattr(ffi, 'enum_class'):  # PyPy has none"]
        lines += [f"    ffi.enum_class({spelling(enum)!r}, flag={flag})" for enum, flag in enum_classes.items()]
    return "\n".join([*lines, ""])


def _slots(slots: Sequence[Slot]) -> str:
    """Return what stands for slots in a bytes literal; many are equal."""
    known: Dict[Slot, str] = {}
    return "".join([known.get(slot) or known.setdefault(slot, hexadecimal(slot.in_python())) for slot in slots])


def type_table(listed: Scope) -> SortedTypeTable:
    """Return the table of the types that the other tables refer to."""
    types = SortedTypeTable(listed.records, listed.enums)
    types.collect(_mentioned(listed))
    return types


def _mentioned(listed: Scope) -> Iterator[CType]:
    for entry in (*listed.declarations.globals.values(), *listed.typedefs.values()):
        if entry.type is not None and not (isinstance(entry, ConstantDeclaration) and entry.value is not None):
            yield entry.type
        if isinstance(entry.type, Function) and entry.type.variadic and isinstance(entry, FunctionDeclaration):
            yield Pointer(entry.type)  # never used; the published implementation has it
    for scoped in listed.records.values():
        yield scoped.declaration.type
        if not scoped.external:
            yield from (field.type for field in scoped.declaration.fields or ())
    yield from listed.enums


def _table(name: str, rows: Sequence[str]) -> List[str]:
    return [f"    {name} = {tuple_of(rows)},"] if rows else []


def _globals(listed: Scope, types: TypeTable) -> Iterator[Row]:
    declarations = listed.declarations
    for function in each(declarations, FunctionDeclaration):
        yield global_in_python(function.name, op.DLOPEN_FUNC, types.index(function.type))
    for variable in variables(declarations):
        yield global_in_python(variable.name, op.GLOBAL_VAR, types.index(variable.type))
    for constant in constants(declarations):
        yield _constant(constant, types)
    for scoped in listed.enums.values():
        for name, value in scoped.declaration.enumerators or ():
            assert value is not None, name
            yield global_in_python(name, op.ENUM, -1, value)


def _constant(constant: ConstantDeclaration, types: TypeTable) -> Row:
    if constant.value is not None:
        return global_in_python(constant.name, op.CONSTANT_INT, -1, constant.value)
    assert constant.type is not None, constant.name
    return global_in_python(constant.name, op.DLOPEN_CONST, types.index(constant.type))


def _record(declarations: Declarations, types: TypeTable, scoped: ScopedRecord) -> str:
    declaration, flags = scoped.declaration, record_flags(declarations, scoped)
    record, fields = declaration.type, () if scoped.external else declaration.fields or ()
    if scoped.external or not has_unusual_alignment(declaration):
        return record_in_python(record.name, types.index(record), flags, [_field(types, field) for field in fields])
    rows = [_aligned_field(types, declaration, field) for field in fields]
    return record_in_python(record.name, types.index(record), flags & ~op.F_PACKED | op.F_ALIGNED, rows, declaration.align)


def _aligned_field(types: TypeTable, declaration: RecordDeclaration, field: Field) -> str:
    """Return the row of a field of a record with alignment attributes: what the field, and the record, ask for."""
    if field.bits is not None:
        problem = f"bit-field '{field.name}' beside an alignment attribute"
        raise FFIError(f"{_where(field.position)}: '{spelling(declaration.type)}': ABI mode cannot lay out a {problem}: use API mode")
    most = min(filter(None, (declaration.pack, field.pack)), default=0)
    return aligned_field_in_python(field.name, types.index(field.type), field.align, most)


def _field(types: TypeTable, field: Field) -> str:
    if field.bits is None:
        return field_in_python(field.name, op.NOOP, types.index(field.type))
    return field_in_python(field.name, op.BITFIELD, types.index(field.type), field.bits)


def _enum(types: TypeTable, enum: EnumDeclaration) -> str:
    number = primitive_for(known_values(enum) or (), enum.packed)
    return enum_in_python(enum.type.name, types.index(enum.type), number, names(enum))


def _refuse_what_needs_c(listed: Scope) -> None:
    """Raise an error for the first declaration that only a C compiler can complete, or that has no place in the tables."""
    accepted: Set[CType] = set()
    for scoped in listed.records.values():
        if not scoped.external:
            _refuse_record(scoped.declaration, accepted)
    for enum in [scoped.declaration for scoped in listed.enums.values()]:
        if known_values(enum) is None:
            raise _missing(enum.position, f"the values of '{spelling(enum.type)}' are left to the C compiler")
    for typedef in listed.typedefs.values():
        _refuse_type(typedef.type, typedef.position, typedef.name, accepted)
    for entry in listed.declarations.globals.values():
        _refuse_global(entry, accepted)


def _refuse_record(record: RecordDeclaration, accepted: Set[CType]) -> None:
    if record.partial:
        raise _missing(record.position, f"'{spelling(record.type)}' ends in '...'")
    for field in record.fields or ():
        if field.type not in accepted:
            _refuse_type(field.type, field.position, field.name, accepted)


def _refuse_global(entry: Union[FunctionDeclaration, VariableDeclaration, ConstantDeclaration], accepted: Set[CType]) -> None:
    if isinstance(entry, FunctionDeclaration) and entry.linkage:
        raise VerificationError(f"{_where(entry.position)}: '{entry.name}': extern \"Python\" is a function in C: it needs API mode")
    if isinstance(entry, ConstantDeclaration) and entry.type is None and entry.value is None:
        raise _missing(entry.position, f"the value of '{entry.name}' is '...'")
    if entry.type is not None:
        _refuse_type(entry.type, entry.position, entry.name, accepted)


def _refuse_type(ctype: CType, position: Position, name: str, accepted: Set[CType]) -> None:
    """Refuse a type for what is in it, unless that is `accepted`, to which it is added."""
    for one in (ctype.result, *ctype.parameters) if isinstance(ctype, Function) else (ctype,):
        if one not in accepted:
            for part in parts(one):
                _refuse_part(part, position, name)
            accepted.add(one)


def _refuse_part(part: CType, position: Position, name: str) -> None:
    if isinstance(part, (UnknownInteger, UnknownFloat)):
        raise _missing(position, f"'{name}': the size of '{part.name}' is left to the C compiler")
    if isinstance(part, Array) and isinstance(part.length, UnknownLength):
        raise _missing(position, f"'{name}': the length of '{spelling(part)}' is left to the C compiler")
    if isinstance(part, Array) and isinstance(part.length, int) and part.length > _LONGEST:
        raise TooLargeError(f"{_where(position)}: '{name}': {part.length} items are too many for ABI mode, whose limit is {_LONGEST}")


def _missing(position: Position, problem: str) -> VerificationMissing:
    return VerificationMissing(f"{_where(position)}: {problem}, but ABI mode has none: write it out, or use API mode")


def _where(position: Position) -> str:
    return f"{position.file}:{position.line}"
