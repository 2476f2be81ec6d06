"""What a module's tables list: records, enums and typedefs, its own and those of included modules; and which globals as what."""

from __future__ import annotations

from cffi_build.declarations import (
    ConstantDeclaration,
    Declarations,
    EnumDeclaration,
    Field,
    FunctionDeclaration,
    RecordDeclaration,
    TypedefDeclaration,
    VariableDeclaration,
)
from cffi_build.model import (
    Array,
    Enum,
    Function,
    Pointer,
    Primitive,
    Qualified,
    Record,
    UnknownFloat,
    UnknownInteger,
    UnknownLength,
    children,
    unqualified,
)
from cffi_build.primitives import BY_NAME
from cffi_build.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Dict, FrozenSet, Iterator, List, Optional, Sequence, Set, Tuple, TypeVar, Union

    from cffi_build.model import CType

    Tag = Union[Record, Enum]
    Declared = Union[FunctionDeclaration, VariableDeclaration, ConstantDeclaration]
    Found = TypeVar("Found")


FILE = Record("struct", "_IO_FILE")
"""The C library's FILE: the runtime knows it, no table lists it."""


class ScopedRecord(Value):
    """A row of the struct_unions table. `declaration.fields` is None for an opaque one."""

    declaration: RecordDeclaration
    fields: Sequence[Field]
    """Those that the table lists for it, see `scope`."""
    external: bool
    """An included module defines it."""


class ScopedEnum(Value):
    """A row of the enums table; enums of included modules are listed with their values."""

    declaration: EnumDeclaration
    external: bool
    mentioned: bool
    """The own declarations use it, so the C code of the module has it."""


class Globals(Value):
    """The functions, constants and variables of a module by what its tables make of them, each in the order of the text."""

    functions: List[FunctionDeclaration]
    """Those that get a wrapper."""
    variadic: List[FunctionDeclaration]
    """Only libffi can call them, through a pointer: C modules list them as constants."""
    externals: List[FunctionDeclaration]
    """C calls them, Python implements them."""
    constants: List[ConstantDeclaration]
    variables: List[VariableDeclaration]
    """Constant arrays are among them."""


class Scope(Value):
    """Everything the tables list: records and enums in the order of their names."""

    declarations: Declarations
    globals: Globals
    records: Dict[Record, ScopedRecord]
    enums: Dict[Enum, ScopedEnum]
    typedefs: Dict[str, TypedefDeclaration]


def scope(declarations: Declarations, *, flatten: bool) -> Scope:
    """Return what the tables of a module with `declarations` list.

    `flatten`: the fields of an anonymous member are listed with those of the record around it, so that a record
    that is nothing else than an anonymous member is not listed itself (C modules).
    """
    # what is mentioned is declared somewhere, if only as opaque: when nothing is included, it is declared here
    mentioned = _mentioned(declarations, flatten) if declarations.included else set()
    members = _anonymous_members(declarations) if flatten else frozenset()
    records = {part for part in mentioned if type(part) is Record and part != FILE}
    enums = {part: _enum(declarations, part, mentioned=True) for part in mentioned if isinstance(part, Enum)}
    typedefs: Dict[str, TypedefDeclaration] = {}
    for each in visible(declarations):
        own = each is declarations
        records.update(each.records.keys() - members)
        listed = [tag for tag, enum in each.enums.items() if tag not in enums and (own or not _is_left_to_c(enum))]
        enums.update((tag, _enum(declarations, tag, mentioned=own)) for tag in listed)
        for name, typedef in each.typedefs.items():
            if own or _is_known(declarations, typedef.type, mentioned):
                typedefs.setdefault(name, typedef)
    rows = {tag: _record(declarations, tag, flatten) for tag in sorted(records, key=_name)}
    return Scope(declarations, _globals(declarations), rows, {tag: enums[tag] for tag in sorted(enums, key=_name)}, typedefs)


def fields(declarations: Declarations, record: RecordDeclaration, *, flatten: bool) -> Sequence[Field]:
    """Return the fields of `record`, those of its anonymous members in their place when `flatten`."""
    found = record.fields or ()
    if not flatten or "" not in [field.name for field in found]:
        return found
    return [field for each in found for field in _inside(declarations, each)]


def _inside(declarations: Declarations, field: Field) -> Sequence[Field]:
    """Return the fields that `field` brings into the record around it: itself, unless it is an anonymous member."""
    inner = anonymous_member(declarations, field)
    return fields(declarations, inner, flatten=True) if inner is not None else (field,)


def anonymous_member(declarations: Declarations, field: Field) -> Optional[RecordDeclaration]:
    """Return the record whose fields `field` brings into the record around it, None for an ordinary field."""
    if field.name or not isinstance(field.type, Record):
        return None
    return find_record(declarations, field.type)


def find_record(declarations: Declarations, record: Record) -> Optional[RecordDeclaration]:
    """Return the declaration of `record`, its own or an included one."""
    found = declarations.records.get(record)
    if not declarations.included or (found is not None and found.fields is not None):
        return found
    for each in visible(declarations):
        candidate = each.records.get(record)
        if candidate is not None and candidate.fields is not None:
            return candidate
        found = found or candidate
    return found


def is_opaque(declarations: Declarations, ctype: CType) -> bool:
    """Return whether `ctype` is a record whose fields nobody declares."""
    if not isinstance(ctype, Record):
        return False
    found = find_record(declarations, ctype)
    return found is None or found.fields is None


def visible(declarations: Declarations) -> Iterator[Declarations]:
    """Yield `declarations`, then what it includes, depth first."""
    yield declarations
    for included in declarations.included:
        yield from visible(included)


