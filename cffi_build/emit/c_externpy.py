"""Prints ``extern "Python"`` functions: C functions whose body is in Python."""

from __future__ import annotations

from cffi_build.declarations import FunctionDeclaration
from cffi_build.emit.c_tables import global_in_c
from cffi_build.emit.scope import located
from cffi_build.emit.unit import Unit
from cffi_build.emit.writer import Writer, quote
from cffi_build.errors import FFIError
from cffi_build.model import Pointer, Primitive, Record, Void, unqualified

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, List, Sequence

    from cffi_build.emit.c_tables import GlobalRow
    from cffi_build.model import CType


_SLOT = 8
"""Bytes that each argument takes in what the runtime gets."""
_BY_ADDRESS = tuple(map(Primitive, ("long double", "long double _Complex", "__int128", "unsigned __int128")))
"""Longer than a slot."""
_TWO_SLOTS = Primitive("double _Complex")
"""Longer than a slot, but runtimes read it in place: nothing can come after it."""


def external_rows(unit: Unit, found: Sequence[FunctionDeclaration]) -> Iterator[GlobalRow]:
    """Yield the rows of `found`, the ``extern "Python"`` functions."""
    for function in found:
        located(function, _signature, unit, function)  # the first to say so when C has no name for a type
        name, index = function.name, unit.types.index(Pointer(function.type))
        yield global_in_c(name, "EXTERN_PYTHON", index, f"(void *)&_cffi_externpy_{name}", f"(void *){name}")


def write_externals(writer: Writer, unit: Unit, found: Sequence[FunctionDeclaration]) -> None:
    """Print the ``extern "Python"`` functions."""
    for function in found:
        _write(writer, unit, function)


def _write(writer: Writer, unit: Unit, function: FunctionDeclaration) -> None:
    result = unqualified(function.type.result)
    size = "0" if isinstance(result, Void) else f"sizeof({unit.spell(result)})"
    name = quote(f"{unit.module_name}.{function.name}")
    writer.line(f"static struct _cffi_externpy_s _cffi_externpy_{function.name} = {{ {name}, {size}, NULL, NULL }};")
    linkage = "CFFI_DLLEXPORT" if function.linkage == "Python+C" else "static"
    writer.at(function.position)
    writer.line(f"{linkage} {_signature(unit, function)}")
    writer.here()
    with writer.block(""):
        _write_body(writer, unit, function, result)
    writer.line()


def _signature(unit: Unit, function: FunctionDeclaration) -> str:
    ctype = function.type
    parameters = [unit.spell(unqualified(each), f"x{number}") for number, each in enumerate(ctype.parameters)]
    convention = "_cffi_stdcall " if ctype.abi else ""
    return unit.spell(unqualified(ctype.result), f"{convention}{function.name}({', '.join(parameters) or 'void'})")


def _write_body(writer: Writer, unit: Unit, function: FunctionDeclaration, result: CType) -> None:
    returns = not isinstance(result, Void)
    count = max(1, _slots(function))
    room = f"union {{ char bytes[{_SLOT * count}]; long long align;"
    writer.line(f"{room} {unit.spell(result, 'result')}; }} data;" if returns else f"{room} }} data;")
    for number, each in enumerate(function.type.parameters):
        writer.lines(_store(unqualified(each), number))
    writer.line(f"_cffi_call_python(&_cffi_externpy_{function.name}, data.bytes);")
    if returns:
        writer.line("return data.result;")


def _slots(function: FunctionDeclaration) -> int:
    """Return how many slots the arguments take."""
    parameters = [unqualified(each) for each in function.type.parameters]
    if _TWO_SLOTS in parameters[:-1]:
        position = f"{function.position.file}:{function.position.line}"
        raise FFIError(f"{position}: '{function.name}': in extern \"Python\" only the last parameter can be a '{_TWO_SLOTS.name}'")
    return len(parameters) + (_TWO_SLOTS in parameters)


def _store(ctype: CType, number: int) -> List[str]:
    """Return the statements that store one argument; what can be longer than a slot goes by address."""
    slot = f"data.bytes + {_SLOT * number}"
    if isinstance(ctype, Record) or ctype in _BY_ADDRESS:
        return [f"{{ void *address = &x{number}; memcpy({slot}, &address, sizeof(address)); }}"]
    return [f"memcpy({slot}, &x{number}, sizeof(x{number}));"]
