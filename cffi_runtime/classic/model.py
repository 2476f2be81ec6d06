"""C types in the shape of `cffi.model`: read-only views of our own model, for code that inspects what an `FFI` declares."""

from __future__ import annotations

from cffi_build import model
from cffi_build.primitives import BY_NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, Dict, Optional, Tuple, Type

    from cffi_build.declarations import Declarations, EnumDeclaration, RecordDeclaration

__all__ = [
    "Q_CONST", "Q_RESTRICT", "Q_VOLATILE", "ArrayType", "BaseFunctionType", "BasePrimitiveType", "BaseType", "ConstPointerType",
    "EnumType", "FunctionPtrType", "PointerType", "PrimitiveType", "RawFunctionType", "StructOrUnion", "StructOrUnionOrEnum",
    "StructType", "UnionType", "UnknownFloatType", "UnknownIntegerType", "VoidType",
]  # fmt: skip

Q_CONST, Q_RESTRICT, Q_VOLATILE = 1, 2, 4


_KIND_LETTERS = {"bool": "i", "char": "c", "signed": "i", "unsigned": "i", "float": "f", "complex": "j", "void": ""}


class BaseType:
    """A C type and the declarations that tell what is in it."""

    is_array_type = False
    is_raw_function = False

    def __init__(self, ctype: Any, declarations: Declarations) -> None:
        self._ctype = ctype
        self._declarations = declarations

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._ctype == other._ctype

    def __hash__(self) -> int:
        return hash(self._ctype)

    def __repr__(self) -> str:
        return f"<{self.get_c_name()}>"

    def get_c_name(self, replace_with: str = "") -> str:
        """Return how C declares `replace_with` as a value of this type."""
        before, after = self._around()
        replace_with = replace_with.strip()
        if replace_with.startswith("*") and after.startswith("["):
            replace_with = f"({replace_with})"
        elif replace_with and replace_with[0] not in "[(":
            replace_with = " " + replace_with
        return before + replace_with + after

    def is_integer_type(self) -> bool:
        """Tell whether values are integers."""
        return False

    def _view(self, ctype: model.CType) -> BaseType:
        return view(ctype, self._declarations)[0]

    def _around(self) -> Tuple[str, str]:
        """Return what stands before and after the declared name."""
        return model.spelling(self._ctype), ""


class VoidType(BaseType):
    """``void``."""


class BasePrimitiveType(BaseType):
    """Any arithmetic type."""

    @property
    def name(self) -> str:
        """The name in C."""
        return str(self._ctype.name)


class PrimitiveType(BasePrimitiveType):
    """An arithmetic type of known size."""

    ALL_PRIMITIVE_TYPES: ClassVar[Dict[str, str]] = {name: _KIND_LETTERS[row.kind] for name, row in BY_NAME.items() if row.kind != "void"}
    """Every name, with a letter for what its values are: character, integer, floating-point or complex number."""

    def is_char_type(self) -> bool:
        """Tell whether values are characters."""
        return self._kind() == "char"

    def is_integer_type(self) -> bool:
        """Tell whether values are integers."""
        return self._kind() in ("signed", "unsigned", "bool")

    def is_float_type(self) -> bool:
        """Tell whether values are floating-point numbers."""
        return self._kind() == "float"

    def is_complex_type(self) -> bool:
        """Tell whether values are complex numbers."""
        return self._kind() == "complex"

    def _kind(self) -> str:
        return BY_NAME[self.name].kind


class UnknownIntegerType(BasePrimitiveType):
    """``typedef int... name;``."""

    def is_integer_type(self) -> bool:
        """Tell that values are integers."""
        return True


class UnknownFloatType(BasePrimitiveType):
    """``typedef float... name;``."""


class BaseFunctionType(BaseType):
    """A function."""

    @property
    def _function(self) -> model.Function:
        found: model.Function = self._ctype
        return found

    @property
    def args(self) -> Tuple[BaseType, ...]:
        """The types of the parameters."""
        return tuple(self._view(parameter) for parameter in self._function.parameters)

    @property
    def result(self) -> BaseType:
        """The type of the result."""
        return self._view(self._function.result)

    @property
    def ellipsis(self) -> bool:
        """Whether further arguments may follow."""
        return self._function.variadic

    @property
    def abi(self) -> Optional[str]:
        """The calling convention, None for the usual one."""
        return self._function.abi or None

    def _around_name(self, name: str) -> Tuple[str, str]:
        parameters = [parameter.get_c_name() for parameter in self.args] + ["..."] * self.ellipsis
        before, after = self.result._around()
        return f"{before}({name}", f")({', '.join(parameters) or 'void'}){after}"


class RawFunctionType(BaseFunctionType):
    """A function itself, as in ``typedef int name(int);``."""

    is_raw_function = True

    def _around(self) -> Tuple[str, str]:
        return self._around_name("")


class FunctionPtrType(BaseFunctionType):
    """A pointer to a function; also what a declared function is."""

    @property
    def _function(self) -> model.Function:
        target: model.Function = self._ctype.target
        return target

    def _around(self) -> Tuple[str, str]:
        return self._around_name("*")


