"""Prints the tables of a C module, without pointers in them, and the function that puts these in.

A pointer in a table is work for the dynamic linker when the module is loaded, whether it is ever looked at or not. So names lie in a few
long strings, and of functions, variables and the like only the addresses. The runtime has the tables completed before it first reads them.
"""

from __future__ import annotations

from cffi_build.emit.records import F_EXTERNAL, F_OPAQUE
from cffi_build.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterable, List, Sequence, Tuple, Union

    from cffi_build.emit.unit import Unit
    from cffi_build.emit.writer import Writer

    CNumber = Union[int, str]
    """A number, or an expression that the C compiler evaluates."""

    Row = Tuple[str, str]
    """The name by which the runtime searches, the text. Tables are sorted: the order of characters is that of their bytes."""
    GlobalRow = Tuple[str, str, str]
    """Name, opcode, addresses; these are "" for an integer, which shares its function with all others."""
    EnumRow = Tuple[str, str, str]
    """Name, text, the names of the enumerators."""

NAMES_EACH = 64
"""How many rows share a string of names: `_CFFI_NAMES_EACH`. String literals must not be too long for MSVC."""

_NAMES_A_LINE = 8
_BETWEEN_NAMES = '\\0" "'


COMPUTE = -2
"""Size and alignment of a record that the runtime lays out."""

ENUMERATOR, INTEGER = "_CFFI_OP(_CFFI_OP_ENUM, -1),", "_CFFI_OP(_CFFI_OP_CONSTANT_INT, -1),"
"""The opcodes of integer constants."""


class Tables(NamedTuple):
    """All tables but the one of types; each but that of fields is in the order of names."""

    globals: Sequence[GlobalRow]
    fields: Sequence[Row]
    records: Sequence[Row]
    enums: Sequence[EnumRow]
    typenames: Sequence[Row]


def write_types(writer: Writer, unit: Unit) -> None:
    """Print the opcodes of all types, and the slots in which the runtime works with them."""
    slots = unit.types.slots or ["(_cffi_opcode_t)0"]
    write_array(writer, "const _cffi_opcode_t _cffi_opcodes", slots, ",")
    writer.line(f"static _cffi_opcode_t _cffi_types[{len(slots)}];")
    writer.line()


def write_array(writer: Writer, declaration: str, items: Sequence[str], end: str = "") -> None:
    """Print a static array, an item a line, and `end` behind each."""
    with writer.block(f"static {declaration}[] =", "};"):
        writer.lines(items, end)
    writer.line()


def write_names(writer: Writer, array: str, names: Sequence[str], each: int = NAMES_EACH) -> None:
    """Print strings, of which each is `each` names with a zero behind every one. What is no name is an empty one."""
    with writer.block(f"static const char *const {array}[] =", "};"):
        for start in range(0, len(names), each):
            part = names[start:start + each]
            lines = [f'"{_BETWEEN_NAMES.join(part[at:at + _NAMES_A_LINE])}\\0"' for at in range(0, len(part), _NAMES_A_LINE)]
            writer.lines([*lines[:-1], f"{lines[-1]},"])
    writer.line()


def write_tables(writer: Writer, tables: Tables) -> None:
    """Print all tables but that of types, and the function that completes them."""
    if tables.globals:
        names, opcodes, addresses = zip(*tables.globals)
        write_array(writer, "const _cffi_opcode_t _cffi_global_opcodes", opcodes)
        writer.line(f"static struct _cffi_global_s _cffi_globals[{len(names)}];")
        write_names(writer, "_cffi_global_names", names)
        write_array(writer, "const _cffi_address_t _cffi_addresses", list(filter(None, addresses)) or ["{ NULL, NULL },"])
    if tables.enums:
        write_names(writer, "_cffi_enumerators", [enumerators for _, _, enumerators in tables.enums], each=1)
    named = _named(tables)
    for table, rows in named.items():
        names, texts = zip(*rows)
        write_array(writer, f"struct _cffi_{table}_s _cffi_{table}s", texts)
        write_names(writer, f"_cffi_{table}_names", names)
    _write_completion(writer, tables, named)


def _named(tables: Tables) -> Dict[str, Sequence[Row]]:
    """Return the tables but that of globals which are not empty."""
    enums = [(name, text) for name, text, _ in tables.enums]
    rows = {"field": tables.fields, "struct_union": tables.records, "enum": enums, "typename": tables.typenames}
    return {table: found for table, found in rows.items() if found}


