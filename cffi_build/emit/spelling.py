"""How C spells types and values: the names that the user's C code knows, also for records that have a typedef only."""

from __future__ import annotations

from cffi_build import model
from cffi_build.declarations import Declarations
from cffi_build.emit.scope import FILE, fields, find_record, is_nameless, parts, visible
from cffi_build.emit.typetable import length_name
from cffi_build.errors import FFIError
from cffi_build.model import UNKNOWN_LENGTH, Array, Enum, Function, Pointer, Primitive, Qualified, Record, UnknownLength
from cffi_build.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterator, Optional, Tuple

    from cffi_build.model import CType


_ALIASES = {
    "_Bool": "_cffi_bool_t",
    "ssize_t": "_cffi_ssize_t",
    "char16_t": "_cffi_char16_t",
    "char32_t": "_cffi_char32_t",
    "float _Complex": "_cffi_float_complex_t",
    "double _Complex": "_cffi_double_complex_t",
    "long double _Complex": "_cffi_long_double_complex_t",
}
"""Primitives that not every compiler spells alike: cffi_module.h defines these names."""

_HERE = "\0"
"""Stands for the declarator in a spelling that is taken apart."""

class Place(Value):
    """Where the C compiler finds a record: `pointer` is a null pointer to the type `root`, `path` leads inside.

    `root` is None, and the path empty, when only the pointer type has a name.
    """

    pointer: str
    root: Optional[str]
    path: str = ""

    def value(self, field: str = "") -> str:
        """Return an expression, never to be evaluated, for the record or one of its fields."""
        inside = f"{self.path}.{field}" if self.path and field else self.path or field
        return f"({self.pointer})->{inside}" if inside else f"*({self.pointer})"

    def offset(self, field: str) -> str:
        """Return the constant expression for the offset of `field`."""
        if self.root is None:
            return f"(size_t)&{self.value(field)}"
        if not self.path:
            return f"offsetof({self.root}, {field})"
        return f"offsetof({self.root}, {self.path}.{field}) - offsetof({self.root}, {self.path})"


class _Named(UnknownLength):
    """A length that has a name in C: `typedef`."""

    def __str__(self) -> str:
        return self.typedef


class Spelling:
    """Spells the types of one set of declarations."""

    def __init__(self, declarations: Declarations) -> None:
        self._declarations = declarations
        self._typedefs = dict(_needed_typedefs(declarations))
        self._translated: Dict[CType, CType] = {}
        self._spelled: Dict[CType, Tuple[str, str, str]] = {}
        self._places = dict(_places(declarations, self))

    def spell(self, ctype: CType, declarator: str = "") -> str:
        """Return the C declaration of `declarator`, which begins with a name or a ``*`` if not empty, as a `ctype`."""
        spelled = self._spelled.get(ctype)
        if spelled is None:
            spelled = self._spelled[ctype] = self._take_apart(ctype)
        alone, before, behind = spelled
        return f"{before}{declarator}{behind}" if declarator else alone

    def _take_apart(self, ctype: CType) -> Tuple[str, str, str]:
        """Return how `ctype` is written alone, and what stands before and behind a declarator."""
        function = ctype.target if type(ctype) is Pointer else None
        if type(function) is Function and not function.abi and ctype not in self._typedefs and function not in self._typedefs:
            before, behind = self._around_function(function)
        else:
            before, _, behind = _for_every_compiler(model.spelling(self.translate(ctype), _HERE)).partition(_HERE)
        return before.rstrip(" ") + behind, before, behind

    def _around_function(self, ctype: Function) -> Tuple[str, str]:
        """Return what stands around the declarator of a pointer to a function, made from the spellings of its parts."""
        self.spell(ctype.result)
        _, before, behind = self._spelled[ctype.result]
        parameters = [self.spell(parameter) for parameter in ctype.parameters] + ["..."] * ctype.variadic
        return f"{before.rstrip(' ')}(*", f")({', '.join(parameters) or 'void'}){behind}"

    def can_spell(self, ctype: CType) -> bool:
        """Return whether the user's C code has names for everything in `ctype`."""
        try:
            self.translate(ctype)
        except FFIError:
            return False
        return True

    def place(self, record: Record) -> Optional[Place]:
        """Return where the C compiler finds `record`, None when it cannot."""
        if is_nameless(record) and record not in self._typedefs:
            return self._places.get(record)
        name = self.spell(record)
        return Place(f"({name} *)0", name)

    def translate(self, ctype: CType) -> CType:
        """Return `ctype` in words that C has; a type that only a typedef names becomes a `Primitive` of that name."""
        if ctype not in self._translated:
            self._translated[ctype] = self._translate(ctype)
        return self._translated[ctype]

    def _translate(self, ctype: CType) -> CType:
        if ctype in self._typedefs:
            return Primitive(self._typedefs[ctype])
        if isinstance(ctype, Primitive):
            return Primitive(_ALIASES.get(ctype.name, ctype.name))
        if isinstance(ctype, (Qualified, Pointer, Array, Function)):
            return self._translate_inside(ctype)
        if isinstance(ctype, (Record, Enum)):
            return self._translate_tag(ctype)
        return ctype

    def _translate_inside(self, ctype: CType) -> CType:
        if isinstance(ctype, Qualified):
            return ctype._replace(base=self.translate(ctype.base))
        if isinstance(ctype, Pointer):
            return Pointer(self.translate(ctype.target))
        if isinstance(ctype, Function):
            parameters = tuple(map(self.translate, ctype.parameters))
            return ctype._replace(result=self.translate(ctype.result), parameters=parameters)
        assert isinstance(ctype, Array)
        length = ctype.length
        if length == UNKNOWN_LENGTH:
            raise FFIError(f"no C name for the type {model.spelling(ctype)!r} here: give it a typedef")
        return Array(self.translate(ctype.item), _Named(length_name(length)) if isinstance(length, UnknownLength) else length)

    def _translate_tag(self, tag: CType) -> CType:
        assert isinstance(tag, (Record, Enum))
        if tag == FILE:
            return Primitive("FILE")
        if tag.name.startswith("$"):
            raise FFIError(f"no C name for the type {model.spelling(tag)!r}, which is needed here: give it a tag or a typedef")
        return tag


