"""What an installed module declares, read from its `ffi` and `lib`: so that the modules of other distributions can be included.

The module may be of either cffi. Its tables have no qualifiers and no comments; layouts are what the module says.
"""

from __future__ import annotations

import re
from types import ModuleType
from typing import Any, Optional, Tuple

from cffi_build.declarations import (
    ConstantDeclaration,
    Declarations,
    EnumDeclaration,
    Field,
    Position,
    RecordDeclaration,
    TypedefDeclaration,
)
from cffi_build.errors import FFIError
from cffi_build.model import Array, CType, Enum, Function, Pointer, Primitive, Record, Void

_FILE = Record("struct", "_IO_FILE")


def describe(module: ModuleType) -> Declarations:
    """Return what `module` declares: its types and integer constants. Raises `FFIError` if it was not made by cffi."""
    return _Reader(module).read()


class _Reader:
    """Turns the ctype objects of one module into values of the model; `made` collects the structs and enums on the way."""

    def __init__(self, module: ModuleType) -> None:
        self.ffi: Any = getattr(module, "ffi", None)
        if not hasattr(self.ffi, "list_types") or not hasattr(self.ffi, "typeof"):
            raise FFIError(f"include(): the module '{module.__name__}' has no 'ffi' of a module made by cffi")
        self.lib: Any = getattr(module, "lib", None)
        self.position = Position(module.__name__)
        self.made = Declarations()

    def read(self) -> Declarations:
        typedefs, structs, unions = self.ffi.list_types()
        for name in typedefs:
            self.made.typedefs[name] = TypedefDeclaration(name, self.convert(self.ffi.typeof(name)), position=self.position)
        for tag in (*(f"struct {name}" for name in structs), *(f"union {name}" for name in unions)):
            self.convert(self.ffi.typeof(tag))
        self._constants()
        return self.made

    def convert(self, ctype: Any) -> CType:
        if ctype.kind == "primitive":
            return Primitive(ctype.cname)
        if ctype.kind == "pointer":
            return Pointer(self.convert(ctype.item))
        if ctype.kind == "array":
            return Array(self.convert(ctype.item), ctype.length)
        if ctype.kind == "function":
            return Pointer(Function(self.convert(ctype.result), tuple(map(self.convert, ctype.args)), ctype.ellipsis))
        if ctype.kind in ("struct", "union"):
            return self._record(ctype)
        return self._enum(ctype) if ctype.kind == "enum" else Void()

    def _record(self, ctype: Any) -> Record:
        record = _FILE if ctype.cname == "FILE" else Record(ctype.kind, self._tag(ctype))
        if record not in self.made.records and record != _FILE:
            self.made.records[record] = RecordDeclaration(record, None, position=self.position)  # it may contain pointers to itself
            self.made.records[record] = RecordDeclaration(record, self._fields(ctype), partial=True, position=self.position)
        return record

    def _fields(self, ctype: Any) -> Optional[Tuple[Field, ...]]:
        if ctype.fields is None:
            return None
        return tuple(Field(name, self.convert(field.type), None if field.bitsize < 0 else field.bitsize) for name, field in ctype.fields)

    def _enum(self, ctype: Any) -> Enum:
        enum = Enum(self._tag(ctype))
        values = tuple((name, value) for value, name in ctype.elements.items())
        self.made.enums[enum] = EnumDeclaration(enum, values, position=self.position)
        return enum

    def _tag(self, ctype: Any) -> str:
        """Return the name in our model: of a type that only a typedef names, it begins with a dollar sign."""
        kind, _, name = ctype.cname.rpartition(" ")
        tag: str = name if kind or name.startswith("$") else f"${name}"
        if re.fullmatch(r"\$\d+", tag):
            self.made.anonymous_count = max(self.made.anonymous_count, int(tag[1:]))
        return tag

    def _constants(self) -> None:
        enumerators = {name for enum in self.made.enums.values() for name, _ in enum.enumerators or ()}
        for name in dir(self.lib) if self.lib is not None else ():
            if name not in enumerators and not name.startswith("__"):
                value = self._value(name)
                if value is not None:
                    self.made.globals[name] = ConstantDeclaration(name, None, value, self.position)

    def _value(self, name: str) -> Optional[int]:
        try:
            value: int = self.ffi.integer_const(name)
        except (AttributeError, self.ffi.error):
            return None  # it is a function or a variable
        return value
