"""Rows of a module's tables; each prints as C or as Python (spec: binary interface, sections 3 and 5)."""

from __future__ import annotations

from cffi_build.emit import opcodes as op
from cffi_build.emit.opcodes import Opcode, big_endian
from cffi_build.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Sequence, Tuple, Union

    CNumber = Union[int, str]
    """A number, or (in C only) an expression that the C compiler evaluates."""


COMPUTE = -2
"""Size and alignment of a record that the runtime lays out."""


class GlobalRow(Value):
    """A function, variable or constant. `value` is for Python, `address` and `extra` are C expressions; integers share one function."""

    name: str
    opcode: Opcode
    address: Optional[str] = None
    extra: str = "NULL"
    value: int = 0

    def in_python(self) -> str:
        """Return two items of the tuple `_globals`."""
        return f"{literal(self.opcode.in_python(), self.name)},{self.value}"


class FieldRow(Value):
    """A field of a record. `size`: bytes, or bits when the opcode is BITFIELD."""

    name: str
    opcode: Opcode
    offset: CNumber = -1
    size: CNumber = -1

    def in_c(self) -> str:
        """Return the initializer of a `struct _cffi_field_s`, without its name."""
        return f"{{ NULL, {_size(self.offset)}, {_size(self.size)}, {self.opcode.in_c()} }},"

    def in_python(self) -> str:
        """Return an item of the tuple of its record."""
        bits = b""
        if self.opcode.operation != op.NOOP:
            assert isinstance(self.size, int), self.size
            bits = big_endian(self.size)
        return literal(self.opcode.in_python() + bits, self.name)


def _size(number: CNumber) -> str:
    return f"(size_t){number}" if number in (-1, COMPUTE) else str(number)


class RecordRow(Value):
    """A struct or union; `fields` are its rows in the table of fields."""

    name: str
    type_index: int
    flags: int
    size: CNumber = -1
    alignment: CNumber = -1
    fields: Tuple[FieldRow, ...] = ()

    def in_c(self, first_field: int) -> str:
        """Return the initializer of a `struct _cffi_struct_union_s`, without its name."""
        first = -1 if self.flags & (op.F_OPAQUE | op.F_EXTERNAL) else first_field
        numbers = f"{self.type_index}, {self.flags}, {_size(self.size)}, {self.alignment}, {first}, {len(self.fields)}"
        return f"{{ NULL, {numbers} }},"

    def in_python(self) -> str:
        """Return an item of the tuple `_struct_unions`."""
        head = literal(big_endian(self.type_index) + big_endian(self.flags), self.name)
        return tuple_of([head, *(field.in_python() for field in self.fields)])


class EnumRow(Value):
    """An enum. `primitive`: the number of its integer type."""

    name: str
    type_index: int
    primitive: CNumber
    enumerators: Sequence[str]

    def in_c(self) -> str:
        """Return the initializer of a `struct _cffi_enum_s`, without its name and those of its enumerators."""
        return f"{{ NULL, {self.type_index}, {self.primitive}, NULL }},"

    def in_python(self) -> str:
        """Return an item of the tuple `_enums`."""
        assert isinstance(self.primitive, int), self.primitive
        numbers = big_endian(self.type_index) + big_endian(self.primitive)
        return literal(numbers, f"{self.name}\\x00{','.join(self.enumerators)}")


class TypenameRow(Value):
    """A typedef."""

    name: str
    type_index: int

    def in_c(self) -> str:
        """Return the initializer of a `struct _cffi_typename_s`, without its name."""
        return f"{{ NULL, {self.type_index} }},"

    def in_python(self) -> str:
        """Return an item of the tuple `_typenames`."""
        return literal(big_endian(self.type_index), self.name)


class Tables(Value):
    """All tables but the one of types; each is in the order of names."""

    globals: Sequence[GlobalRow]
    records: Sequence[RecordRow]
    enums: Sequence[EnumRow]
    typenames: Sequence[TypenameRow]


def by_name(row: Union[GlobalRow, TypenameRow]) -> bytes:
    """Return the key by which the runtime searches: the bytes of the name."""
    return row.name.encode()


_ESCAPES = [f"\\x{byte:02X}" for byte in range(256)]


def literal(numbers: bytes, text: str = "") -> str:
    """Return a bytes literal: the numbers in hexadecimal, then the text as it is."""
    return f"b'{''.join(map(_ESCAPES.__getitem__, numbers))}{text}'"


def tuple_of(items: Sequence[str]) -> str:
    """Return a tuple display of items."""
    return f"({items[0]},)" if len(items) == 1 else f"({','.join(items)})"