class PointerType(BaseType):
    """A pointer to anything but a function."""

    @property
    def totype(self) -> BaseType:
        """What it points to."""
        return self._view(self._ctype.target)

    @property
    def quals(self) -> int:
        """The qualifiers of what it points to: a sum of Q_CONST, Q_RESTRICT and Q_VOLATILE."""
        return qualifiers(self._ctype.target)

    def _around(self) -> Tuple[str, str]:
        before, after = self.totype._around()
        words = [word for bit, word in _WORDS if self.quals & bit]
        star = " ".join(["", *words, "*"])
        return (f"{before}({star.strip()}", f"){after}") if after.startswith("[") else (before + star, after)


class ConstPointerType(PointerType):
    """A pointer to const."""


class ArrayType(BaseType):
    """An array."""

    is_array_type = True

    @property
    def item(self) -> BaseType:
        """The type of an item."""
        return self._view(self._ctype.item)

    @property
    def length(self) -> Any:
        """The number of items; None if it is open, ``"..."`` if only the C compiler knows it."""
        return "..." if isinstance(self._ctype.length, model.UnknownLength) else self._ctype.length

    def _around(self) -> Tuple[str, str]:
        before, after = self.item._around()
        length = {None: "", "...": "/*...*/"}.get(self.length, self.length)
        return before, f"[{length}]{after}"


class StructOrUnionOrEnum(BaseType):
    """A type with a tag."""

    @property
    def name(self) -> str:
        """The tag; ``$name`` where only a typedef names the type, ``$1``, ``$2`` … where nothing does."""
        return str(self._ctype.name)


class StructOrUnion(StructOrUnionOrEnum):
    """A struct or union. The attributes about fields are None when it is opaque."""

    @property
    def _fields(self) -> Optional[Tuple[Any, ...]]:
        found: Optional[RecordDeclaration] = self._declarations.records.get(self._ctype)
        return found.fields if found else None

    @property
    def fldnames(self) -> Optional[Tuple[str, ...]]:
        """The names of the fields."""
        return self._fields and tuple(field.name for field in self._fields)

    @property
    def fldtypes(self) -> Optional[Tuple[BaseType, ...]]:
        """The types of the fields."""
        return self._fields and tuple(self._view(field.type) for field in self._fields)

    @property
    def fldbitsize(self) -> Optional[Tuple[int, ...]]:
        """The numbers of bits of the fields, -1 where a field is no bit-field."""
        return self._fields and tuple(-1 if field.bits is None else field.bits for field in self._fields)

    @property
    def fldquals(self) -> Optional[Tuple[int, ...]]:
        """The qualifiers of the fields."""
        return self._fields and tuple(qualifiers(field.type) for field in self._fields)


class StructType(StructOrUnion):
    """A struct."""


class UnionType(StructOrUnion):
    """A union."""


class EnumType(StructOrUnionOrEnum):
    """An enum."""

    @property
    def _pairs(self) -> Tuple[Tuple[str, Optional[int]], ...]:
        found: Optional[EnumDeclaration] = self._declarations.enums.get(self._ctype)
        return (found and found.enumerators) or ()

    @property
    def enumerators(self) -> Tuple[str, ...]:
        """The names of the values."""
        return tuple(name for name, _ in self._pairs)

    @property
    def enumvalues(self) -> Tuple[Optional[int], ...]:
        """The values, None where only the C compiler knows one."""
        return tuple(value for _, value in self._pairs)


_WORDS = ((Q_RESTRICT, "__restrict"), (Q_VOLATILE, "volatile"), (Q_CONST, "const"))
_CLASSES: Dict[Type[Any], Type[BaseType]] = {
    model.Void: VoidType,
    model.Primitive: PrimitiveType,
    model.UnknownInteger: UnknownIntegerType,
    model.UnknownFloat: UnknownFloatType,
    model.Array: ArrayType,
    model.Function: RawFunctionType,
    model.Enum: EnumType,
}


def view(ctype: model.CType, declarations: Declarations) -> Tuple[BaseType, int]:
    """Return the view of `ctype` and its outermost qualifiers."""
    plain = model.unqualified(ctype)
    if isinstance(plain, model.Record):
        kind: Type[BaseType] = UnionType if plain.kind == "union" else StructType
    elif isinstance(plain, model.Pointer):
        kind = _pointer_class(model.unqualified(plain.target), qualifiers(plain.target))
    else:
        kind = _CLASSES[type(plain)]
    return kind(plain, declarations), qualifiers(ctype)


def _pointer_class(target: model.CType, quals: int) -> Type[BaseType]:
    if isinstance(target, model.Function):
        return FunctionPtrType
    return ConstPointerType if quals == Q_CONST else PointerType


def qualifiers(ctype: model.CType) -> int:
    """Return the outermost qualifiers of `ctype` as a sum of Q_CONST, Q_RESTRICT and Q_VOLATILE."""
    if not isinstance(ctype, model.Qualified):
        return 0
    return ctype.const * Q_CONST + ctype.restrict * Q_RESTRICT + ctype.volatile * Q_VOLATILE
