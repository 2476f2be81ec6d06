"""What the printers of one C file share: its declarations, the tables they fill, how functions pass the values of each type."""

from __future__ import annotations

from cffi_build.declarations import Declarations
from cffi_build.emit.scope import Scope, is_integer, scope
from cffi_build.emit.spelling import Spelling
from cffi_build.emit.typetable import TypeTable
from cffi_build.model import Enum, Function, Pointer, Primitive, Record, UnknownFloat, Void, unqualified
from cffi_build.primitives import BY_NAME
from cffi_build.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Collection, Dict, List, Sequence, Tuple

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


class Conversion(Value):
    """How values of one type, without its qualifiers, are passed."""

    opcode: str
    name: str
    before: str
    behind: str
    """How C writes the type alone, and what stands before and behind a declarator."""
    code: str
    """The C expression for the code."""
    argument: Tuple[str, str]
    """The expression for one that has been converted: what stands around the number of its slot."""
    result: str
    """The beginning of the statement that stores one; "" for void."""
    in_memory: bool
    """A slot holds the address, because the value may be longer."""
    by_address: bool
    """PyPy passes the address."""


class Conversions:
    """The conversions of the types that were met so far."""

    def __init__(self, spelling: Spelling, types: TypeTable) -> None:
        self._spelling, self._types = spelling, types
        self._known: Dict[CType, Conversion] = {}

    def of(self, ctypes: Sequence[CType]) -> List[Conversion]:
        """Return the conversions for results or parameters. Raises `FFIError` when C has no name for one of these types."""
        known = self._known
        return [known.get(ctype) or known.setdefault(ctype, self._conversion(unqualified(ctype))) for ctype in ctypes]

    def use_char16(self) -> bool:
        """Return whether there is a `char16_t` or `char32_t`, for which the runtime must be newer."""
        return any(known.code in ("_CFFI_PRIM_CHAR16", "_CFFI_PRIM_CHAR32") for known in self._known.values())

    def use_memory(self) -> bool:
        """Return whether there are values that may be longer than a slot."""
        return any(known.in_memory for known in self._known.values())

    def _conversion(self, ctype: CType) -> Conversion:
        alone, before, behind = self._spelling.spelled(ctype)
        opcode = self._types.opcode(ctype)
        if type(ctype) is Pointer:
            code = "_CFFI_CODE_FUNCTION" if type(unqualified(ctype.target)) is Function else "_CFFI_CODE_POINTER"
            return Conversion(opcode, alone, before, behind, code, (f"({alone})v[", "].p"), "v[0].p = (void *)", False, False)
        if type(ctype) is Enum:
            argument, result = (f"_cffi_enum({alone}, v[", "])"), f"_cffi_enum({alone}, v[0]) = "
            return Conversion(opcode, alone, before, behind, "_CFFI_CODE_ENUM", argument, result, False, False)
        in_memory, by_address = _is_in_memory(ctype), type(ctype) is Record or _is_complex(ctype)
        member = _member(ctype)
        argument, result = (f"({alone})v[", f"].{member}"), f"v[0].{member} = {'(long long)' if member == 'i' else ''}"
        if in_memory:
            pointer = self._spelling.spell(Pointer(ctype))
            argument, result = (f"*({pointer})v[", "].p"), f"*({pointer})v[0].p = "
        elif isinstance(ctype, Void):
            result = ""
        return Conversion(opcode, alone, before, behind, _code(ctype, alone), argument, result, in_memory, by_address)


class Unit(Value):
    """One C file in the making."""

    module_name: str
    declarations: Declarations
    scope: Scope
    spelling: Spelling
    conversions: Conversions
    types: TypeTable
    strict: bool
    """Sizes, offsets and values are compared by the C compiler, not left to the runtime."""
    hold_gil: Collection[str]
    """Names of functions that are called without releasing the GIL."""

    def spell(self, ctype: CType, declarator: str = "") -> str:
        """Return the C declaration of `declarator` as a `ctype`."""
        return self.spelling.spell(ctype, declarator)


def make_unit(module_name: str, declarations: Declarations, *, strict: bool, hold_gil: Collection[str]) -> Unit:
    """Return the unit for a C module with `declarations`."""
    listed = scope(declarations, flatten=True)
    spelling = Spelling(declarations)
    types = TypeTable(listed.records, listed.enums)
    conversions = Conversions(spelling, types)
    return Unit(module_name, declarations, listed, spelling, conversions, types, strict, hold_gil)


def _member(ctype: CType) -> str:
    """Return the member of a slot that holds numbers of the type `ctype`."""
    is_float = isinstance(ctype, UnknownFloat) or (isinstance(ctype, Primitive) and ctype.name in ("float", "double"))
    return "d" if is_float else "i"


def _code(ctype: CType, name: str) -> str:
    if isinstance(ctype, Primitive) and ctype.name in _SIMPLE:
        return _SIMPLE[ctype.name]
    if isinstance(ctype, UnknownFloat):
        return f"_cffi_float_code({name})"
    if is_integer(ctype):
        return f"_cffi_code({name})"
    if isinstance(ctype, Void):
        return "_CFFI_PRIM_VOID"
    return "_CFFI_CODE_RECORD" if isinstance(ctype, Record) else "_CFFI_CODE_MEMORY"


def _is_in_memory(ctype: CType) -> bool:
    return isinstance(ctype, Record) or (isinstance(ctype, Primitive) and ctype.name in IN_MEMORY) or _is_complex(ctype)


def _is_complex(ctype: CType) -> bool:
    return isinstance(ctype, Primitive) and BY_NAME[ctype.name].kind == "complex"
