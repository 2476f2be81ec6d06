"""Conversions of arguments and results in the wrappers: which helper of cffi_module.h serves which type."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Dict, Iterator, Optional

from cffi_build.emit.unit import Unit, functions, is_integer
from cffi_build.model import CType, Function, Pointer, Primitive, Record, UnknownFloat, UnknownInteger, Void, unqualified
from cffi_build.primitives import BY_NAME

_CHARACTERS = {"char": "char", "wchar_t": "wchar_t", "char16_t": "char16", "char32_t": "char32"}
"""Primitive: what its helpers are called."""


@dataclass(frozen=True)
class Parameter:
    """How one argument reaches C."""

    local: str
    """The declaration of the local variable that receives it."""
    convert: str
    """An expression, true when the conversion fails."""
    argument: str
    """What is passed on."""
    needs_memory: bool = False


def to_c(unit: Unit, ctype: CType, name: str, source: str, index: int) -> Parameter:
    """Return how `source`, a Python object, is converted into the local variable `name` of type `ctype`."""
    realized = unit.type_at(index)
    if isinstance(ctype, Pointer):
        cast = f"({unit.spell(ctype)}){name}"
        if isinstance(unqualified(ctype.target), Function):
            return Parameter(f"void *{name}", f"_cffi_to_function({source}, {realized}, &{name})", cast)
        return Parameter(f"void *{name}", f"_cffi_to_pointer({source}, {realized}, &{name}, &memory)", cast, needs_memory=True)
    helper = helper_name(ctype)
    local = unit.spell(ctype, name)
    if helper is None:
        return Parameter(local, f"_cffi_to_value({source}, {realized}, &{name})", name)
    return Parameter(local, f"_cffi_to_{helper}({source}, &{name})", name)


def helper_name(ctype: CType) -> Optional[str]:
    """Return what the helper for arguments of `ctype` is called, None when the runtime does it all."""
    if isinstance(ctype, (UnknownInteger, UnknownFloat)):
        return f"typedef_{ctype.name}"
    if not isinstance(ctype, Primitive) or BY_NAME[ctype.name].kind == "complex":
        return None
    return _CHARACTERS.get(ctype.name) or re.sub(r"\W", "_", ctype.name).lstrip("_").lower()


def helpers(unit: Unit) -> Iterator[str]:
    """Yield the macro calls that define the helpers which the functions of `unit` need, in the order of their names."""
    needed: Dict[str, CType] = {}
    for function in functions(unit.declarations):
        for ctype in map(unqualified, function.type.parameters):
            name = helper_name(ctype)
            if name is not None:
                needed[name] = ctype
    for name, ctype in sorted(needed.items()):
        macro = _definition(ctype)
        if macro:
            yield f"{macro}({name}, {unit.spell(ctype)})"


def _definition(ctype: CType) -> str:
    """Return the macro that defines the helper; "" when cffi_module.h has the helper itself."""
    if is_integer(ctype) and ctype != Primitive("_Bool"):
        return "_CFFI_DEFINE_TO_INTEGER"
    if isinstance(ctype, UnknownFloat) or ctype in (Primitive("float"), Primitive("double")):
        return "_CFFI_DEFINE_TO_FLOAT"
    return ""


def result_in_python(unit: Unit, function: Function) -> str:
    """Return the expression that converts the local variable `result` of a wrapper into a new Python object."""
    ctype = unqualified(function.result)
    realized = unit.type_at(unit.types.index(ctype))
    if isinstance(ctype, Void):
        return "_cffi_none()"
    if isinstance(ctype, Pointer):
        return f"_cffi_from_c_pointer((char *)result, {realized})"
    if isinstance(ctype, Record):
        return f"_cffi_from_c_struct((char *)&result, {realized})"
    return _simple_result(unit, ctype) or f"_cffi_from_c_deref((char *)&result, {realized})"


def _simple_result(unit: Unit, ctype: CType) -> str:
    if ctype == Primitive("_Bool"):
        return "PyBool_FromLong(result)"
    if is_integer(ctype):
        return f"_cffi_from_integer(result, {unit.spell(ctype)})"
    if ctype in (Primitive("float"), Primitive("double")):
        return "PyFloat_FromDouble(result)"
    if isinstance(ctype, Primitive) and ctype.name in _CHARACTERS:
        return f"_cffi_from_{_CHARACTERS[ctype.name]}(result)"
    return ""


def is_by_address(ctype: CType) -> bool:
    """Return whether PyPy passes values of `ctype` by address."""
    ctype = unqualified(ctype)
    return isinstance(ctype, Record) or (isinstance(ctype, Primitive) and BY_NAME[ctype.name].kind == "complex")


def uses_char16(unit: Unit) -> bool:
    """Return whether a wrapper converts a `char16_t` or `char32_t`, for which the runtime must be newer."""
    wide = (Primitive("char16_t"), Primitive("char32_t"))
    signatures = (function.type for function in functions(unit.declarations))
    return any(unqualified(each) in wide for signature in signatures for each in (signature.result, *signature.parameters))
