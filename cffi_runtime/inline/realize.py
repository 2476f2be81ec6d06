"""From the model to the backend: the visitor that makes the ctype objects of an in-line `FFI`."""

from __future__ import annotations

import _cffi_backend
from cffi_build import model
from cffi_runtime import errors
from cffi_runtime.inline.records import Records

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Collection, Dict, List, Optional, Sequence, Tuple, Union

    from _cffi_backend import CType
    from cffi_build.declarations import Declarations, EnumDeclaration

    Named = Union[model.Record, model.Enum, model.UnknownInteger, model.UnknownFloat]

SIGNED_BASES = ("signed char", "short", "int", "long", "long long")
UNSIGNED_BASES = ("unsigned char", "unsigned short", "unsigned int", "unsigned long", "unsigned long long")


class Realizer:
    """The ctype objects of one `FFI`, each made once, when it is first needed. The caller holds `declare.LOCK`."""

    def __init__(self, declarations: Declarations) -> None:
        self._declarations = declarations
        self._names: Optional[Dict[model.CType, str]] = None
        self._included: List[Realizer] = []
        self._compiled: Optional[Callable[[str], CType]] = None
        self._in_module: Collection[object] = ()
        self._cache: Dict[model.CType, CType] = {}
        self._records = Records(self._visit, self._name_of, declarations)
        self._visitors: Dict[type, Callable[[Any], CType]] = {
            model.Void: lambda _: _cffi_backend.new_void_type(),
            model.Primitive: self._primitive,
            model.UnknownInteger: self._unknown_number,
            model.UnknownFloat: self._unknown_number,
            model.Qualified: lambda qualified: self._visit(qualified.base),
            model.Pointer: self._pointer,
            model.Array: self._array,
            model.Function: self._bare_function,
            model.Enum: self._enum,
        }

    def realize(self, ctype: model.CType, *, function_as_pointer: bool = False) -> CType:
        """Return the ctype of `ctype`, or of a pointer to it if it is a function type and that is allowed.

        A struct named by value is complete, unless it is opaque.
        """
        if function_as_pointer and isinstance(ctype, model.Function):
            ctype = model.Pointer(ctype)
        made = self._visit(ctype)
        self._complete_waiting()
        return made

    def redeclare(self, declarations: Declarations, *, override: bool = False) -> None:
        """Take over the declarations of a further cdef; what was opaque may get its fields now, in the same ctype object."""
        self._declarations = declarations
        self._names = None
        if override:
            self._forget()
        self._records.declare(declarations)

    def include(self, other: Realizer) -> None:
        """Let structs and enums that `other` declares be its ctype objects."""
        self._included.append(other)

    def adopt(self, typeof: Callable[[str], CType], names: Collection[object]) -> None:
        """Take the records, enums and typedefs in `names` from a compiled module; `typeof` is that of its ffi."""
        self._compiled = typeof
        self._in_module = names
        self._forget()

    def reason(self, ctype: CType) -> Optional[Exception]:
        """Return why the struct or union `ctype` is incomplete, if for another reason than being opaque."""
        found = [self._records.reasons.get(ctype), *(other.reason(ctype) for other in self._included)]
        return next((reason for reason in found if reason), None)

    def _forget(self) -> None:
        self._cache.clear()
        self._records = Records(self._visit, self._name_of, self._declarations)

    def _complete_waiting(self) -> None:
        for realizer in (self, *self._included):
            realizer._records.complete_waiting()

    def _visit(self, ctype: model.CType) -> CType:
        if isinstance(ctype, model.Record):
            return self._record(ctype, complete=True)
        made = self._cache.get(ctype)
        if made is None:
            made = self._cache[ctype] = self._visitors[type(ctype)](ctype)
        return made

    def _primitive(self, ctype: model.Primitive) -> CType:
        try:
            return _cffi_backend.new_primitive_type(ctype.name)
        except KeyError:
            return _cffi_backend.FFI().typeof(ctype.name)

    def _unknown_number(self, ctype: Union[model.UnknownInteger, model.UnknownFloat]) -> CType:
        made = self._from_compiled(ctype)
        if made is None:
            raise errors.unknown_number(ctype.name)
        return made

    def _pointer(self, ctype: model.Pointer) -> CType:
        target = model.unqualified(ctype.target)
        if isinstance(target, model.Function):
            return self._function_pointer(target)
        if isinstance(target, model.Record):
            return _cffi_backend.new_pointer_type(self._record(target, complete=False))
        return _cffi_backend.new_pointer_type(self._visit(target))

    def _array(self, ctype: model.Array) -> CType:
        if not (ctype.length is None or isinstance(ctype.length, int)):
            raise errors.missing(model.spelling(ctype), "its length")
        return _cffi_backend.new_array_type(_cffi_backend.new_pointer_type(self._visit(ctype.item)), ctype.length)

    def _bare_function(self, ctype: model.Function) -> CType:
        raise errors.bare_function(model.spelling(ctype))

    def _function_pointer(self, ctype: model.Function) -> CType:
        parameters = tuple(self._parameter(parameter) for parameter in ctype.parameters)
        arguments: Tuple[Any, ...] = (parameters, self._visit(ctype.result), ctype.variadic)
        if ctype.abi:
            # only 32-bit Windows has more than one convention; elsewhere the word means nothing
            arguments += (getattr(_cffi_backend, "FFI_STDCALL", _cffi_backend.FFI_DEFAULT_ABI),)
        return _cffi_backend.new_function_type(*arguments)

    def _parameter(self, ctype: model.CType) -> CType:
        """C11 6.7.6.3p7, p8: a parameter of array or function type is adjusted to a pointer."""
        plain = model.unqualified(ctype)
        if isinstance(plain, model.Array):
            return self._visit(model.Pointer(plain.item))
        if isinstance(plain, model.Function):
            return self._function_pointer(plain)
        return self._visit(plain)

    def _record(self, ctype: model.Record, *, complete: bool) -> CType:
        made = self._from_compiled(ctype)
        if made is not None:
            return made
        owner = self._owner(ctype)
        if owner is not self:
            return owner._record(ctype, complete=complete)
        return self._records.complete(ctype) if complete else self._records.reference(ctype)

    def _enum(self, ctype: model.Enum) -> CType:
        made = self._from_compiled(ctype)
        if made is not None:
            return made
        owner = self._owner(ctype)
        return owner._new_enum(ctype) if owner is self else owner._visit(ctype)

    def _owner(self, ctype: Union[model.Record, model.Enum]) -> Realizer:
        """Return the realizer of the FFI that says what is in `ctype`: this one, or one that it includes."""
        if self._describes(ctype):
            return self
        return next((owner for owner in (other._owner(ctype) for other in self._included) if owner._mentions(ctype)), self)

    def _mentions(self, ctype: Union[model.Record, model.Enum]) -> bool:
        return ctype in self._declarations.records or ctype in self._declarations.enums

    def _describes(self, ctype: Union[model.Record, model.Enum]) -> bool:
        if isinstance(ctype, model.Enum):
            enum = self._declarations.enums.get(ctype)
            return enum is not None and enum.enumerators is not None
        record = self._declarations.records.get(ctype)
        return record is not None and record.fields is not None

    def _from_compiled(self, ctype: Named) -> Optional[CType]:
        name = ctype if isinstance(ctype, (model.Record, model.Enum)) else ctype.name
        if self._compiled is None or name not in self._in_module:
            return None  # no verify() yet, or declared after it
        return self._compiled(model.spelling(ctype))

    def _name_of(self, tag: Union[model.Record, model.Enum]) -> str:
        """Return what a new ctype is called: by the first typedef that there is, else by its tag."""
        if self._names is None:
            typedefs = reversed(list(self._declarations.typedefs.values()))
            self._names = {typedef.type: typedef.name for typedef in typedefs}
        return self._names.get(tag) or model.spelling(tag)

    def _new_enum(self, ctype: model.Enum) -> CType:
        name = self._name_of(ctype)
        declaration = self._declarations.enums.get(ctype)
        pairs = _enumerators(name, declaration)
        values = [value for _, value in pairs]
        base = self._enum_base(name, values, packed=declaration is not None and declaration.packed)
        return _cffi_backend.new_enum_type(name, tuple(key for key, _ in pairs), tuple(values), base)

    def _enum_base(self, name: str, values: Sequence[int], *, packed: bool) -> CType:
        """Return the smallest integer type, from int upwards unless `packed`, that holds all `values`, as gcc and clang choose it."""
        least, most = min(values, default=0), max(values, default=0)
        for base in (SIGNED_BASES if least < 0 else UNSIGNED_BASES)[0 if packed else 2:]:
            ctype = _cffi_backend.new_primitive_type(base)
            bits = 8 * _cffi_backend.sizeof(ctype) - (least < 0)
            if -(1 << bits) <= least and most < 1 << bits:
                return ctype
        raise errors.enum_too_wide(name, least, most)


def _enumerators(name: str, declaration: Optional[EnumDeclaration]) -> List[Tuple[str, int]]:
    if declaration is None or declaration.enumerators is None:
        import warnings

        warnings.warn(f"'{name}' has no values explicitly defined; guessing that it is equivalent to 'unsigned int'", stacklevel=2)
        return []
    known = [(key, value) for key, value in declaration.enumerators if value is not None]
    if declaration.partial or len(known) != len(declaration.enumerators):
        raise errors.missing(name, "its values and its size")
    return known
