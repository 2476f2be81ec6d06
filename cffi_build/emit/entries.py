"""Which declarations become which kind of entry in the table of globals."""

from __future__ import annotations

from cffi_build.declarations import ConstantDeclaration, Declarations, FunctionDeclaration, VariableDeclaration
from cffi_build.errors import FFIError
from cffi_build.model import Array, Pointer, Primitive, UnknownInteger, unqualified
from cffi_build.primitives import BY_NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Iterator, List, Type, TypeVar, Union

    from cffi_build.model import CType

    Declared = Union[FunctionDeclaration, VariableDeclaration, ConstantDeclaration]
    Found = TypeVar("Found")
    Entry = TypeVar("Entry", FunctionDeclaration, VariableDeclaration, ConstantDeclaration)


def located(entry: Declared, find: Callable[..., Found], *arguments: object) -> Found:
    """Return what `find` finds; an error of it is about the types of `entry`, and begins with its place and name."""
    try:
        return find(*arguments)
    except FFIError as error:
        place = f"{entry.position.file}:{entry.position.line}"
        raise error if str(error).startswith(place) else type(error)(f"{place}: '{entry.name}': {error}") from None


def each(declarations: Declarations, kind: Type[Entry]) -> List[Entry]:
    """Return the functions, variables or constants of `declarations`, in the order of the text."""
    return [entry for entry in declarations.globals.values() if type(entry) is kind]


def is_integer(ctype: CType) -> bool:
    """Return whether values of `ctype` are integers of up to 64 bits."""
    ctype = unqualified(ctype)
    if isinstance(ctype, Primitive):
        return BY_NAME[ctype.name].kind in ("bool", "signed", "unsigned") and "128" not in ctype.name
    return isinstance(ctype, UnknownInteger)


def is_integer_constant(constant: ConstantDeclaration) -> bool:
    """Return whether `constant` is one that C code can use as a number (`#define`, or `static const` of an integer type)."""
    return constant.type is None or is_integer(constant.type)


def constants(declarations: Declarations) -> List[ConstantDeclaration]:
    """Return the constants; an array is none, see `variables`."""
    found = each(declarations, ConstantDeclaration)
    return [entry for entry in found if entry.type is None or not isinstance(unqualified(entry.type), Array)]


def variables(declarations: Declarations) -> Iterator[VariableDeclaration]:
    """Yield the global variables, and the constant arrays, which are such."""
    for entry in declarations.globals.values():
        if type(entry) is VariableDeclaration:
            yield entry
        elif type(entry) is ConstantDeclaration and entry.type is not None and isinstance(unqualified(entry.type), Array):
            yield VariableDeclaration(entry.name, entry.type, entry.position, entry.comment)


def pointer_constants(declarations: Declarations) -> List[ConstantDeclaration]:
    """Return the variadic functions, as constants: only libffi can call them, through a pointer."""
    found = [entry for entry in each(declarations, FunctionDeclaration) if entry.type.variadic and not entry.linkage]
    return [ConstantDeclaration(entry.name, Pointer(entry.type), None, entry.position, entry.comment) for entry in found]


def functions(declarations: Declarations) -> List[FunctionDeclaration]:
    """Return the functions that get a wrapper."""
    return [entry for entry in each(declarations, FunctionDeclaration) if not entry.type.variadic and not entry.linkage]


def externals(declarations: Declarations) -> List[FunctionDeclaration]:
    """Return the functions that C calls and Python implements."""
    return [entry for entry in each(declarations, FunctionDeclaration) if entry.linkage]
