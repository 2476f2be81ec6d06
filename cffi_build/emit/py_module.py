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
)
from cffi_build.emit import opcodes as op
from cffi_build.emit.literals import number, numbers, opcode, tuple_of
from cffi_build.emit.records import (
    F_ALIGNED,
    F_PACKED,
    enumerator_names,
    has_unusual_alignment,
    known_values,
    primitive_for,
    record_flags,
)
from cffi_build.emit.scope import Scope, parts, scope
from cffi_build.emit.sorted_types import LONGEST, SortedTypeTable
from cffi_build.model import Array, Pointer, UnknownLength, spelling

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Collection, Dict, Iterator, List, Mapping, Sequence

    from cffi_build.declarations import GlobalDeclaration
    from cffi_build.errors import VerificationMissing
    from cffi_build.model import CType, Enum, Record


def write_module(module_name: str, declarations: Declarations, included_modules: Sequence[str], enum_classes: Mapping[Enum, bool]) -> str:
    """Return the Python source; see `cffi_build.emit.py_source`."""
    listed = scope(declarations, flatten=False)
    types = type_table(listed)
    _refuse_what_needs_c(listed, types)
    own = [scoped.declaration for scoped in listed.records.values() if not scoped.external]
    aligned = {declaration.type for declaration in own if has_unusual_alignment(declaration)}
    lines = ["# auto-generated file", "import _cffi_backend"]
    lines += [f"from {name} import ffi as _ffi{place}" for place, name in enumerate(included_modules)]
    version = op.VERSION_EXTENDED if aligned else op.VERSION_BASIC
    lines += ["", f"ffi = _cffi_backend.FFI({module_name!r},", f"    _version = 0x{version:X},"]
    lines += [f"    _types = b'{numbers(types.slots)}',"]
    rows = _globals(listed, types)
    lines += _table("_globals", [rows[name] for name in sorted(rows)])
    lines += _table("_struct_unions", list(_records(listed, types, aligned)))
    lines += _table("_enums", [_enum(types, scoped.declaration) for scoped in listed.enums.values()])
    indexes, typedefs = types.indexes, sorted(listed.typedefs.items())
    lines += _table("_typenames", [f"b'{number(indexes[typedef.type])}{name}'" for name, typedef in typedefs])
    lines += _table("_includes", [f"_ffi{place}" for place, _ in enumerate(included_modules)])
    lines.append(")")
    if enum_classes:
        lines += ["", "if hasattr(ffi, 'enum_class'):  # PyPy has none"]
        lines += [f"    ffi.enum_class({spelling(enum)!r}, flag={flag})" for enum, flag in enum_classes.items()]
    return "\n".join([*lines, ""])


def type_table(listed: Scope) -> SortedTypeTable:
    """Return the table of the types that the other tables refer to."""
    types = SortedTypeTable(listed.records, listed.enums)
    types.collect([function.type for function in _functions(listed)], _mentioned(listed))
    return types


def _functions(listed: Scope) -> Sequence[FunctionDeclaration]:
    return [*listed.globals.functions, *listed.globals.variadic, *listed.globals.externals]


def _mentioned(listed: Scope) -> Iterator[CType]:
    """Yield the types, other than those of functions, that the tables refer to."""
    for entry in listed.declarations.globals.values():
        if isinstance(entry, FunctionDeclaration):
            if entry.type.variadic:
                yield Pointer(entry.type)  # never used; the published implementation has it
        elif entry.type is not None and not (isinstance(entry, ConstantDeclaration) and entry.value is not None):
            yield entry.type
    for typedef in listed.typedefs.values():
        yield typedef.type
    for scoped in listed.records.values():
        yield scoped.declaration.type
        if not scoped.external:
            yield from [field.type for field in scoped.declaration.fields or ()]
    yield from listed.enums


def _table(name: str, rows: Sequence[str]) -> List[str]:
    return [f"    {name} = {tuple_of(rows)},"] if rows else []


def _globals(listed: Scope, types: SortedTypeTable) -> Dict[str, str]:
    """Return two items of `_globals` for each name."""
    indexes = types.indexes
    enums = [scoped.declaration.enumerators or () for scoped in listed.enums.values()]
    enumerator = opcode(op.ENUM, -1)
    rows = {name: f"b'{enumerator}{name}',{value}" for enumerators in enums for name, value in enumerators}
    for variable in listed.globals.variables:
        rows[variable.name] = f"b'{opcode(op.GLOBAL_VAR, indexes[variable.type])}{variable.name}',0"
    for constant in listed.globals.constants:
        rows[constant.name] = _constant(constant, indexes)
    for function, index in zip(_functions(listed), types.functions):
        rows[function.name] = f"b'{opcode(op.DLOPEN_FUNC, index)}{function.name}',0"
    return rows


def _constant(constant: ConstantDeclaration, indexes: Dict[CType, int]) -> str:
    if constant.value is not None:
        return f"b'{opcode(op.CONSTANT_INT, -1)}{constant.name}',{constant.value}"
    assert constant.type is not None, constant.name
    return f"b'{opcode(op.DLOPEN_CONST, indexes[constant.type])}{constant.name}',0"


