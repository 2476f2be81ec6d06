"""Rows of a C module's tables: initializers, without the names (spec: binary interface, section 3)."""

from __future__ import annotations

from cffi_build.emit import opcodes as op

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence, Tuple, Union

    CNumber = Union[int, str]
    """A number, or an expression that the C compiler evaluates."""

    Row = Tuple[str, str]
    """The name by which the runtime searches, the text. Tables are sorted: the order of characters is that of their bytes."""
    GlobalRow = Tuple[str, str, str]
    """Name, opcode, addresses; these are "" for an integer, which shares its function with all others."""
    EnumRow = Tuple[str, str, str]
    """Name, text, the names of the enumerators."""


COMPUTE = -2
"""Size and alignment of a record that the runtime lays out."""


def global_in_c(name: str, operation: int, argument: int, address: str, extra: str = "NULL") -> GlobalRow:
    """Return a row of `struct _cffi_global_s`: a function, variable or constant."""
    return name, f"{op.in_c(operation, argument)},", f"{{ {address}, {extra} }},"


def called_in_c(name: str, operation: int, type_index: int) -> GlobalRow:
    """Return a row of `struct _cffi_global_s`: a function with a wrapper."""
    return name, f"{op.in_c(operation, type_index)},", f"{{ _CFFI_CALLED({name}) }},"


def integer_in_c(name: str, *, is_enumerator: bool) -> GlobalRow:
    """Return a row of `struct _cffi_global_s`: an integer constant or enumerator."""
    return name, _ENUMERATOR if is_enumerator else _INTEGER, ""


_ENUMERATOR, _INTEGER = f"{op.in_c(op.ENUM, -1)},", f"{op.in_c(op.CONSTANT_INT, -1)},"


def field_in_c(name: str, operation: int, type_index: int, offset: CNumber = -1, size: CNumber = -1) -> Row:
    """Return a row of `struct _cffi_field_s`. `size`: bytes, or bits when the operation is BITFIELD."""
    return name, f"{{ NULL, {_size(offset)}, {_size(size)}, {op.in_c(operation, type_index)} }},"


def ordinary_field_in_c(name: str, type_index: int, record: str) -> Row:
    """Return a row of `struct _cffi_field_s`: a field of a record that has a name, and no bit-field."""
    return name, f"{{ _CFFI_FIELD({record}, {name}, {type_index}) }},"


def record_in_c(name: str, type_index: int, flags: int, size: CNumber, alignment: CNumber, first_field: int, field_count: int) -> Row:
    """Return a row of `struct _cffi_struct_union_s`."""
    first = -1 if flags & (op.F_OPAQUE | op.F_EXTERNAL) else first_field
    return name, f"{{ NULL, {type_index}, {flags}, {_size(size)}, {alignment}, {first}, {field_count} }},"


def _size(number: CNumber) -> str:
    return f"(size_t){number}" if isinstance(number, int) and number < 0 else str(number)


def enum_in_c(name: str, type_index: int, primitive: CNumber, enumerators: Sequence[str]) -> EnumRow:
    """Return a row of `struct _cffi_enum_s`. `primitive`: the number of the integer type."""
    return name, f"{{ NULL, {type_index}, {primitive}, NULL }},", ",".join(enumerators)


def typename_in_c(name: str, type_index: int) -> Row:
    """Return a row of `struct _cffi_typename_s`."""
    return name, f"{{ NULL, {type_index} }},"
