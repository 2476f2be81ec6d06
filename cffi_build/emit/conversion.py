"""How wrapped functions convert arguments and results: the codes and expressions that cffi_call.h explains."""

from __future__ import annotations

from cffi_build.emit.entries import functions, is_integer
from cffi_build.emit.unit import Unit
from cffi_build.model import Enum, Function, Pointer, Primitive, Record, UnknownFloat, Void, unqualified
from cffi_build.primitives import BY_NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cffi_build.model import CType


_SIMPLE = {
    "_Bool": "_CFFI_PRIM_BOOL",
    "char": "_CFFI_PRIM_CHAR",
    "wchar_t": "_CFFI_PRIM_WCHAR",
    "char16_t": "_CFFI_PRIM_CHAR16",
    "char32_t": "_CFFI_PRIM_CHAR32",
    "float": "_CFFI_PRIM_FLOAT",
    "double": "_CFFI_PRIM_DOUBLE",
}


IN_MEMORY = ("long double", "__int128", "unsigned __int128", "_Float16")
"""Numbers that are converted where they lie: no member of a slot is of their type."""


def code(unit: Unit, ctype: CType) -> str:
    """Return the C expression for the code of a result or parameter."""
    ctype = unqualified(ctype)
    if isinstance(ctype, Pointer):
        return "_CFFI_CODE_FUNCTION" if isinstance(unqualified(ctype.target), Function) else "_CFFI_CODE_POINTER"
    if isinstance(ctype, Primitive) and ctype.name in _SIMPLE:
        return _SIMPLE[ctype.name]
    if isinstance(ctype, UnknownFloat):
        return f"_cffi_float_code({ctype.name})"
    if is_integer(ctype):
        return f"_cffi_code({unit.spell(ctype)})"
    if isinstance(ctype, Void):
        return "_CFFI_PRIM_VOID"
    if isinstance(ctype, Enum):
        return "_CFFI_CODE_ENUM"
    return "_CFFI_CODE_RECORD" if isinstance(ctype, Record) else "_CFFI_CODE_MEMORY"


def is_in_memory(ctype: CType) -> bool:
    """Return whether a slot holds the address of a value of `ctype`, because the value may be longer."""
    ctype = unqualified(ctype)
    return isinstance(ctype, Record) or (isinstance(ctype, Primitive) and ctype.name in IN_MEMORY) or _is_complex(ctype)


def argument(unit: Unit, ctype: CType, number: int) -> str:
    """Return the expression for parameter `number`, which has been converted."""
    ctype, slot = unqualified(ctype), f"v[{number}]"
    if isinstance(ctype, Enum) or is_in_memory(ctype):
        return _value(unit, ctype, slot)
    return f"({unit.spell(ctype)}){slot}.{_member(ctype)}"


def assignment(unit: Unit, ctype: CType, call: str) -> str:
    """Return the statement that stores the result of `call`."""
    ctype = unqualified(ctype)
    if isinstance(ctype, Void):
        return f"{call};"
    if isinstance(ctype, Enum) or is_in_memory(ctype):
        return f"{_value(unit, ctype, 'v[0]')} = {call};"
    cast = "(void *)" if isinstance(ctype, Pointer) else "(long long)" if _member(ctype) == "i" else ""
    return f"v[0].{_member(ctype)} = {cast}{call};"


def _value(unit: Unit, ctype: CType, slot: str) -> str:
    """Return the value of an enum, or of what is in memory."""
    if isinstance(ctype, Enum):
        return f"_cffi_enum({unit.spell(ctype)}, {slot})"
    return f"*({unit.spell(Pointer(ctype))}){slot}.p"


def _member(ctype: CType) -> str:
    """Return the member of a slot that holds values of `ctype`."""
    if isinstance(ctype, Pointer):
        return "p"
    is_float = isinstance(ctype, UnknownFloat) or ctype in (Primitive("float"), Primitive("double"))
    return "d" if is_float else "i"


def is_by_address(ctype: CType) -> bool:
    """Return whether PyPy passes values of `ctype` by address."""
    ctype = unqualified(ctype)
    return isinstance(ctype, Record) or _is_complex(ctype)


def _is_complex(ctype: CType) -> bool:
    return isinstance(ctype, Primitive) and BY_NAME[ctype.name].kind == "complex"


def uses_char16(unit: Unit) -> bool:
    """Return whether a wrapper converts a `char16_t` or `char32_t`, for which the runtime must be newer."""
    wide = (Primitive("char16_t"), Primitive("char32_t"))
    signatures = (function.type for function in functions(unit.declarations))
    return any(unqualified(each) in wide for signature in signatures for each in (signature.result, *signature.parameters))
