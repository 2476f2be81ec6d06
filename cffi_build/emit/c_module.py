"""Prints a whole C module: headers, the user's code, functions, tables, the function that Python calls on import."""

from __future__ import annotations

from cffi_build.declarations import Declarations
from cffi_build.emit.c_constant import (
    IntegerConstant,
    constant_rows,
    enum_rows,
    integer_constants,
    integer_rows,
    variable_rows,
    write_constants,
    write_integers,
    write_variables,
)
from cffi_build.emit.c_function import (
    Wrapped,
    function_rows,
    wrapped_functions,
    write_addresses,
    write_calls,
    write_direct,
    write_pypy_wrappers,
    write_rows,
)
from cffi_build.emit.c_struct import record_rows, static_assertion, write_checks
from cffi_build.emit.c_tables import Tables, typename_in_c, write_array, write_extension, write_tables, write_types
from cffi_build.emit.typetable import length_name, ratio
from cffi_build.emit.unit import Unit, make_unit
from cffi_build.emit.writer import Writer, header, quote
from cffi_build.model import UnknownFloat, UnknownInteger, spelling

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Collection, Dict, List, Mapping, Optional, Sequence, Union

    from cffi_build.emit.c_tables import Row
    from cffi_build.model import Enum


LOWEST = "3.9"
"""The lowest Python of a module in the limited API when none is asked for."""

_CHECKED_WARNINGS = ("-Wincompatible-pointer-types", "-Wint-conversion", "-Wimplicit-function-declaration")
"""What compilers only warn about, but is a cdef that does not fit the C code."""


def write_module(
    module_name: str,
    declarations: Declarations,
    preamble: str,
    *,
    limited_api: Union[bool, str, None],
    included_modules: Sequence[str],
    strict: bool,
    hold_gil: Collection[str],
    free_threading: bool,
    embedding: Optional[str],
    enum_classes: Mapping[Enum, bool],
) -> str:
    """Return the C source; see `cffi_build.emit.c_source`."""
    unit = make_unit(module_name, declarations, strict=strict, hold_gil=hold_gil)
    found = wrapped_functions(unit)
    writer = Writer(base_name(module_name) + ".c")
    writer.line(f"/* Made by cffi from the declarations of {module_name}. Do not edit: it is made anew at every build. */")
    if embedding is not None:
        writer.directive("#define _CFFI_EMBEDDING")
    if enum_classes:
        items = ", ".join(f"{{ {quote(spelling(enum))}, {int(flag)} }}" for enum, flag in enum_classes.items())
        writer.directive(f"#define _CFFI_ENUM_CLASSES {items}")
    _write_settings(writer, unit, limited_api, free_threading, "BASIC" if embedding is None else "EMBED")
    writer.paste(header("cffi_abi.h"))
    writer.paste(header("cffi_module.h"))
    writer.here()
    writer.line("/* ---- the user's C code " + "-" * 89 + " */")
    writer.paste(preamble)
    writer.here()
    writer.line("/* ---- declarations " + "-" * 94 + " */")
    writer.line()
    _write_declarations(writer, unit, found, included_modules)
    if embedding is not None:
        from cffi_build.emit.c_embedding import write_embedding  # few modules are

        write_embedding(writer, module_name, embedding)
    return writer.text()


def base_name(module_name: str) -> str:
    """Return the last component of a dotted name."""
    return module_name.rpartition(".")[2]


def _write_settings(writer: Writer, unit: Unit, limited_api: Union[bool, str, None], free_threading: bool, lowest: str) -> None:
    version = floor(limited_api)
    if version is not None:
        writer.directive(f"#define _CFFI_LIMITED_API {_hexadecimal(version)}")
    if free_threading:
        writer.directive("#define _CFFI_FREE_THREADED")
    writer.directive(f"#define _CFFI_VERSION _CFFI_VERSION_{'CHAR16' if unit.conversions.use_char16() else lowest}")
    writer.line("/* Which parts of the system's headers are there is decided before the first of them, as Python.h does it: */")
    writer.directive("#ifndef _WIN32")
    writer.directive("#include <pyconfig.h>")
    writer.directive("#endif")
    writer.line()


def floor(limited_api: Union[bool, str, None]) -> Optional[str]:
    """Return the lowest Python version that the option `limited_api` stands for, None for no limited API."""
    if limited_api in (True, "auto"):
        return LOWEST
    return limited_api or None if not isinstance(limited_api, bool) else None


def _hexadecimal(version: str) -> str:
    major, minor = map(int, version.split("."))
    return f"0x{major:02X}{minor:02X}0000"