def _records(listed: Scope, types: SortedTypeTable, aligned: Collection[Record]) -> Iterator[str]:
    """Yield the items of `_struct_unions`. `aligned`: the records with alignment attributes."""
    begun: Dict[CType, str] = {}
    for record, scoped in listed.records.items():
        declaration, flags = scoped.declaration, record_flags(listed.declarations, scoped)
        if record in aligned:
            head = numbers([types.indexes[record], flags & ~F_PACKED | F_ALIGNED, declaration.align])
            rows = [_aligned_field(types, declaration, field) for field in declaration.fields or ()]
        else:
            head = numbers([types.indexes[record], flags])
            rows = _fields(types, () if scoped.external else declaration.fields or (), begun)
        yield tuple_of([f"b'{head}{record.name}'", *rows])


def _aligned_field(types: SortedTypeTable, declaration: RecordDeclaration, field: Field) -> str:
    """Return the row of a field of a record with alignment attributes: what the field, and the record, ask for."""
    if field.bits is not None:
        from cffi_build.errors import FFIError

        problem = f"bit-field '{field.name}' beside an alignment attribute"
        raise FFIError(f"{_where(field.position)}: '{spelling(declaration.type)}': ABI mode cannot lay out a {problem}: use API mode")
    most = min(filter(None, (declaration.pack, field.pack)), default=0)
    return f"b'{opcode(op.ALIGNED_FIELD, types.indexes[field.type])}{numbers([field.align, most])}{field.name}'"


def _fields(types: SortedTypeTable, fields: Sequence[Field], begun: Dict[CType, str]) -> List[str]:
    """Return the rows of the fields of an ordinary record. `begun`: how those of a type begin."""
    indexes = types.indexes
    return [
        f"{begun.get(field.type) or begun.setdefault(field.type, _begin(indexes[field.type]))}{field.name}'"
        if field.bits is None
        else f"b'{opcode(op.BITFIELD, indexes[field.type])}{number(field.bits)}{field.name}'"
        for field in fields
    ]


def _begin(index: int) -> str:
    return f"b'{opcode(op.NOOP, index)}"


def _enum(types: SortedTypeTable, enum: EnumDeclaration) -> str:
    numbered = numbers([types.indexes[enum.type], primitive_for(known_values(enum) or (), enum.packed)])
    return f"b'{numbered}{enum.type.name}\\x00{','.join(enumerator_names(enum))}'"


def _refuse_what_needs_c(listed: Scope, types: SortedTypeTable) -> None:
    """Raise an error for the first declaration that only a C compiler can complete, or that has no place in the tables."""
    for scoped in listed.records.values():
        if not scoped.external:
            _refuse_record(scoped.declaration, types.unsuited)
    for enum in [scoped.declaration for scoped in listed.enums.values()]:
        if known_values(enum) is None:
            raise _missing(enum.position, f"the values of '{spelling(enum.type)}' are left to the C compiler")
    for typedef in listed.typedefs.values() if types.unsuited else ():
        _refuse_type(typedef.type, typedef.position, typedef.name, types.unsuited)
    for entry in listed.declarations.globals.values():
        _refuse_global(entry, types.unsuited)


def _refuse_record(record: RecordDeclaration, unsuited: Collection[CType]) -> None:
    if record.partial:
        raise _missing(record.position, f"'{spelling(record.type)}' ends in '...'")
    for field in (record.fields or ()) if unsuited else ():
        _refuse_type(field.type, field.position, field.name, unsuited)


def _refuse_global(entry: GlobalDeclaration, unsuited: Collection[CType]) -> None:
    if isinstance(entry, FunctionDeclaration) and entry.linkage:
        from cffi_build.errors import VerificationError

        raise VerificationError(f"{_where(entry.position)}: '{entry.name}': extern \"Python\" is a function in C: it needs API mode")
    if isinstance(entry, ConstantDeclaration) and entry.type is None and entry.value is None:
        raise _missing(entry.position, f"the value of '{entry.name}' is '...'")
    if entry.type is not None and unsuited:
        _refuse_type(entry.type, entry.position, entry.name, unsuited)


def _refuse_type(ctype: CType, position: Position, name: str, unsuited: Collection[CType]) -> None:
    """Refuse a type for what is in it."""
    for part in unsuited and parts(ctype):
        if part in unsuited:
            _refuse_part(part, position, name)


def _refuse_part(part: CType, position: Position, name: str) -> None:
    if not isinstance(part, Array):
        raise _missing(position, f"'{name}': the size of '{spelling(part)}' is left to the C compiler")
    if isinstance(part.length, UnknownLength):
        raise _missing(position, f"'{name}': the length of '{spelling(part)}' is left to the C compiler")
    from cffi_build.errors import TooLargeError

    raise TooLargeError(f"{_where(position)}: '{name}': {part.length} items are too many for ABI mode, whose limit is {LONGEST}")


def _missing(position: Position, problem: str) -> VerificationMissing:
    from cffi_build.errors import VerificationMissing

    return VerificationMissing(f"{_where(position)}: {problem}, but ABI mode has none: write it out, or use API mode")


def _where(position: Position) -> str:
    return f"{position.file}:{position.line}"