def parts(ctype: CType) -> Iterator[CType]:
    """Yield `ctype` and every type inside it, but not into records."""
    pending = [ctype]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(children(current))


def has_unknown_length(ctype: CType, *, written_out: bool = False) -> bool:
    """Return whether `ctype` is an array, or points to one, whose length only the C compiler knows.

    `written_out`: do not count those that are the type of a typedef.
    """
    while True:
        if type(ctype) is Pointer:
            ctype = ctype.target
        elif type(ctype) is Qualified:
            ctype = ctype.base
        elif type(ctype) is not Array:
            return False
        elif type(ctype.length) is UnknownLength and not (written_out and ctype.length.typedef):
            return True
        else:
            ctype = ctype.item


def is_nameless(tag: Tag) -> bool:
    """Return whether `tag` has no name in C: it is ``$1`` or another number."""
    return tag.name.startswith("$") and tag.name[1:].isdigit()


def _record(declarations: Declarations, record: Record, flatten: bool) -> ScopedRecord:
    """Return the row for `record`; one that an included module lists stays that module's, even when only this one has its fields."""
    found = find_record(declarations, record)
    if found is None:
        return ScopedRecord(RecordDeclaration(record, None), (), False)
    external = bool(declarations.included) and _is_included(declarations, record)
    return ScopedRecord(found, fields(declarations, found, flatten=flatten), external)


def _is_included(declarations: Declarations, record: Record) -> bool:
    return any(record in each.records for included in declarations.included for each in visible(included))


def _enum(declarations: Declarations, enum: Enum, *, mentioned: bool) -> ScopedEnum:
    for each in visible(declarations):
        if enum in each.enums:
            return ScopedEnum(each.enums[enum], each is not declarations, mentioned)
    return ScopedEnum(EnumDeclaration(enum, None), False, mentioned)


def _is_left_to_c(enum: EnumDeclaration) -> bool:
    return enum.partial or any(value is None for _, value in enum.enumerators or ())


def _is_known(declarations: Declarations, ctype: CType, mentioned: Set[CType]) -> bool:
    """Return whether all about an included typedef's type is known without the C code, which need not have it unless mentioned."""
    return all(part in mentioned or not _needs_c(declarations, part) for part in parts(ctype))


def _needs_c(declarations: Declarations, part: CType) -> bool:
    if isinstance(part, Enum):
        return _is_left_to_c(_enum(declarations, part, mentioned=True).declaration)
    return isinstance(part, (UnknownInteger, UnknownFloat)) or (isinstance(part, Array) and isinstance(part.length, UnknownLength))


def _mentioned(declarations: Declarations, flatten: bool) -> Set[CType]:
    """Return every type, other than those of functions, that the own declarations mention."""
    found: Set[CType] = set()
    for entry in (*declarations.typedefs.values(), *declarations.globals.values()):
        if entry.type is not None:
            _add_parts(entry.type, found)
    for record in declarations.records.values():
        for field in fields(declarations, record, flatten=flatten):
            if field.type not in found:
                _add_parts(field.type, found)
    return found


def _add_parts(ctype: CType, found: Set[CType]) -> None:
    """Add `ctype` and every type inside it to `found`."""
    if type(ctype) is not Function:  # whose parts are quicker to look up than itself
        found.add(ctype)
        if type(ctype) in (Primitive, Record, Enum):
            return
    for child in children(ctype):
        if child not in found:
            _add_parts(child, found)


def _anonymous_members(declarations: Declarations) -> FrozenSet[Record]:
    records = (record for each in visible(declarations) for record in each.records.values())
    types = [field.type for record in records for field in record.fields or () if not field.name]
    return frozenset(ctype for ctype in types if isinstance(ctype, Record) and is_nameless(ctype))


def _name(tag: Tag) -> Tuple[str, str]:
    return tag.name, tag.kind if isinstance(tag, Record) else ""


# ---- the table of globals


def _globals(declarations: Declarations) -> Globals:
    functions: List[FunctionDeclaration] = []
    variadic: List[FunctionDeclaration] = []
    externals: List[FunctionDeclaration] = []
    constants: List[ConstantDeclaration] = []
    variables: List[VariableDeclaration] = []
    for entry in declarations.globals.values():
        if isinstance(entry, FunctionDeclaration):
            (externals if entry.linkage else variadic if entry.type.variadic else functions).append(entry)
        elif isinstance(entry, VariableDeclaration):
            variables.append(entry)
        elif entry.type is None or not isinstance(unqualified(entry.type), Array):
            constants.append(entry)
        else:
            variables.append(VariableDeclaration(entry.name, entry.type, entry.position, entry.comment))
    return Globals(functions, variadic, externals, constants, variables)


def located(entry: Declared, find: Callable[..., Found], *arguments: object) -> Found:
    """Return what `find` finds; an error of it is about the types of `entry`, and begins with its place and name."""
    try:
        return find(*arguments)
    except Exception as error:
        from cffi_build.errors import FFIError  # few modules need it

        if not isinstance(error, FFIError):
            raise
        place = f"{entry.position.file}:{entry.position.line}"
        raise error if str(error).startswith(place) else type(error)(f"{place}: '{entry.name}': {error}") from None


def is_integer(ctype: CType) -> bool:
    """Return whether values of `ctype` are integers of up to 64 bits."""
    ctype = unqualified(ctype)
    if isinstance(ctype, Primitive):
        return BY_NAME[ctype.name].kind in ("bool", "signed", "unsigned") and "128" not in ctype.name
    return isinstance(ctype, UnknownInteger)


def is_integer_constant(constant: ConstantDeclaration) -> bool:
    """Return whether `constant` is one that C code can use as a number (`#define`, or `static const` of an integer type)."""
    return constant.type is None or is_integer(constant.type)
