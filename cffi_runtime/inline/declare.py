"""What an in-line `FFI` has declared: its own cdefs and those of the FFIs it includes, and the ctype objects made from them."""

from __future__ import annotations

from _thread import RLock

from cffi_runtime import errors
from cffi_runtime.inline.realize import Realizer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional, Sequence, Set, Tuple, Union

    from _cffi_backend import CType
    from cffi_build import model
    from cffi_build.declarations import ConstantDeclaration, Declarations, FunctionDeclaration, VariableDeclaration

    Global = Union[FunctionDeclaration, VariableDeclaration, ConstantDeclaration]

LOCK = RLock()
"""Held while declarations change and while ctype objects are made: one lock for all, because FFIs include each other."""

_TABLES = ("globals", "typedefs", "records", "enums")
_PUNCTUATION = dict.fromkeys(map(ord, "*()[],;:"), " ")


class Namespace:
    """The declarations of one `FFI`. The part of the build side that the run time needs is imported when one of these is made."""

    def __init__(self, forget: Callable[[], None]) -> None:
        """Make an empty one. `forget` is called whenever a text may mean something else than before."""
        from cffi_build import cdef, declarations, model

        self._cdef = cdef
        self._kinds = declarations
        self._model = model
        self._forget = forget
        self._included: List[Namespace] = []
        self._indexed: Optional[Tuple[List[int], Dict[str, Optional[int]], Dict[str, Global]]] = None
        self._changes = 0
        self._in_module: Set[object] = set()
        self._own = declarations.Declarations()
        self.realizer = Realizer(self._own)

    @property
    def declarations(self) -> Declarations:
        """Everything declared so far, with what the included FFIs have declared so far."""
        if self._included:
            self._own.included[:] = [other.declarations for other in self._included]
        return self._own

    def declare(self, text: str, *, override: bool = False, **options: Any) -> None:
        """Add the declarations of `text`: all of them or, when one is wrong, none."""
        with LOCK:
            self.replace(self._cdef.parse(text, known=self.declarations, override=override, **options), override=override)

    def replace(self, declarations: Declarations, *, override: bool = False) -> None:
        """Let `declarations` be what is declared."""
        with LOCK:
            self._own = declarations
            self._changes += 1
            self._forget()
            self.realizer.redeclare(declarations, override=override)

    def include(self, other: Namespace) -> None:
        """Let what `other` declares be declared here too, with the same ctype objects."""
        with LOCK:
            if self in other._all():
                raise errors.includes_itself()
            for namespace in other._all():
                self._check_agreement(namespace._own)
            self._included.append(other)
            self.realizer.include(other.realizer)
            self._forget()

    def adopt(self, typeof: Callable[[str], CType]) -> None:
        """Take the types of a compiled module from now on; `typeof` is that of its ffi."""
        with LOCK:
            declared = [namespace._own for namespace in self._all()]
            self._in_module = {name for own in declared for table in (own.typedefs, own.records, own.enums) for name in table}
            self.realizer.adopt(typeof, self._in_module)
            self._forget()

    def _check_agreement(self, other: Declarations) -> None:
        for kind in _TABLES:
            mine, theirs = getattr(self._own, kind), getattr(other, kind)
            for name in mine.keys() & theirs.keys():
                if mine[name] != theirs[name] and _says_something(mine[name]) and _says_something(theirs[name]):
                    raise errors.included_twice(getattr(name, "name", name))

    def merged(self, others: Sequence[Namespace]) -> Declarations:
        """Return the declarations with those of `others`, which are included, as if they had been made here."""
        with LOCK:
            sources = [namespace._own for other in reversed(others) for namespace in reversed(other._all())] + [self._own]
            merged = self._kinds.Declarations(included=[other.declarations for other in self._included if other not in others])
            for source in sources:
                for kind in _TABLES:
                    getattr(merged, kind).update(getattr(source, kind))
            return merged

    def parse_type(self, text: str) -> model.CType:
        """Return the type that `text` names."""
        with LOCK:
            return self._cdef.parse_type(text, self.declarations)

    def realize_text(self, text: str, *, function_as_pointer: bool = False) -> CType:
        """Return the ctype object of the type that `text` names; of a pointer to it, if it is a function type and that is allowed."""
        with LOCK:
            if "{" in text:
                return self._realize_definition(text)
            ctype = self.parse_type(text)
            if function_as_pointer and isinstance(ctype, self._model.Function):
                ctype = self._model.Pointer(ctype)
            return self.realizer.realize(ctype)

    def _realize_definition(self, text: str) -> CType:
        """Return the ctype object of a text that defines a struct: it is of a namespace of its own, which includes this one."""
        ctype, made = self._cdef.parse_definition(text, self.declarations)
        own = Namespace(lambda: None)
        own.include(self)
        own.replace(made)
        return own.realizer.realize(ctype)

    def may_redefine(self, text: str) -> bool:
        """Tell whether a word of `text` is a typedef that only we know: it may hide a standard one."""
        words = set(text.translate(_PUNCTUATION).split()) - self._in_module
        return any(not words.isdisjoint(namespace._own.typedefs) for namespace in self._all())

    def ctype_of(self, declared: Global) -> CType:
        """Return the ctype of a variable or constant."""
        with LOCK:
            assert declared.type is not None, "a macro has no type"
            return self.realizer.realize(declared.type)

    def pointer_to(self, declared: Global) -> CType:
        """Return the ctype of the address of a function or variable; of a variable, the own type must be known to the end."""
        with LOCK:
            if not self.is_function(declared):
                self.ctype_of(declared)
            assert declared.type is not None, "a macro has no address"
            return self.realizer.realize(self._model.Pointer(declared.type))

    def is_function(self, declared: Global) -> bool:
        """Tell a function from variables and constants."""
        return isinstance(declared, self._kinds.FunctionDeclaration)

    def is_constant(self, declared: Global) -> bool:
        """Tell what cannot be written: constants, and variables of a const type."""
        ctype = declared.type
        while isinstance(ctype, self._model.Array):  # C11 6.7.3p9: it is the items that are const
            ctype = ctype.item
        return isinstance(declared, self._kinds.ConstantDeclaration) or (isinstance(ctype, self._model.Qualified) and ctype.const)

    def integer(self, name: str) -> Optional[int]:
        """Return the value of an integer constant or enumerator; None for any other name."""
        integers = self.integers()
        if name in integers and integers[name] is None:
            raise errors.missing(f"constant '{name}'", "its value")
        return integers.get(name)

    def integers(self) -> Dict[str, Optional[int]]:
        """Return the value of every integer constant and enumerator, None where only the C compiler knows it."""
        return self._index()[0]

    def enumerators(self) -> List[Tuple[str, str, Optional[int]]]:
        """Return the enum, name and value of the enumerators of all enums that are declared to the end."""
        enums = [enum for namespace in self._all() for enum in namespace._own.enums.values() if not enum.partial]
        return [(self._model.spelling(enum.type), name, value) for enum in enums for name, value in enum.enumerators or ()]

    def symbols(self) -> Dict[str, Global]:
        """Return what may be found in a library by its name: functions, variables, and constants that have no value in the cdef."""
        return self._index()[1]

    def complete_types(self) -> List[str]:
        """Return how C writes the structs, unions and enums that are declared here with their contents."""
        with LOCK:
            described: List[Union[model.Record, model.Enum]] = [tag for tag, each in self._own.records.items() if _says_something(each)]
            described += [tag for tag, each in self._own.enums.items() if _says_something(each)]
            return [self._model.spelling(tag) for tag in described if not tag.name[1:].isdigit()]

    def type_names(self) -> Tuple[List[str], List[str], List[str]]:
        """Return the names of all typedefs, structs and unions, each list sorted, without those that have none in C."""
        typedefs: Set[str] = set()
        records: Set[model.Record] = set()
        with LOCK:
            for namespace in self._all():
                typedefs.update(namespace._own.typedefs)
                records.update(record for record in namespace._own.records if not record.name.startswith("$"))
        structs, unions = ([record.name for record in records if record.kind == kind] for kind in ("struct", "union"))
        return sorted(typedefs), sorted(structs), sorted(unions)

    def _all(self) -> List[Namespace]:
        """Return this namespace and all that it includes, those that count more before the others."""
        return [self, *(each for other in self._included for each in other._all())]

    def _index(self) -> Tuple[Dict[str, Optional[int]], Dict[str, Global]]:
        with LOCK:
            stamp = [namespace._changes for namespace in self._all()]
            if self._indexed is None or self._indexed[0] != stamp:
                integers: Dict[str, Optional[int]] = {}
                symbols: Dict[str, Global] = {}
                for namespace in reversed(self._all()):
                    namespace._add_to_index(integers, symbols)
                self._indexed = (stamp, integers, symbols)
            return self._indexed[1:]

    def _add_to_index(self, integers: Dict[str, Optional[int]], symbols: Dict[str, Global]) -> None:
        for enum in self._own.enums.values():
            integers.update(enum.enumerators or ())
        for name, declared in self._own.globals.items():
            if isinstance(declared, self._kinds.ConstantDeclaration) and (declared.type is None or declared.value is not None):
                integers[name] = declared.value
            elif not (isinstance(declared, self._kinds.FunctionDeclaration) and declared.linkage):
                symbols[name] = declared


def _says_something(declared: Any) -> bool:
    """Tell a declaration from the mere mention of a struct or enum."""
    return getattr(declared, "fields", True) is not None and getattr(declared, "enumerators", True) is not None
