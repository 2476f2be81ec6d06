"""What an in-line `FFI` declares, by name: the values of constants, and what libraries have and how it is used."""

from __future__ import annotations

from cffi_build import model
from cffi_build.declarations import ConstantDeclaration, Declarations, FunctionDeclaration
from cffi_runtime import errors
from cffi_runtime.inline import LOCK
from cffi_runtime.inline.declare import says_something

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List, Optional, Set, Tuple, Union

    from _cffi_backend import CType
    from cffi_build.declarations import VariableDeclaration
    from cffi_runtime.inline.declare import Namespace

    Global = Union[FunctionDeclaration, VariableDeclaration, ConstantDeclaration]


class Names:
    """The names of a namespace and of those that it includes."""

    def __init__(self, namespace: Namespace) -> None:
        self._namespace = namespace
        self._indexed: Optional[Tuple[List[int], Dict[str, Optional[int]], Dict[str, Global]]] = None

    def ctype_of(self, declared: Global) -> CType:
        """Return the ctype of a variable or constant."""
        with LOCK:
            assert declared.type is not None, "a macro has no type"
            return self._namespace.realizer.realize(declared.type)

    def pointer_to(self, declared: Global) -> CType:
        """Return the ctype of the address of a function or variable; of a variable, the own type must be known to the end."""
        with LOCK:
            if not self.is_function(declared):
                self.ctype_of(declared)
            assert declared.type is not None, "a macro has no address"
            return self._namespace.realizer.realize(model.Pointer(declared.type))

    def is_function(self, declared: Global) -> bool:
        """Tell a function from variables and constants."""
        return isinstance(declared, FunctionDeclaration)

    def is_constant(self, declared: Global) -> bool:
        """Tell what cannot be written: constants, and variables of a const type."""
        ctype = declared.type
        while isinstance(ctype, model.Array):  # C11 6.7.3p9: it is the items that are const
            ctype = ctype.item
        return isinstance(declared, ConstantDeclaration) or (isinstance(ctype, model.Qualified) and ctype.const)

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
        enums = [enum for namespace in self._namespace.all() for enum in namespace.own.enums.values() if not enum.partial]
        return [(model.spelling(enum.type), name, value) for enum in enums for name, value in enum.enumerators or ()]

    def symbols(self) -> Dict[str, Global]:
        """Return what may be found in a library by its name: functions, variables, and constants that have no value in the cdef."""
        return self._index()[1]

    def complete_types(self) -> List[str]:
        """Return how C writes the structs, unions and enums that are declared here with their contents."""
        with LOCK:
            own = self._namespace.own
            described: List[Union[model.Record, model.Enum]] = [tag for tag, each in own.records.items() if says_something(each)]
            described += [tag for tag, each in own.enums.items() if says_something(each)]
            return [model.spelling(tag) for tag in described if not tag.name[1:].isdigit()]

    def type_names(self) -> Tuple[List[str], List[str], List[str]]:
        """Return the names of all typedefs, structs and unions, each list sorted, without those that have none in C."""
        typedefs: Set[str] = set()
        records: Set[model.Record] = set()
        with LOCK:
            for namespace in self._namespace.all():
                typedefs.update(namespace.own.typedefs)
                records.update(record for record in namespace.own.records if not record.name.startswith("$"))
        structs, unions = ([record.name for record in records if record.kind == kind] for kind in ("struct", "union"))
        return sorted(typedefs), sorted(structs), sorted(unions)

    def _index(self) -> Tuple[Dict[str, Optional[int]], Dict[str, Global]]:
        with LOCK:
            stamp = [namespace.changes for namespace in self._namespace.all()]
            if self._indexed is None or self._indexed[0] != stamp:
                integers: Dict[str, Optional[int]] = {}
                symbols: Dict[str, Global] = {}
                for namespace in reversed(self._namespace.all()):
                    _add_to_index(namespace.own, integers, symbols)
                self._indexed = (stamp, integers, symbols)
            return self._indexed[1:]


def _add_to_index(own: Declarations, integers: Dict[str, Optional[int]], symbols: Dict[str, Global]) -> None:
    for enum in own.enums.values():
        integers.update(enum.enumerators or ())
    for name, declared in own.globals.items():
        if isinstance(declared, ConstantDeclaration) and (declared.type is None or declared.value is not None):
            integers[name] = declared.value
        elif not (isinstance(declared, FunctionDeclaration) and declared.linkage):
            symbols[name] = declared