def _for_every_compiler(text: str) -> str:
    """Return a spelling with words that C++ and every calling convention know."""
    if "restrict" not in text and "__stdcall" not in text:
        return text
    import re  # few types have such words

    return re.sub(r"\b__stdcall\b", "_cffi_stdcall", re.sub(r"\brestrict\b", "__restrict", text))


def _needed_typedefs(declarations: Declarations) -> Iterator[Tuple[CType, str]]:
    """Yield the types that go by the name of their typedef; the first typedef last.

    They are those with a part that has no name of its own, and records and enums with a tag: often the C code has
    only the typedef, and the tag is the cdef's invention.
    """
    for each in reversed(list(visible(declarations))):
        for typedef in reversed(list(each.typedefs.values())):
            if isinstance(typedef.type, (Record, Enum)) or any(map(_has_no_name, parts(typedef.type))):
                yield typedef.type, typedef.name


def _has_no_name(ctype: CType) -> bool:
    return isinstance(ctype, (Record, Enum)) and ctype.name.startswith("$")


def _places(declarations: Declarations, spelling: Spelling) -> Iterator[Tuple[Record, Place]]:
    """Yield where the nameless records are: behind a typedef of a pointer, or inside another record; the best place last."""
    for each in reversed(list(visible(declarations))):
        for record in reversed(list(each.records)):
            if not is_nameless(record) and spelling.can_spell(record):
                yield from _places_inside(declarations, spelling.spell(record), record)
        for typedef in reversed(list(each.typedefs.values())):
            yield from _places_behind(typedef.name, typedef.type)


def _places_behind(name: str, ctype: CType) -> Iterator[Tuple[Record, Place]]:
    if isinstance(ctype, Pointer):
        target = model.unqualified(ctype.target)
        if isinstance(target, Record) and is_nameless(target):
            yield target, Place(f"({name})0", None)


def _places_inside(declarations: Declarations, root: str, record: Record, path: str = "") -> Iterator[Tuple[Record, Place]]:
    declaration = find_record(declarations, record)
    if declaration is None:
        return
    for field in fields(declarations, declaration, flatten=True):
        inner, inside = model.unqualified(field.type), f"{path}{field.name}"
        while isinstance(inner, Array) and inner.length is not None:
            inner, inside = model.unqualified(inner.item), inside + "[0]"
        if isinstance(inner, Record) and is_nameless(inner) and field.name:
            yield inner, Place(f"({root} *)0", root, inside)
            yield from _places_inside(declarations, root, inner, inside + ".")

