"""Prints constants, enumerators and variables: how a compiled module tells their values and addresses."""

from __future__ import annotations

from cffi_build.declarations import ConstantDeclaration, Position, VariableDeclaration
from cffi_build.emit.c_struct import pointer_to, static_assertion
from cffi_build.emit.c_tables import ENUMERATOR, INTEGER, enum_in_c, global_in_c
from cffi_build.emit.records import enumerator_names, known_values, primitive_for
from cffi_build.emit.scope import ScopedEnum, is_integer_constant, located
from cffi_build.emit.unit import Unit
from cffi_build.emit.writer import Writer
from cffi_build.model import Enum, Pointer, unqualified
from cffi_build.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterator, List, Optional, Sequence, Tuple, Union

    from cffi_build.emit.c_tables import EnumRow, GlobalRow
    from cffi_build.model import CType


class IntegerConstant(Value):
    """A constant or enumerator; `value` None: the C compiler tells it."""

    name: str
    value: Optional[int]
    is_enumerator: bool
    position: Position
    foreign: bool = False
    """The value is that of an included module; the C code of this one need not have its name."""


def integer_constants(unit: Unit) -> Iterator[IntegerConstant]:
    """Yield the constants, then the enumerators of every enum that is listed."""
    for constant in unit.scope.globals.constants:
        if is_integer_constant(constant):
            yield IntegerConstant(constant.name, constant.value, False, constant.position)
    for scoped in unit.scope.enums.values():
        enum = scoped.declaration
        foreign = scoped.external and known_values(enum) is not None and (unit.strict or not scoped.mentioned)
        for number, (name, value) in enumerate(enum.enumerators or ()):
            position = enum.positions[number] if enum.positions else enum.position
            yield IntegerConstant(name, value, True, position, foreign)


def integer_rows(found: Sequence[IntegerConstant]) -> Iterator[GlobalRow]:
    """Yield the rows of integer constants: they share one function, which the runtime tells the row it is called for."""
    for constant in found:
        yield constant.name, ENUMERATOR if constant.is_enumerator else INTEGER, ""


def write_integers(writer: Writer, found: Sequence[IntegerConstant], row_numbers: Dict[str, int], *, strict: bool) -> None:
    """Print the function that tells the value of every integer constant, and what compares them at compile time."""
    if not found:
        return
    with writer.function("static int _cffi_integer_constant(unsigned long long *value)"):
        with writer.block("switch (((struct _cffi_getconst_s *)value)->gindex)"):
            writer.lines_at([(each.position, f"case {row_numbers[each.name]}: {_tell(each, strict=strict)};") for each in found])
            writer.here()
        writer.line("return 0;")
    writer.line()
    if strict:
        known = [(each, each.value) for each in found if each.value is not None and not each.foreign]
        writer.lines_at([(each.position, _check(each.name, value)) for each, value in known])
    writer.here()
    writer.line()


def _tell(constant: IntegerConstant, *, strict: bool) -> str:
    """Return the statement that tells a value. Unless `strict`, C decides on enumerators: build scripts rely on it."""
    if constant.foreign and constant.value is not None:
        return f"_cffi_tell({c_integer(constant.value)})"
    if constant.value is None or (constant.is_enumerator and not strict):
        return f"_cffi_tell(({constant.name}) | 0)"
    return f"_cffi_tell_and_compare(({constant.name}) | 0, {c_integer(constant.value)})"


def _check(name: str, value: int) -> str:
    return static_assertion(f"_cffi_agrees({name}, {c_integer(value)})", f"'{name}' is not {value} in C, as the cdef says")


def c_integer(value: int) -> str:
    """Return a C integer constant expression for `value`, of a type that holds it."""
    if value == -(1 << 63):
        return "(-9223372036854775807LL - 1)"
    if value >= 1 << 63:
        return f"{value}ULL"
    return f"{value}LL" if abs(value) >= 1 << 31 else str(value)


def constant_rows(unit: Unit) -> Iterator[GlobalRow]:
    """Yield the rows of all other constants."""
    for constant, ctype in _other_constants(unit):
        yield global_in_c(constant.name, "CONSTANT", unit.types.index(ctype), f"(void *)_cffi_const_{constant.name}")


def write_constants(writer: Writer, unit: Unit) -> None:
    """Print a function for every other constant, which copies its value."""
    writer.lines_at([(constant.position, _copy(unit, constant.name, ctype)) for constant, ctype in _other_constants(unit)])
    writer.here()
    writer.line()


def _copy(unit: Unit, name: str, ctype: CType) -> str:
    value = f"({unit.spell(ctype)}){name}" if isinstance(ctype, Enum) else name
    body = f"{unit.spell(ctype, 'value')} = {value}; memcpy(out, &value, sizeof(value));"
    return f"static void _cffi_const_{name}(char *out) {{ {body} }}"


def _other_constants(unit: Unit) -> Iterator[Tuple[ConstantDeclaration, CType]]:
    found = unit.scope.globals
    pointers = [ConstantDeclaration(each.name, Pointer(each.type), None, each.position, each.comment) for each in found.variadic]
    for constant in (*found.constants, *pointers):
        if constant.type is not None and not is_integer_constant(constant):
            located(constant, unit.spell, constant.type)  # the first to say so when C has no name for it
            yield constant, unqualified(constant.type)


def enum_rows(unit: Unit) -> List[EnumRow]:
    """Return the rows for a C module."""
    return [
        enum_in_c(enum.name, unit.types.index(enum), _primitive_in_c(unit, scoped), enumerator_names(scoped.declaration))
        for enum, scoped in unit.scope.enums.items()
    ]


def _primitive_in_c(unit: Unit, scoped: ScopedEnum) -> Union[int, str]:
    enum, has_name = scoped.declaration, unit.spelling.can_spell(scoped.declaration.type)
    values = known_values(enum) if scoped.external or not has_name else None
    if values is not None:
        return primitive_for(values, enum.packed)
    if has_name:
        name = unit.spell(enum.type)
        return f"_cffi_prim_int(sizeof({name}), (({name})-1) <= 0)"
    signed = " || ".join(f"({name}) < 0" for name in enumerator_names(enum))
    return f"_cffi_prim_int(sizeof({enumerator_names(enum)[0]}), {signed})"


def variable_rows(unit: Unit) -> Iterator[GlobalRow]:
    """Yield the rows of all global variables."""
    for variable in unit.scope.globals.variables:
        index = located(variable, unit.types.index, variable.type, f"({variable.name})")
        yield global_in_c(variable.name, "GLOBAL_VAR_F", index, f"(void *)_cffi_var_{variable.name}")


def write_variables(writer: Writer, unit: Unit) -> None:
    """Print a function for every global variable, which tells its address; it mentions the variable once: a macro may hide a call.

    A function because the address need not be constant: thread-local, imported from a DLL, or hidden in a macro.
    """
    writer.lines_at([(variable.position, _address(unit, variable)) for variable in unit.scope.globals.variables])
    writer.here()
    writer.line()


def _address(unit: Unit, variable: VariableDeclaration) -> str:
    name = variable.name
    pointer = pointer_to(unit, f"({name})", variable.type) or f"void *_cffi_p = &({name});"
    return f"static void *_cffi_var_{name}(void) {{ {pointer} return (void *)_cffi_p; }}"
