"""Compares what a cdef says with what headers declare: the types of functions, variables and members, one by one.

Differences that mean nothing to a caller are passed over: qualifiers, a ``void *`` for another pointer, an enum for an int,
an opaque struct for any struct behind a pointer.
"""

from __future__ import annotations

import difflib
from typing import Dict, FrozenSet, Iterator, List, NamedTuple, Optional, Set

from cffi_build.cdef.layout import Layout, UnknownLayout
from cffi_build.declarations import Declarations, Field, FunctionDeclaration, Position, RecordDeclaration, VariableDeclaration
from cffi_build.model import Array, CType, Enum, Function, Pointer, Primitive, Record, Void, spelling, unqualified
from cffi_build.primitives import BY_NAME


class Mistake(NamedTuple):
    """One thing that a cdef says and C does not."""

    position: Position
    message: str

    def __str__(self) -> str:
        file, line, column = self.position
        return f"{file}:{line}:{column}: error: {self.message}"


class Comparison:
    """Of a cdef, `said`, with what headers declare, `real`."""

    def __init__(self, said: Declarations, real: Declarations) -> None:
        self._said, self._real = said, real
        self._layout = Layout([])
        self._names = {id(said): _names_of_records(said), id(real): _names_of_records(real)}

    # ---- functions and variables

    def globals(self) -> Iterator[Mistake]:
        """Yield the mistakes in the types of functions and variables that both sides declare."""
        for name, said in self._said.globals.items():
            real = self._real.globals.get(name)
            if isinstance(said, FunctionDeclaration) and isinstance(real, FunctionDeclaration):
                yield from (Mistake(said.position, text) for text in self._function(name, said.type, real.type))
            elif isinstance(said, VariableDeclaration) and isinstance(real, VariableDeclaration):
                if not self.fits(said.type, real.type):
                    yield Mistake(said.position, f"the variable '{name}': {_both(said.type, real.type)}")
            elif isinstance(said, (FunctionDeclaration, VariableDeclaration)) and real is not None:
                yield Mistake(said.position, f"'{name}' is {_kind(real)} in C, {_kind(said)} in the cdef")

    def typedefs(self) -> Iterator[Mistake]:
        """Yield the typedefs that stand for another type in C; what structs contain is not looked at here."""
        for name, said in self._said.typedefs.items():
            real = self._real.typedefs.get(name)
            opaque = isinstance(said.type, Record) and self._is_opaque(said.type)
            if real is not None and not opaque and not isinstance(said.type, Function) and not self.fits(said.type, real.type):
                yield Mistake(said.position, f"the typedef '{name}': {_both(said.type, real.type)}")

    def _is_opaque(self, record: Record) -> bool:
        declared = self._said.records.get(record)
        return declared is None or declared.fields is None

    def _function(self, name: str, said: Function, real: Function) -> Iterator[str]:
        if len(said.parameters) != len(real.parameters):
            yield f"'{name}': the cdef gives it {_count(said)}, C says {_count(real)}: {spelling(real, name)}"
        elif said.variadic != real.variadic:
            yield f"'{name}' takes further arguments, '...', only in {'the cdef' if said.variadic else 'C'}"
        else:
            for number, (one, other) in enumerate(zip(said.parameters, real.parameters)):
                if not self.fits(one, other):
                    known = real.names[number] if number < len(real.names) else None
                    named = f" ('{known}')" if known else ""
                    yield f"argument {number + 1}{named} of '{name}': {_both(one, other)}"
        if not self.fits(said.result, real.result):
            yield f"the result of '{name}': {_both(said.result, real.result)}"

    # ---- structs and unions

    def members(self, said: RecordDeclaration) -> Optional[List[Mistake]]:
        """Return the mistakes in the names and types of members; None when the headers do not tell the contents."""
        real = self.counterpart(said.type)
        return None if real is None or real.fields is None else self._members(said, real)

    def _members(self, said: RecordDeclaration, real: RecordDeclaration) -> List[Mistake]:
        mine, theirs = _flat(self._said, said), _flat(self._real, real)
        title = spelling(said.type)
        mistakes = [Mistake(field.position, text) for name, field in mine.items() for text in self._member(title, name, field, theirs)]
        if not said.partial:
            mistakes += [Mistake(said.position, f"{text}") for text in _lacking(title, mine, theirs)]
        return mistakes

    def _member(self, title: str, name: str, said: Field, theirs: Dict[str, Field]) -> Iterator[str]:
        real = theirs.get(name)
        if real is None:
            near = difflib.get_close_matches(name, list(theirs), 1)
            hint = f" (did you mean '{near[0]}'?)" if near else ""
            yield f"'{title}' has no member '{name}' in C{hint}"
        elif said.bits != real.bits:
            yield f"the member '{name}' of '{title}': the cdef says {_bits(said)}, C says {_bits(real)}"
        elif not self.fits(said.type, real.type):
            yield f"the member '{name}' of '{title}': {_both(said.type, real.type)}"

    def counterpart(self, record: Record) -> Optional[RecordDeclaration]:
        """Return the record of the headers that goes by a name of `record`, its tag or a typedef; None for one without a name."""
        if _is_nameless(record):
            return None
        if record in self._real.records:
            return self._real.records[record]
        mine = self._names[id(self._said)].get(record, frozenset())
        for other, names in self._names[id(self._real)].items():
            if names & mine and other in self._real.records:
                return self._real.records[other]
        return None

    # ---- types

    def fits(self, said: CType, real: CType, *, behind: bool = False) -> bool:
        """Tell whether a caller that believes in `said` does right where C has `real`. `behind`: a pointer leads to them."""
        said, real = unqualified(said), unqualified(real)
        if said == real:
            return True
        if isinstance(said, Pointer) and isinstance(real, Pointer):
            return self._pointers_fit(unqualified(said.target), unqualified(real.target))
        if isinstance(said, Array) and isinstance(real, Array):
            return said.length in (None, real.length) and self.fits(said.item, real.item, behind=True)
        if isinstance(said, Function) and isinstance(real, Function):
            return not list(self._function("", said, real))
        if isinstance(said, Record) and isinstance(real, Record):
            return self._records_fit(said, real, behind)
        return self._numbers_fit(said, real, behind)

    def _pointers_fit(self, said: CType, real: CType) -> bool:
        return isinstance(said, Void) or isinstance(real, Void) or self.fits(said, real, behind=True)

    def _records_fit(self, said: Record, real: Record, behind: bool) -> bool:
        if behind and self._is_opaque(said):
            return True
        if _is_nameless(said) and _is_nameless(real):
            return not self._members(self._said.records[said], self._real.records[real])
        found = self.counterpart(said)
        return found is not None and found.type == real

    def _numbers_fit(self, said: CType, real: CType, behind: bool) -> bool:
        if isinstance(said, Enum) or isinstance(real, Enum):
            return all(isinstance(one, Enum) or self._is_int(one) for one in (said, real))
        if not isinstance(said, Primitive) or not isinstance(real, Primitive):
            return False
        kinds = {BY_NAME[said.name].kind, BY_NAME[real.name].kind}
        if self._size(said) != self._size(real) or self._size(said) == 0:
            return False
        one_byte = behind and self._size(said) == 1
        return len(kinds) == 1 or (one_byte and kinds <= {"char", "signed", "unsigned", "bool"})

    def _is_int(self, ctype: CType) -> bool:
        return isinstance(ctype, Primitive) and BY_NAME[ctype.name].kind in ("signed", "unsigned") and self._size(ctype) == 4

    def _size(self, ctype: CType) -> int:
        try:
            return self._layout.of(ctype)[0]
        except UnknownLayout:
            return 0


