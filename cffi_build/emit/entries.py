"""Which declarations become which kind of entry in the table of globals."""

from __future__ import annotations

from cffi_build.declarations import ConstantDeclaration, Declarations, FunctionDeclaration, VariableDeclaration
from cffi_build.errors import FFIError
from cffi_build.model import Array, Pointer, Primitive, UnknownInteger, unqualified
from cffi_build.primitives import BY_NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Optional, Type, TypeVar, Union

    from cffi_build.model import CType

    Declared = Union[FunctionDeclaration, VariableDeclaration, ConstantDeclaration]
    Entry = TypeVar("Entry", FunctionDeclaration, VariableDeclaration, ConstantDeclaration)


class located:
    """Lets errors about the types of `entry` begin with its place and name."""

    __slots__ = ("_entry",)

    def __init__(self, entry: Declared) -> None:
        self._entry = entry

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: Optional[BaseException], _traceback: object) -> None:
        if isinstance(error, FFIError):
            place = f"{self._entry.position.file}:{self._entry.position.line}"
            message = str(error) if str(error).startswith(place) else f"{place}: '{self._entry.name}': {error}"
            raise type(error)(message) from None


def each(declarations: Declarations, kind: Type[Entry]) -> Iterator[Entry]:
    """Yield the functions, variables or constants of `declarations`, in the order of the text."""
    return (entry for entry in declarations.globals.values() if isinstance(entry, kind))


def is_integer(ctype: CType) -> bool:
    """Return whether values of `ctype` are integers of up to 64 bits."""
    ctype = unqualified(ctype)
    if isinstance(ctype, Primitive):
        return BY_NAME[ctype.name].kind in ("bool", "signed", "unsigned") and "128" not in ctype.name
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
    found = [entry for entry in declarations.globals.values() if type(entry) is FunctionDeclaration]
    return (entry for entry in found if not entry.type.variadic and not entry.linkage)


def externals(declarations: Declarations) -> Iterator[FunctionDeclaration]:
    """Yield the functions that C calls and Python implements."""
    return (entry for entry in each(declarations, FunctionDeclaration) if entry.linkage)
