"""How the stub of a module writes C types as Python annotations: what reading a value gives, and what may be stored or passed."""

from __future__ import annotations

from cffi_build import model
from cffi_build.emit.scope import FILE, is_opaque
from cffi_build.model import Array, Enum, Function, Pointer, Primitive, Qualified, Record, UnknownFloat, UnknownInteger, Void, unqualified
from cffi_build.primitives import BY_NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Collection, Dict, List, Mapping, Sequence

    from cffi_build.declarations import Declarations
    from cffi_build.model import CType

_READ = {"bool": "_b.bool", "signed": "int", "unsigned": "int", "float": "float", "complex": "_b.complex"}
_WRITE = {"bool": "_t.Integer", "signed": "_t.Integer", "unsigned": "_t.Integer", "float": "_t.Real", "complex": "_t.Complex"}
_BYTES = ("char", "signed char", "unsigned char", "int8_t", "uint8_t")

_NESTED = ("_t.CData", "_b.bytes", "_b.str", "_Sequence[_Any]", "_Mapping[_b.str, _Any]")
"""What arrays, structs and unions can be made of."""


def record_class(record: Record) -> str:
    """Return the name of the class of a struct or union.

    >>> [record_class(Record("struct", name)) for name in ("point", "$point_t", "$3")]
    ['_struct_point', '_type_point_t', '_struct_3']
    """
    name = record.name.lstrip("$")
    return f"_type_{name}" if record.name.startswith("$") and not name.isdigit() else f"_{record.kind}_{name}"


def enum_class(enum: Enum) -> str:
    """Return the name of the class of an enum that has one."""
    return f"_type_{enum.name[1:]}" if enum.name.startswith("$") else f"_enum_{enum.name}"


class Annotations:
    """Writes the types of one set of declarations. Each method takes a type and returns the text of an annotation."""

    def __init__(self, declarations: Declarations, enum_classes: Mapping[Enum, bool]) -> None:
        self._declarations = declarations
        self._known: Dict[CType, str] = {strip(enum): enum_class(enum) for enum in enum_classes}

    def read(self, ctype: CType) -> str:
        """Return what reading a value gives."""
        ctype = strip(ctype)
        text = self._known.get(ctype)
        if text is None:
            text = self._known[ctype] = self._read(ctype)
        return text

    def _read(self, ctype: CType) -> str:
        if isinstance(ctype, Void):
            return "None"
        if isinstance(ctype, Pointer):
            return self.pointer(ctype.target)
        if isinstance(ctype, Array):
            return f"_t.Array[{self._of_items(ctype.item)}]"
        if isinstance(ctype, Function):
            return self.function(ctype)
        if isinstance(ctype, Record):
            return record_class(ctype) if self.has_members(ctype) else "_t.Record"
        return _primitive(ctype, _READ)

    def has_members(self, ctype: CType) -> bool:
        """Return whether `ctype` is a struct or union that is declared with members."""
        return isinstance(ctype, Record) and ctype != FILE and not is_opaque(self._declarations, ctype)

    def pointer(self, target: CType) -> str:
        """Return what a pointer to `target` is."""
        target = strip(target)
        if isinstance(target, Void):
            return "_t.VoidPointer"
        if isinstance(target, Function):
            return self.function(target)
        if isinstance(target, Record) and self.has_members(target):
            return f"_ptr{record_class(target)}"
        return f"_t.Pointer[{self._of_items(target)}]"

    def array(self, item: CType) -> str:
        """Return what an array of `item` is."""
        return f"_t.Array[{self._of_items(strip(item))}]"

    def _of_items(self, item: CType) -> str:
        """Return the tag, what is read, what may be written."""
        if isinstance(item, Record) and not self.has_members(item):
            return f"{tag(item)}, _Never, _Never"
        return f"{tag(item)}, {self.read(item)}, {self.write(item)}"

    def function(self, ctype: Function) -> str:
        """Return what a pointer to a function is."""
        parameters = "..." if ctype.variadic else f"[{', '.join(map(self.argument, ctype.parameters))}]"
        return f"_t.Function[{parameters}, {self.read(ctype.result)}]"

    def callable(self, ctype: Function) -> str:
        """Return what a function in Python must be, to be called from C as a `ctype`."""
        return f"_Callable[[{', '.join(map(self.read, ctype.parameters))}], {self.write(ctype.result)}]"

    def write(self, ctype: CType) -> str:
        """Return what may be stored, or returned to C."""
        ctype = strip(ctype)
        if isinstance(ctype, Pointer):
            return self._address(ctype.target)
        if isinstance(ctype, Array):
            return f"_t.ArrayInit[{tag(ctype.item)}, {self.write(ctype.item)}]{_texts(ctype.item)}"
        if isinstance(ctype, Record):
            return f"_init{record_class(ctype)}" if self.has_members(ctype) else self.read(ctype)
        return "None" if isinstance(ctype, Void) else _primitive(ctype, _WRITE)

    def any_of(self, ctypes: Collection[CType]) -> str:
        """Return what may be stored in one of several places: loosely, where mypy could not say which of them a list with dicts is for."""
        texts = dict.fromkeys(map(self.write, ctypes))
        nested = {self.write(ctype): _is_record(ctype) for ctype in ctypes if isinstance(strip(ctype), (Array, Record))}
        if len(nested) > 1 and any(nested.values()):
            texts = dict.fromkeys([*(text for text in texts if text not in nested), *_NESTED])
        return " | ".join(texts) or "_Never"

    def _address(self, target: CType) -> str:
        if isinstance(target, Void):
            return "_t.CData"
        if isinstance(target, Function):
            return f"{self.function(target)} | _t.VoidPointer"
        return f"_t.Address[{tag(target)}]"

    def argument(self, ctype: CType) -> str:
        """Return what may be passed to a C function."""
        ctype = strip(ctype)
        if not isinstance(ctype, Pointer) or isinstance(ctype.target, Function):
            return self.write(ctype)
        target = ctype.target
        if target == FILE:
            return "_t.File"
        if isinstance(target, Void):
            return "_t.CData | _b.bytes"
        if isinstance(target, Record) and not self.has_members(target):
            return self._address(target)
        return f"_t.Argument[{tag(target)}, {self.write(target)}]{_texts(target)}"


