"""Which records, enums and typedefs a module's tables list: those it defines, and those of included modules that it mentions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, FrozenSet, Iterator, Optional, Tuple, TypeVar, Union

from cffi_build.declarations import Declarations, EnumDeclaration, Field, RecordDeclaration
from cffi_build.model import CType, Enum, Record, children

FILE = Record("struct", "_IO_FILE")
"""The C library's FILE: the runtime knows it, no table lists it."""

Tag = Union[Record, Enum]
TagType = TypeVar("TagType", Record, Enum)
Entry = TypeVar("Entry")


@dataclass(frozen=True)
class ScopedRecord:
    """A row of the struct_unions table. `declaration.fields` is None for an opaque one."""

    declaration: RecordDeclaration
    external: bool
    """An included module defines it."""


@dataclass(frozen=True)
class Scope:
    """Everything the tables list, in their order: by name."""

    declarations: Declarations
    records: Dict[Record, ScopedRecord]
    enums: Dict[Enum, EnumDeclaration]


def scope(declarations: Declarations, *, flatten: bool) -> Scope:
    """Return what the tables of a module with `declarations` list.

    `flatten`: the fields of an anonymous member are listed with those of the record around it, so that a record
    that is nothing else than an anonymous member is not listed itself (C modules).
    """
    tags = _tags(declarations, flatten)
    records = {tag: _record(declarations, tag) for tag in tags if isinstance(tag, Record)}
    enums = {tag: _enum(declarations, tag) for tag in tags if isinstance(tag, Enum)}
    return Scope(declarations, _sorted(records), _sorted(enums))


def fields(declarations: Declarations, record: RecordDeclaration, *, flatten: bool) -> Iterator[Field]:
    """Yield the fields of `record`, those of its anonymous members in their place when `flatten`."""
    for field in record.fields or ():
        inner = anonymous_member(declarations, field) if flatten else None
        if inner is not None:
            yield from fields(declarations, inner, flatten=True)
        else:
            yield field


def anonymous_member(declarations: Declarations, field: Field) -> Optional[RecordDeclaration]:
    """Return the record whose fields `field` brings into the record around it, None for an ordinary field."""
    if field.name or not isinstance(field.type, Record):
        return None
    return find_record(declarations, field.type)


def find_record(declarations: Declarations, record: Record) -> Optional[RecordDeclaration]:
    """Return the declaration of `record`, its own or an included one."""
    found = [each.records[record] for each in visible(declarations) if record in each.records]
    return next((each for each in found if each.fields is not None), found[0] if found else None)


def find_enum(declarations: Declarations, enum: Enum) -> Optional[EnumDeclaration]:
    """Return the declaration of `enum`, its own or an included one."""
    return next((each.enums[enum] for each in visible(declarations) if enum in each.enums), None)


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


def _record(declarations: Declarations, record: Record) -> ScopedRecord:
    own = declarations.records.get(record)
    found = find_record(declarations, record) or RecordDeclaration(record, None)
    external = own is None or (own.fields is None and found.fields is not None)
    mentioned_only = not any(record in each.records for each in visible(declarations))
    return ScopedRecord(found, external and not mentioned_only)


def _enum(declarations: Declarations, enum: Enum) -> EnumDeclaration:
    return find_enum(declarations, enum) or EnumDeclaration(enum, None)


def _tags(declarations: Declarations, flatten: bool) -> Dict[Tag, None]:
    """Return the records and enums that `declarations` defines or mentions (a dictionary: an ordered set)."""
    tags: Dict[Tag, None] = dict.fromkeys(declarations.enums)
    for ctype in _mentioned(declarations, flatten):
        tags.update((part, None) for part in parts(ctype) if isinstance(part, (Record, Enum)) and part != FILE)
    members = _anonymous_members(declarations) if flatten else frozenset()
    tags.update((record, None) for record in declarations.records if record not in members)
    return tags


def _mentioned(declarations: Declarations, flatten: bool) -> Iterator[CType]:
    for entry in (*declarations.typedefs.values(), *declarations.globals.values()):
        if entry.type is not None:
            yield entry.type
    for record in declarations.records.values():
        yield from (field.type for field in fields(declarations, record, flatten=flatten))


def _anonymous_members(declarations: Declarations) -> FrozenSet[Record]:
    members = (field for record in declarations.records.values() for field in record.fields or () if not field.name)
    return frozenset(field.type for field in members if isinstance(field.type, Record) and is_nameless(field.type))


def is_nameless(tag: Tag) -> bool:
    """Return whether `tag` has no name in C: it is ``$1`` or another number."""
    return tag.name.startswith("$") and tag.name[1:].isdigit()


def _sorted(table: Dict[TagType, Entry]) -> Dict[TagType, Entry]:
    return dict(sorted(table.items(), key=_name))


def _name(item: Tuple[Tag, object]) -> bytes:
    return item[0].name.encode()