def _names_of_records(declared: Declarations) -> Dict[Record, FrozenSet[str]]:
    names: Dict[Record, Set[str]] = {record: {record.name.lstrip("$")} for record in declared.records if not _is_nameless(record)}
    for typedef in declared.typedefs.values():
        if isinstance(typedef.type, Record):
            names.setdefault(typedef.type, set()).add(typedef.name)
    return {record: frozenset(found) for record, found in names.items()}


def _is_nameless(record: Record) -> bool:
    return record.name[:1] == "$" and record.name[1:].isdigit()


def _flat(declared: Declarations, record: RecordDeclaration) -> Dict[str, Field]:
    """Return the members by name, those of anonymous members in their place; unnamed bit-fields are not among them."""
    found: Dict[str, Field] = {}
    for field in record.fields or ():
        inner = declared.records.get(field.type) if not field.name and isinstance(field.type, Record) else None
        if inner is not None:
            found.update(_flat(declared, inner))
        elif field.name:
            found[field.name] = field
    return found


def _lacking(title: str, mine: Dict[str, Field], theirs: Dict[str, Field]) -> Iterator[str]:
    before = ""
    for name, field in theirs.items():
        if name not in mine:
            place = f"behind '{before}'" if before else "at its beginning"
            yield f"'{title}' has a member in C that the cdef lacks: {spelling(field.type, name)}, {place}"
        before = name


def _both(said: CType, real: CType) -> str:
    return f"the cdef says '{spelling(unqualified(said))}', C says '{spelling(unqualified(real))}'"


def _bits(field: Field) -> str:
    return "no bit-field" if field.bits is None else f"{field.bits} bits"


def _count(function: Function) -> str:
    number = len(function.parameters)
    return "no arguments" if not number else f"{number} argument{'s' if number > 1 else ''}"


def _kind(declared: object) -> str:
    if isinstance(declared, FunctionDeclaration):
        return "a function"
    return "a variable" if isinstance(declared, VariableDeclaration) else "a constant"