def _is_record(ctype: CType) -> bool:
    """Return whether `ctype` is a struct or union, or an array of some."""
    ctype = strip(ctype)
    return _is_record(ctype.item) if isinstance(ctype, Array) else isinstance(ctype, Record)


def strip(ctype: CType) -> CType:
    """Return `ctype` without any qualifier, on any level: the runtime knows none."""
    if isinstance(ctype, Qualified):
        return strip(ctype.base)
    if isinstance(ctype, Pointer):
        return Pointer(strip(ctype.target))
    if isinstance(ctype, Array):
        return Array(strip(ctype.item), ctype.length)
    if isinstance(ctype, Function):
        return ctype._replace(result=strip(ctype.result), parameters=tuple(map(strip, ctype.parameters)))
    return ctype


def tag(ctype: CType) -> str:
    """Return the C type as a `Literal`."""
    ctype = strip(ctype)
    return f'_Literal["{"FILE" if ctype == FILE else model.spelling(ctype)}"]'


def _texts(item: CType) -> str:
    """Return what else an array of `item` can be made of: bytes or str."""
    item = unqualified(item)
    if not isinstance(item, Primitive):
        return ""
    return " | _b.bytes" if item.name in _BYTES else " | _b.str" if BY_NAME[item.name].kind == "char" else ""


def _primitive(ctype: CType, words: Dict[str, str]) -> str:
    if isinstance(ctype, (Enum, UnknownInteger)):
        return words["signed"]
    if isinstance(ctype, UnknownFloat):
        return words["float"]
    assert isinstance(ctype, Primitive), ctype
    if ctype.name.startswith("long double") and words is _READ:
        return "_t.Number"
    kind = BY_NAME[ctype.name].kind
    return words[kind] if kind != "char" else "_b.bytes" if ctype.name == "char" else "_b.str"


def literal(texts: Sequence[str]) -> str:
    """Return a `Literal` of texts."""
    return f"_Literal[{', '.join(f'{chr(34)}{text}{chr(34)}' for text in texts)}]"


def with_star(texts: Sequence[str]) -> List[str]:
    """Return all ways to write a pointer to each of some types: with a space and without."""
    spaces = {text: ("",) if text.endswith("*") else (" ", "") for text in texts}
    return [f"{text}{space}*" for text in texts for space in spaces[text]]
