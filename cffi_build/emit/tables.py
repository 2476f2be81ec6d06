"""Rows of a module's tables, as C and as Python have them (spec: binary interface, sections 3 and 5).

In C a number can be an expression that the C compiler evaluates.
"""

from __future__ import annotations

from cffi_build.emit import opcodes as op
from cffi_build.emit.opcodes import big_endian

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence, Tuple, Union

    CNumber = Union[int, str]
    """A number, or (in C only) an expression that the C compiler evaluates."""

    Row = Tuple[str, str]
    """The name by which the runtime searches, the text. Tables are sorted: the order of characters is that of their bytes."""
    GlobalRow = Tuple[str, str, str]
    """In C: name, opcode, addresses; these are "" for an integer, which shares its function with all others."""
    EnumRow = Tuple[str, str, str]
    """In C: name, text, the names of the enumerators."""


COMPUTE = -2
"""Size and alignment of a record that the runtime lays out."""


# ---- in C: initializers, without the names


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


# ---- in Python: items of tuples


def global_in_python(name: str, operation: int, argument: int, value: int = 0) -> Row:
    """Return two items of `_globals`."""
    return name, f"{_opcode_literal(operation, argument, name)},{value}"


def field_in_python(name: str, operation: int, type_index: int, bits: int = -1) -> str:
    """Return an item of the tuple of its record."""
    return _opcode_literal(operation, type_index, name if operation == op.NOOP else f"{hexadecimal(big_endian(bits))}{name}")


def aligned_field_in_python(name: str, type_index: int, align: int, pack: int) -> str:
    """Return an item of the tuple of its record, which has alignment attributes: what the field asks for."""
    return _opcode_literal(op.ALIGNED_FIELD, type_index, f"{hexadecimal(big_endian(align) + big_endian(pack))}{name}")


def record_in_python(name: str, type_index: int, flags: int, fields: Sequence[str], align: int = 0) -> str:
    """Return an item of `_struct_unions`. `align`: what the record asks for, when the flags say that it does."""
    numbers = [type_index, flags, *[align] * bool(flags & op.F_ALIGNED)]
    return tuple_of([literal(b"".join(map(big_endian, numbers)), name), *fields])


def enum_in_python(name: str, type_index: int, primitive: int, enumerators: Sequence[str]) -> str:
    """Return an item of `_enums`."""
    return literal(big_endian(type_index) + big_endian(primitive), f"{name}\\x00{','.join(enumerators)}")


def typename_in_python(name: str, type_index: int) -> Row:
    """Return an item of `_typenames`."""
    return name, literal(big_endian(type_index), name)


_ESCAPES = [f"\\x{byte:02X}" for byte in range(256)]


def hexadecimal(numbers: bytes) -> str:
    """Return what stands for `numbers` in a bytes literal."""
    return "".join([_ESCAPES[byte] for byte in numbers])


def literal(numbers: bytes, text: str) -> str:
    """Return a bytes literal: the numbers in hexadecimal, then the text as it is."""
    return f"b'{hexadecimal(numbers)}{text}'"


def _opcode_literal(operation: int, argument: int, text: str) -> str:
    """Return a bytes literal: an opcode in hexadecimal, as of `opcodes.Opcode.in_python`, then the text as it is."""
    argument_bytes = f"{_ESCAPES[argument >> 16 & 255]}{_ESCAPES[argument >> 8 & 255]}{_ESCAPES[argument & 255]}"
    return f"b'{argument_bytes}{_ESCAPES[operation]}{text}'"


def tuple_of(items: Sequence[str]) -> str:
    """Return a tuple display of items."""
    return f"({items[0]},)" if len(items) == 1 else f"({','.join(items)})"
