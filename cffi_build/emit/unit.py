"""What the printers of one C file share: the module's name, its declarations, the tables they fill, the options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Collection, Iterator, Type, TypeVar

from cffi_build.declarations import (
    ConstantDeclaration,
    Declarations,
    FunctionDeclaration,
    VariableDeclaration,
)
from cffi_build.emit.scope import Scope, scope
from cffi_build.emit.spelling import Spelling
from cffi_build.emit.typetable import TypeTable
from cffi_build.model import Array, CType, Pointer, Primitive, UnknownInteger, unqualified
from cffi_build.primitives import BY_NAME

Entry = TypeVar("Entry", FunctionDeclaration, VariableDeclaration, ConstantDeclaration)


@dataclass(frozen=True)
class Unit:
    """One C file in the making."""

    module_name: str
    declarations: Declarations
    scope: Scope
    spelling: Spelling
    types: TypeTable
    strict: bool
    """Sizes, offsets and values are compared by the C compiler, not left to the runtime."""
    hold_gil: Collection[str]
    """Names of functions that are called without releasing the GIL."""

    def spell(self, ctype: CType, declarator: str = "") -> str:
        """Return the C declaration of `declarator` as a `ctype`."""
        return self.spelling.spell(ctype, declarator)

    def type_at(self, index: int) -> str:
        """Return the C expression for the realized type of a slot."""
        return f"_cffi_types[{index}]"


def make_unit(module_name: str, declarations: Declarations, *, strict: bool, hold_gil: Collection[str]) -> Unit:
    """Return the unit for a C module with `declarations`."""
    listed = scope(declarations, flatten=True)
    spelling = Spelling(declarations)
    types = TypeTable(listed.records, listed.enums)
    return Unit(module_name, declarations, listed, spelling, types, strict, hold_gil)


def each(declarations: Declarations, kind: Type[Entry]) -> Iterator[Entry]:
    """Yield the functions, variables or constants of `declarations`, in the order of the text."""
    return (entry for entry in declarations.globals.values() if isinstance(entry, kind))


def is_integer(ctype: CType) -> bool:
    """Return whether values of `ctype` are integers in Python."""
    ctype = unqualified(ctype)
    if isinstance(ctype, Primitive):
        return BY_NAME[ctype.name].kind in ("bool", "signed", "unsigned")
    return isinstance(ctype, UnknownInteger)


def is_integer_constant(constant: ConstantDeclaration) -> bool:
    """Return whether `constant` is one that C code can use as a number (`#define`, or `static const` of an integer type)."""
    return constant.type is None or is_integer(constant.type)


def constants(declarations: Declarations) -> Iterator[ConstantDeclaration]:
    """Yield the constants; an array is none, see `variables`."""
    found = each(declarations, ConstantDeclaration)
    return (entry for entry in found if entry.type is None or not isinstance(unqualified(entry.type), Array))


def variables(declarations: Declarations) -> Iterator[VariableDeclaration]:
    """Yield the global variables, and the constant arrays, which are such."""
    for entry in declarations.globals.values():
        if isinstance(entry, VariableDeclaration):
            yield entry
        elif isinstance(entry, ConstantDeclaration) and entry.type is not None and isinstance(unqualified(entry.type), Array):
            yield VariableDeclaration(entry.name, entry.type, entry.position, entry.comment)


def pointer_constants(declarations: Declarations) -> Iterator[ConstantDeclaration]:
    """Yield the variadic functions, as constants: only libffi can call them, through a pointer."""
    for entry in each(declarations, FunctionDeclaration):
        if entry.type.variadic and not entry.linkage:
            yield ConstantDeclaration(entry.name, Pointer(entry.type), None, entry.position, entry.comment)


def functions(declarations: Declarations) -> Iterator[FunctionDeclaration]:
    """Yield the functions that get a wrapper."""
    return (entry for entry in each(declarations, FunctionDeclaration) if not entry.type.variadic and not entry.linkage)


def externals(declarations: Declarations) -> Iterator[FunctionDeclaration]:
    """Yield the functions that C calls and Python implements."""
    return (entry for entry in each(declarations, FunctionDeclaration) if entry.linkage)
