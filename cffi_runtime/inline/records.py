"""Structs and unions of an in-line `FFI`: made when mentioned, completed when their fields are needed."""

from __future__ import annotations

import _cffi_backend
from cffi_runtime import errors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Set, Tuple

    from _cffi_backend import CType
    from cffi_build import model
    from cffi_build.declarations import Declarations, RecordDeclaration

_NAMES_OF_FILE = ("_IO_FILE", "$FILE")


class Records:
    """The struct and union ctypes of one `FFI`.

    One that is only pointed to exists before its fields do: it waits, and `complete_waiting` gives it its fields.
    What then stands in the way (a ``...``, a field of unknown size) is kept in `reasons`.
    """

    def __init__(
        self,
        visit: Callable[[model.CType], CType],
        name_of: Callable[[model.Record], str],
        declared: Declarations,
    ) -> None:
        self._visit = visit
        self._name_of = name_of
        self._declared = declared
        self._made: Dict[model.Record, CType] = {}
        self._done: Set[model.Record] = set()
        self._waiting: List[model.Record] = []
        self.reasons: Dict[CType, Exception] = {}

    def declare(self, declared: Declarations) -> None:
        """Take over a further cdef and complete what it gives fields to."""
        self._declared = declared
        self._waiting = [record for record in self._made if record not in self._done]
        self.complete_waiting()

    def reference(self, record: model.Record) -> CType:
        """Return the ctype of `record`, which need not be complete before `complete_waiting` is called."""
        made = self._made.get(record)
        if made is None:
            made = self._made[record] = self._new(record)
            self._waiting.append(record)
        return made

    def complete(self, record: model.Record) -> CType:
        """Return the ctype of `record` with its fields; without if it is opaque."""
        made = self.reference(record)
        declaration = self._declared.records.get(record)
        if record not in self._done and declaration is not None and declaration.fields is not None:
            self._complete(made, declaration)
            self._done.add(record)
            self.reasons.pop(made, None)
        return made

    def complete_waiting(self) -> None:
        """Complete what was mentioned in passing, as far as it can be."""
        while self._waiting:
            record = self._waiting.pop()
            try:
                self.complete(record)
            except Exception as reason:  # whatever it is, it is raised when the struct is used by value
                self.reasons[self._made[record]] = reason

    def _new(self, record: model.Record) -> CType:
        declaration = self._declared.records.get(record)
        if record.name in _NAMES_OF_FILE and record.kind == "struct" and not (declaration and declaration.fields):
            # the C extension has one FILE for the whole process, which accepts Python's file objects
            return _cffi_backend.FFI().typeof("FILE")
        if record.kind == "union":
            return _cffi_backend.new_union_type(self._name_of(record))
        return _cffi_backend.new_struct_type(self._name_of(record))

    def _complete(self, made: CType, declaration: RecordDeclaration) -> None:
        if declaration.partial:
            raise errors.missing(made.cname, "its layout")
        assert declaration.fields is not None
        fields: List[Tuple[Any, ...]] = []
        for field in declaration.fields:
            fields.append((field.name, self._visit(field.type), -1 if field.bits is None else field.bits))
        if not declaration.align and not any(field.align or field.pack for field in declaration.fields):
            _cffi_backend.complete_struct_or_union(made, fields, None, -1, -1, 0, declaration.pack)
            return
        from cffi_runtime.inline.place import place  # rarely needed

        placed = place(made.cname, declaration, [ctype for _, ctype, _ in fields])
        fields = [(*field, offset) for field, offset in zip(fields, placed.offsets)]
        _cffi_backend.complete_struct_or_union(made, fields, None, placed.size, placed.alignment)