def _write_completion(writer: Writer, tables: Tables, named: Iterable[str]) -> None:
    with writer.function("static void _cffi_complete_tables(void)"):
        writer.line("if (_cffi_is_complete)")
        writer.line("    return;")
        writer.line("_cffi_is_complete = 1;")
        writer.line("memcpy(_cffi_types, _cffi_opcodes, sizeof(_cffi_types));")
        if tables.globals:
            _write_globals(writer, tables)
        for table in named:
            _write_naming(writer, f"_cffi_{table}s", f"_cffi_{table}_names")
        if tables.enums:
            writer.line(f"_cffi_set_names(&_cffi_enums[0].enumerators, sizeof(*_cffi_enums), _cffi_enumerators, 1, {len(tables.enums)});")
    writer.line()


def _write_naming(writer: Writer, table: str, names: str) -> None:
    size = f"sizeof(*{table})"
    writer.line(f"_cffi_set_names(&{table}[0].name, {size}, {names}, _CFFI_NAMES_EACH, (int)(sizeof({table}) / {size}));")


def _write_globals(writer: Writer, tables: Tables) -> None:
    _write_naming(writer, "_cffi_globals", "_cffi_global_names")
    address = "_cffi_integer_constant" if "" in [address for _, _, address in tables.globals] else "NULL"
    writer.line(f"_cffi_set_globals(_cffi_globals, {len(tables.globals)}, _cffi_global_opcodes, _cffi_addresses, (void *){address});")


def write_extension(writer: Writer, unit: Unit, rows: Iterable[str]) -> None:
    """Print what our modules have beyond the published interface; PyPy's have nothing. `rows`: the names of the globals, in order."""
    names = parameter_names(unit, rows)
    writer.directive("#ifndef PYPY_VERSION")
    if any(names):
        write_names(writer, "_cffi_parameter_names", names)
    with writer.block("static const struct _cffi_extension_s _cffi_extension =", "};"):
        writer.line("sizeof(struct _cffi_extension_s), &_cffi_context,")
        writer.line(f"{'_cffi_parameter_names' if any(names) else 'NULL'}, _cffi_extra, _CFFI_EXTRA_COUNT,")
        holds_gil = unit.hold_gil and any(each.name in unit.hold_gil for each in unit.scope.globals.functions)
        writer.line(f"{'_cffi_holds_gil' if holds_gil else 'NULL'}, _cffi_complete_tables, _cffi_opcodes,")
    writer.directive("#endif")
    writer.line()


def parameter_names(unit: Unit, rows: Iterable[str]) -> List[str]:
    """Return the names of the parameters of each row's function, separated by commas; "" where there are none."""
    named = {each.name: ",".join([name or "" for name in each.type.names]) for each in unit.scope.globals.functions if any(each.type.names)}
    return [named.get(row, "") for row in rows]


# ---- rows: initializers, without the names (spec: binary interface, section 3)


def global_in_c(name: str, operation: str, argument: int, address: str, extra: str = "NULL") -> GlobalRow:
    """Return a row of `struct _cffi_global_s`: a function, variable or constant. `operation`: its name, as in `opcodes`."""
    return name, f"_CFFI_OP(_CFFI_OP_{operation}, {argument}),", f"{{ {address}, {extra} }},"


def field_in_c(name: str, operation: str, type_index: int, offset: CNumber = -1, size: CNumber = -1) -> Row:
    """Return a row of `struct _cffi_field_s`. `size`: bytes, or bits when the operation is BITFIELD."""
    return name, f"{{ NULL, {_size(offset)}, {_size(size)}, _CFFI_OP(_CFFI_OP_{operation}, {type_index}) }},"


def record_in_c(name: str, type_index: int, flags: int, size: CNumber, alignment: CNumber, first_field: int, field_count: int) -> Row:
    """Return a row of `struct _cffi_struct_union_s`."""
    first = -1 if flags & (F_OPAQUE | F_EXTERNAL) else first_field
    return name, f"{{ NULL, {type_index}, {flags}, {_size(size)}, {alignment}, {first}, {field_count} }},"


def _size(number: CNumber) -> str:
    return f"(size_t){number}" if isinstance(number, int) and number < 0 else str(number)


def enum_in_c(name: str, type_index: int, primitive: CNumber, enumerators: Sequence[str]) -> EnumRow:
    """Return a row of `struct _cffi_enum_s`. `primitive`: the number of the integer type."""
    return name, f"{{ NULL, {type_index}, {primitive}, NULL }},", ",".join(enumerators)


def typename_in_c(name: str, type_index: int) -> Row:
    """Return a row of `struct _cffi_typename_s`."""
    return name, f"{{ NULL, {type_index} }},"
