"""How C spells types and values: the names that the user's C code knows, also for records that have a typedef only."""

from __future__ import annotations

from cffi_build import model
from cffi_build.declarations import Declarations
from cffi_build.emit.scope import FILE, fields, find_record, is_nameless, parts, visible
from cffi_build.emit.typetable import length_name
from cffi_build.model import UNKNOWN_LENGTH, Array, Enum, Function, Pointer, Primitive, Qualified, Record, UnknownLength
from cffi_build.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterator, Optional, Tuple, Union

    from cffi_build.errors import FFIError
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


class Spelling:
    """Spells the types of one set of declarations."""

    def __init__(self, declarations: Declarations) -> None:
        self._declarations = declarations
        self._typedefs = dict(_needed_typedefs(declarations))
        self._known: Dict[CType, Tuple[str, str, str]] = {}
        self._places: Optional[Dict[Record, Place]] = None

    def spell(self, ctype: CType, declarator: str = "") -> str:
        """Return the C declaration of `declarator`, which begins with a name or a ``*`` if not empty, as a `ctype`."""
        alone, before, behind = self._known.get(ctype) or self.spelled(ctype)
        return f"{before}{declarator}{behind}" if declarator else alone

    def spelled(self, ctype: CType) -> Tuple[str, str, str]:
        """Return how `ctype` is written alone, and what stands before and behind a declarator."""
        known = self._known.get(ctype)
        if known is None:
            before, behind = self._around(ctype)
            known = self._known[ctype] = (before.rstrip(" ") + behind, before, behind)
        return known

    def _around(self, ctype: CType) -> Tuple[str, str]:
        """Return what stands before and behind a declarator: the typedef, or else what is around those of the types inside."""
        name = self._typedefs.get(ctype)
        if name is not None:
            return f"{name} ", ""
        if type(ctype) is Pointer:
            return self._around_pointer(ctype.target)
        if type(ctype) is Qualified:
            return self._around_qualified(ctype)
        if type(ctype) is Array:
            _, before, behind = self.spelled(ctype.item)
            return before, f"[{_length(ctype)}]{behind}"
        if type(ctype) is Function:
            _, before, behind = self.spelled(ctype.result)
            parameters = [self.spell(parameter) for parameter in ctype.parameters] + ["..."] * ctype.variadic
            return before, f"({', '.join(parameters) or 'void'}){behind}"
        return f"{_specifier(ctype)} ", ""

    def _around_pointer(self, target: CType) -> Tuple[str, str]:
        _, before, behind = self._known.get(target) or self.spelled(target)
        plain = target.base if type(target) is Qualified else target
        if type(plain) not in (Array, Function) or plain in self._typedefs:
            return f"{before}*", behind
        convention = "_cffi_stdcall " if type(plain) is Function and plain.abi else ""
        return f"{before.rstrip(' ')}({convention}*", f"){behind}"

    def _around_qualified(self, ctype: Qualified) -> Tuple[str, str]:
        _, before, behind = self.spelled(ctype.base)
        words = ctype.words().replace("restrict", "__restrict")  # which C++ has, too
        if type(ctype.base) is Pointer and ctype.base not in self._typedefs:
            return f"{before}{words} ", behind
        return f"{words} {before}", behind

    def can_spell(self, ctype: CType) -> bool:
        """Return whether the user's C code has names for everything in `ctype`."""
        try:
            self.spelled(ctype)
        except Exception as error:
            from cffi_build.errors import FFIError

            if isinstance(error, FFIError):
                return False
            raise
        return True

    def place(self, record: Record) -> Optional[Place]:
        """Return where the C compiler finds `record`, None when it cannot."""
        if is_nameless(record) and record not in self._typedefs:
            if self._places is None:
                self._places = dict(_places(self._declarations, self))
            return self._places.get(record)
        name = self.spell(record)
        return Place(f"({name} *)0", name)


def _length(ctype: Array) -> Union[int, str]:
    if ctype.length == UNKNOWN_LENGTH:
        raise _no_name(ctype, " here: give it a typedef")
    if isinstance(ctype.length, UnknownLength):
        return length_name(ctype.length)
    return "" if ctype.length is None else ctype.length


def _specifier(ctype: CType) -> str:
    """Return the words for a type that has no other inside; FFIError when it has no name."""
    if type(ctype) is Primitive:
        return _ALIASES.get(ctype.name, ctype.name)
    if ctype == FILE:
        return "FILE"
    if isinstance(ctype, (Record, Enum)):
        if ctype.name[0] == "$":
            raise _no_name(ctype, ", which is needed here: give it a tag or a typedef")
        return f"{ctype.kind if isinstance(ctype, Record) else 'enum'} {ctype.name}"
    return model.spelling(ctype)


def _no_name(ctype: CType, advice: str) -> FFIError:
    from cffi_build.errors import FFIError

    return FFIError(f"no C name for the type {model.spelling(ctype)!r}{advice}")


def _needed_typedefs(declarations: Declarations) -> Iterator[Tuple[CType, str]]:
    """Yield the types that go by the name of their typedef; the first typedef last.

    They are those with a part that has no name of its own, and records and enums with a tag: often the C code has
    only the typedef, and the tag is the cdef's invention. One with an alignment of its own is another type than the record with a tag.
    """
    seen = list(visible(declarations))
    nameless = any(_has_no_name(tag) for each in seen for tags in (each.records, each.enums) for tag in tags)
    for each in reversed(seen):
        for typedef in reversed(list(each.typedefs.values())):
            if typedef.align and isinstance(typedef.type, Record) and not _has_no_name(typedef.type):
                continue
            if isinstance(typedef.type, (Record, Enum)) or (nameless and any(map(_has_no_name, parts(typedef.type)))):
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

