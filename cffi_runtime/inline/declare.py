"""What an in-line `FFI` has declared: its own cdefs and those of the FFIs it includes."""

from __future__ import annotations

from _cffi_backend import _tokenize
from cffi_build.tables import Declarations
from cffi_runtime.inline import LOCK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import AbstractSet, Any, Callable, List, Optional, Sequence

    from _cffi_backend import CType
    from cffi_build import model
    from cffi_runtime.inline.names import Names
    from cffi_runtime.inline.realize import Realizer

_TABLES = ("globals", "typedefs", "records", "enums")
_PUNCTUATION = dict.fromkeys(map(ord, "*()[],;:"), " ")


class Namespace:
    """The declarations of one `FFI`.

    The model of C types, and what makes ctype objects of it, is imported when a type is needed: to declare some, none is.
    """

    def __init__(self, forget: Callable[[], None]) -> None:
        """Make an empty one. `forget` is called whenever a text may mean something else than before."""
        from cffi_build import cdef

        self._cdef = cdef
        self.own = Declarations()
        self.changes = 0
        self._forget = forget
        self._included: List[Namespace] = []
        self._in_module: AbstractSet[object] = frozenset()
        self._realizer: Optional[Realizer] = None
        self._names: Optional[Names] = None

    @property
    def declarations(self) -> Declarations:
        """Everything declared so far, with what the included FFIs have declared so far."""
        if self._included:
            self.own.included[:] = [other.declarations for other in self._included]
        return self.own

    @property
    def realizer(self) -> Realizer:
        """What makes the ctype objects."""
        with LOCK:
            if self._realizer is None:
                from cffi_runtime.inline.realize import Realizer

                self._realizer = Realizer(self.own)
                for other in self._included:
                    self._realizer.include(other.realizer)
            return self._realizer

    @property
    def names(self) -> Names:
        """What is declared, by name."""
        with LOCK:
            if self._names is None:
                from cffi_runtime.inline.names import Names

                self._names = Names(self)
            return self._names

    def declare(self, text: str, *, override: bool = False, **options: Any) -> None:
        """Add the declarations of `text`: all of them or, when one is wrong, none."""
        with LOCK:
            self.replace(self._cdef.parse(text, known=self.declarations, override=override, cut=_tokenize, **options), override=override)

    def replace(self, declarations: Declarations, *, override: bool = False) -> None:
        """Let `declarations` be what is declared."""
        with LOCK:
            self.own = declarations
            self.changes += 1
            self._forget()
            if self._realizer is not None:
                self._realizer.redeclare(declarations, override=override)

    def include(self, other: Namespace) -> None:
        """Let what `other` declares be declared here too, with the same ctype objects."""
        with LOCK:
            if self in other.all():
                from cffi_runtime import errors

                raise errors.includes_itself()
            for namespace in other.all():
                self._check_agreement(namespace.own)
            self._included.append(other)
            if self._realizer is not None:
                self._realizer.include(other.realizer)
            self._forget()

    def adopt(self, typeof: Callable[[str], CType]) -> None:
        """Take the types of a compiled module from now on; `typeof` is that of its ffi."""
        with LOCK:
            declared = [namespace.own for namespace in self.all()]
            self._in_module = {name for own in declared for table in (own.typedefs, own.records, own.enums) for name in table}
            self.realizer.adopt(typeof, self._in_module)
            self._forget()

    def _check_agreement(self, other: Declarations) -> None:
        for kind in _TABLES:
            mine, theirs = getattr(self.own, kind), getattr(other, kind)
            for name in mine.keys() & theirs.keys():
                if mine[name] != theirs[name] and says_something(mine[name]) and says_something(theirs[name]):
                    from cffi_runtime import errors

                    raise errors.included_twice(getattr(name, "name", name))

    def merged(self, others: Sequence[Namespace]) -> Declarations:
        """Return the declarations with those of `others`, which are included, as if they had been made here."""
        with LOCK:
            sources = [namespace.own for other in reversed(others) for namespace in reversed(other.all())] + [self.own]
            merged = Declarations(included=[other.declarations for other in self._included if other not in others])
            for source in sources:
                for kind in _TABLES:
                    getattr(merged, kind).update(getattr(source, kind))
            return merged

    def parse_type(self, text: str) -> model.CType:
        """Return the type that `text` names."""
        with LOCK:
            return self._cdef.parse_type(text, self.declarations, _tokenize)

    def realize_text(self, text: str, *, function_as_pointer: bool = False) -> CType:
        """Return the ctype object of the type that `text` names; of a pointer to it, if it is a function type and that is allowed."""
        with LOCK:
            if "{" in text:
                return self._realize_definition(text)
            return self.realizer.realize(self.parse_type(text), function_as_pointer=function_as_pointer)

    def _realize_definition(self, text: str) -> CType:
        """Return the ctype object of a text that defines a struct: it is of a namespace of its own, which includes this one."""
        ctype, made = self._cdef.parse_definition(text, self.declarations, _tokenize)
        own = Namespace(lambda: None)
        own.include(self)
        own.replace(made)
        return own.realizer.realize(ctype)

    def may_redefine(self, text: str) -> bool:
        """Tell whether a word of `text` is a typedef that only we know: it may hide a standard one."""
        words = set(text.translate(_PUNCTUATION).split()) - self._in_module
        return any(not words.isdisjoint(namespace.own.typedefs) for namespace in self.all())

    def all(self) -> List[Namespace]:
        """Return this namespace and all that it includes, those that count more before the others."""
        return [self, *(each for other in self._included for each in other.all())]


def says_something(declared: Any) -> bool:
    """Tell a declaration from the mere mention of a struct or enum."""
    return getattr(declared, "fields", True) is not None and getattr(declared, "enumerators", True) is not None