def _write_declarations(writer: Writer, unit: Unit, found: Sequence[Wrapped], included_modules: Sequence[str]) -> None:
    integers = list(integer_constants(unit))
    rows = [*function_rows(found), *integer_rows(integers), *constant_rows(unit), *variable_rows(unit)]
    external = unit.scope.globals.externals
    if external:
        from cffi_build.emit.c_externpy import external_rows, write_externals  # few modules have some

        rows += external_rows(unit, external)
    rows.sort()
    records, members = record_rows(unit)
    tables = Tables(rows, members, records, enum_rows(unit), _typenames(unit))
    names = [name for name, _, _ in rows]
    _write_unknown_typedefs(writer, unit)
    write_types(writer, unit)
    _begin_checks(writer)
    if external:
        write_externals(writer, unit, external)
    _write_code(writer, unit, found, integers, dict(zip(names, range(len(names)))))
    write_tables(writer, tables)
    _write_context(writer, unit, tables, included_modules, "_CFFI_CTX_EXTERN_PYTHON" if external else "0")
    write_extension(writer, unit, names)
    if found:
        write_rows(writer)
    writer.line(f"_CFFI_DEFINE_INIT({base_name(unit.module_name)}, {quote(unit.module_name)})")


def _write_unknown_typedefs(writer: Writer, unit: Unit) -> None:
    """Print a use of every ``typedef int... name;`` and a name for every length that a typedef leaves open.

    A typedef that C does not have is so reported where it is declared.
    """
    for typedef in unit.declarations.typedefs.values():
        if isinstance(typedef.type, (UnknownInteger, UnknownFloat)):
            writer.at(typedef.position)
            writer.line(f"typedef {typedef.type.name} _cffi_typedef_{typedef.name};")
        if isinstance(typedef.type, UnknownInteger):
            writer.at(typedef.position)
            message = f"'{typedef.type.name}' is no integer type in C, as 'int...' says"
            writer.line(static_assertion(f"(({typedef.type.name})1 / 2) == 0", message))
    writer.here()
    for length in unit.types.typedef_lengths:
        value = f"(*({length.typedef} *)0)" + "[0]" * length.level
        writer.line(f"enum {{ {length_name(length)} = {ratio(value)} }};")


def _typenames(unit: Unit) -> List[Row]:
    index = unit.types.index
    return sorted([typename_in_c(name, index(typedef.type, f"(*({name} *)0)")) for name, typedef in unit.scope.typedefs.items()])


def _write_code(
    writer: Writer, unit: Unit, found: Sequence[Wrapped], integers: Sequence[IntegerConstant], row_numbers: Dict[str, int]
) -> None:
    write_integers(writer, integers, row_numbers, strict=unit.strict)
    write_constants(writer, unit)
    write_variables(writer, unit)
    write_checks(writer, unit)
    write_direct(writer, found)
    write_addresses(writer, found)
    _end_checks(writer)
    if found:
        writer.directive("#ifndef PYPY_VERSION")
        write_calls(writer, unit, found, row_numbers)
        writer.directive("#else")
        write_pypy_wrappers(writer, unit, found)
        writer.directive("#endif")
        writer.line()


def _begin_checks(writer: Writer) -> None:
    writer.directive("#if defined(__GNUC__) && !defined(__cplusplus)")
    writer.directive("#pragma GCC diagnostic push")
    for warning in _CHECKED_WARNINGS:
        writer.directive(f"#pragma GCC diagnostic error {quote(warning)}")
    writer.directive("#endif")
    writer.line()


def _end_checks(writer: Writer) -> None:
    writer.directive("#if defined(__GNUC__) && !defined(__cplusplus)")
    writer.directive("#pragma GCC diagnostic pop")
    writer.directive("#endif")
    writer.line()


def _write_context(writer: Writer, unit: Unit, tables: Tables, included_modules: Sequence[str], flags: str) -> None:
    if included_modules:
        write_array(writer, "const char *const _cffi_includes", [f"{quote(name)}," for name in included_modules] + ["NULL,"])
    with writer.block("static const struct _cffi_type_context_s _cffi_context =", "};"):
        writer.line("_cffi_types,")
        writer.line("_cffi_globals," if tables.globals else "NULL,")
        writer.line("_cffi_fields," if tables.fields else "NULL,")
        writer.line("_cffi_struct_unions," if tables.records else "NULL,")
        writer.line("_cffi_enums," if tables.enums else "NULL,")
        writer.line("_cffi_typenames," if tables.typenames else "NULL,")
        counts = (tables.globals, tables.records, tables.enums, tables.typenames)
        writer.line("".join(f"{len(rows)}, " for rows in counts).rstrip())
        writer.line("_cffi_includes," if included_modules else "NULL,")
        writer.line(f"{len(unit.types.slots)}, {flags},")
    writer.line()
