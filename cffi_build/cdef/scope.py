"""The names that a text can use and those that it adds: look-up, redeclaration, numbering of anonymous types."""

from __future__ import annotations

from cffi_build.cdef.common_types import STANDARD_TYPES, UNSIGNED_TYPES, USUAL_TYPES, common_type
from cffi_build.cdef.integers import Integer, smallest
from cffi_build.cdef.redeclaration import describe, is_anonymous, same
from cffi_build.declarations import (
    ConstantDeclaration,
    Declarations,
    EnumDeclaration,
    RecordDeclaration,
    TypedefDeclaration,
)
from cffi_build.model import Enum, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterator, List, Optional, Sequence, Tuple, Union

    from cffi_build.declarations import Declaration, GlobalDeclaration
    from cffi_build.model import CType


class Conflict(Exception):
    """A name is declared twice, differently; `said` and `position` tell of the first declaration."""

    def __init__(self, earlier: Declaration, text: str = "") -> None:
        self.said = text or describe(earlier)
        self.position = earlier.position
        super().__init__(self.said)


class EnumeratorConflict(Conflict):
    """The same of the enumerator `name`."""

    def __init__(self, name: str, earlier: Declaration, text: str = "") -> None:
        super().__init__(earlier, text)
        self.name = name


class Scope:
    """The declarations being made (`made`), on top of those known before and of those included."""

    __slots__ = ("_before", "_enumerators", "alignments", "constants", "made", "outside", "override", "pairs", "tags", "types", "usual")

    def __init__(self, known: Declarations, included: Sequence[Declarations], override: bool) -> None:
        self.made = _copy(known, included)
        self.override = override
        self.outside = list(_all_included(self.made.included))
        self._before = [known, *self.outside]
        self.types: Dict[str, CType] = dict(STANDARD_TYPES)
        self.alignments: Dict[str, int] = {}
        self.tags: Dict[str, Union[Record, Enum]] = {}
        self.pairs: Dict[str, Dict[str, CType]] = {"struct": {}, "union": {}, "enum": {}, "const": {}, "unsigned": UNSIGNED_TYPES}
        """Types that are written in two words, by these."""
        self.usual: Dict[str, CType] = dict(USUAL_TYPES)
        """Types of parameters and members as they are written, a space between the tokens: most are written more than once."""
        for declarations in (*reversed(self.outside), self.made):
            for name in declarations.typedefs.keys() & STANDARD_TYPES.keys():
                self._use_typedef(declarations.typedefs[name])
        self.constants: Dict[str, Optional[Integer]] = {}
        self._enumerators: Optional[Dict[str, Tuple[EnumDeclaration, Optional[int]]]] = None

    def find_type(self, name: str) -> Optional[CType]:
        """Return the type that a name stands for, None when it is no name of a type; remembered in `types`."""
        typedef = self.made.typedefs.get(name)
        for declarations in self.outside:
            typedef = typedef or declarations.typedefs.get(name)
        ctype = typedef.type if typedef else common_type(name)
        if typedef is not None and typedef.align:
            self.alignments[name] = typedef.align  # and not among `types`: the quick ways look there only
        elif ctype is not None:
            self.types[name] = ctype
        return ctype

    def type_names(self) -> Iterator[str]:
        """Yield the names of all types that can be used, the new ones first."""
        yield from reversed(self.types)
        for declarations in [self.made, *self.outside]:
            yield from reversed(declarations.typedefs)

    def find_tag(self, name: str) -> Optional[Union[Record, Enum]]:
        """Return the struct, union or enum called `name` of earlier texts, None when there is none; remembered in `tags`."""
        for declarations in self._before:
            if not declarations.records and not declarations.enums:
                continue
            for candidate in (Record("struct", name), Record("union", name)):
                if candidate in declarations.records:
                    return self._remember_tag(candidate)
            if Enum(name) in declarations.enums:
                return self._remember_tag(Enum(name))
        return None

    def _remember_tag(self, ctype: Union[Record, Enum]) -> Union[Record, Enum]:
        self.tags[ctype.name] = ctype
        self.pairs[ctype.kind if isinstance(ctype, Record) else "enum"][ctype.name] = ctype
        return ctype

    def find_constant(self, name: str) -> Optional[Integer]:
        """Return the value of a constant, None when only the compiler knows it; LookupError when it is no constant."""
        if name not in self.constants:
            value = self._known_value(name)
            self.constants[name] = None if value is None else smallest(value)
        return self.constants[name]

    def _known_value(self, name: str) -> Optional[int]:
        for declarations in [self.made, *self.outside]:
            declared = declarations.globals.get(name)
            if isinstance(declared, ConstantDeclaration):
                return declared.value
        return self.enumerators()[name][1]

    def enumerators(self) -> Dict[str, Tuple[EnumDeclaration, Optional[int]]]:
        """Return every enumerator with its enum and value; those of this module win over included ones."""
        if self._enumerators is None:
            self._enumerators = {
                name: (enum, value)
                for declarations in [*reversed(self.outside), self.made]
                for enum in declarations.enums.values()
                for name, value in enum.enumerators or ()
            }
        return self._enumerators

    def new_anonymous_name(self) -> str:
        """Return the next of ``$1``, ``$2`` …"""
        self.made.anonymous_count += 1
        return f"${self.made.anonymous_count}"

    def declare_global(self, declaration: GlobalDeclaration) -> None:
        """Add a function, variable or constant; raise Conflict when its name is taken by something else."""
        name = declaration.name
        old = self.made.globals.get(name)
        if old is not None and same(old, declaration, self.made.records):
            return
        if old is not None and not self.override:
            raise Conflict(old)
        if name in self.made.typedefs:
            self._check_not_type(name)
        if name not in self.enumerators() or not self._repeats_enumerator(name, declaration):
            self.made.globals[name] = declaration

    def _check_not_type(self, name: str) -> None:
        if not self.override:
            raise Conflict(self.made.typedefs[name])
        del self.made.typedefs[name]
        self._change_type(name, None)

    def _repeats_enumerator(self, name: str, declaration: GlobalDeclaration) -> bool:
        """Tell whether a macro only names an enumerator of this module again; raise Conflict when anything else does."""
        if isinstance(declaration, ConstantDeclaration):
            enum, value = self.enumerators().get(name, (None, None))
            if enum is not None and self.made.enums.get(enum.type) is enum and declaration.value == value:
                return True
        self._check_not_enumerator(name)
        return False

    def _check_not_enumerator(self, name: str) -> None:
        enum, _ = self.enumerators().get(name, (None, None))
        if enum is not None and self.made.enums.get(enum.type) is enum:
            raise Conflict(enum, f"an enumerator of {describe(enum)}")

    def declare_typedef(self, declaration: TypedefDeclaration) -> None:
        """Add a typedef; raise Conflict when its name is taken by something else."""
        name = declaration.name
        earlier = self.made.typedefs.get(name)
        for declarations in self.outside:
            earlier = earlier or declarations.typedefs.get(name)
        if earlier is not None and same(earlier, declaration, self.made.records):
            if name in self.made.typedefs:
                return
        elif earlier is not None and not self.override:
            raise Conflict(earlier)
        taken = self.made.globals.get(name)
        if taken is not None and not self.override:
            raise Conflict(taken)
        if name in self.enumerators():
            self._check_not_enumerator(name)
        self.made.globals.pop(name, None)
        self.made.typedefs[name] = declaration
        self.alignments.pop(name, None)
        self._use_typedef(declaration)

    def _use_typedef(self, declaration: TypedefDeclaration) -> None:
        self._change_type(declaration.name, None if declaration.align else declaration.type)

    def _change_type(self, name: str, ctype: Optional[CType]) -> None:
        """Let a name stand for a type that all can be quick to use, or for none."""
        if name in self.types:
            self.pairs["const"].pop(name, None)
            for text in [text for text in self.usual if name in text.split()]:
                del self.usual[text]
        if ctype is None:
            self.types.pop(name, None)
        else:
            self.types[name] = ctype

    def declare_record(self, declaration: RecordDeclaration) -> None:
        """Add a struct or union, or the members of one that was only mentioned; raise Conflict when it has others."""
        ctype = declaration.type
        self._remember_tag(ctype)
        for declarations in [self.made, *self.outside]:
            earlier = declarations.records.get(ctype)
            if earlier is None:
                continue
            if declaration.fields is None or self._repeats_record(declaration, earlier, declarations):
                return
            if earlier.fields is not None and not self.override:
                raise Conflict(earlier)
        self.made.records[ctype] = declaration

    def _repeats_record(self, declaration: RecordDeclaration, earlier: RecordDeclaration, declarations: Declarations) -> bool:
        made = self.made.records
        return same(earlier, declaration, made if declarations is self.made else {**declarations.records, **made})

    def declare_enum(self, declaration: EnumDeclaration) -> Enum:
        """Add an enum, or the enumerators of one that was only mentioned; raise Conflict when a name is taken.

        Return the type to use: that of an earlier declaration when an anonymous enum only repeats it.
        """
        ctype = declaration.type
        self._remember_tag(ctype)
        for declarations in [self.made, *self.outside]:
            earlier = declarations.enums.get(ctype)
            if earlier is None:
                continue
            if declaration.enumerators is None or earlier == declaration:
                return ctype
            if earlier.enumerators is not None and not self.override:
                raise Conflict(earlier)
        repeated = self._repeated_enum(declaration)
        if repeated is None:
            self.made.enums[ctype] = declaration
            self.enumerators().update([(name, (declaration, value)) for name, value in declaration.enumerators or ()])
        return repeated or ctype

    def _repeated_enum(self, declaration: EnumDeclaration) -> Optional[Enum]:
        """Return the anonymous enum that `declaration` repeats; raise Conflict when it only shares a name."""
        names = [name for name, _ in declaration.enumerators or ()]
        made = self.made
        if made.globals.keys().isdisjoint(names) and made.typedefs.keys().isdisjoint(names) and self.enumerators().keys().isdisjoint(names):
            return None
        for name, value in declaration.enumerators or ():
            self._check_enumerator_free(name, value)
            earlier, _ = self.enumerators().get(name, (None, None))
            if earlier is None or self.made.enums.get(earlier.type) is not earlier or earlier.type == declaration.type:
                continue
            if (earlier.enumerators, earlier.partial) == (declaration.enumerators, declaration.partial) and is_anonymous(declaration.type):
                return earlier.type
            if value is None and earlier.partial:
                continue  # which of the two has it is seen when the C compiler is asked
            raise EnumeratorConflict(name, earlier, f"an enumerator of {describe(earlier)}")
        return None

    def _check_enumerator_free(self, name: str, value: Optional[int]) -> None:
        taken: Optional[Declaration] = self.made.globals.get(name) or self.made.typedefs.get(name)
        if isinstance(taken, ConstantDeclaration) and taken.type is None and taken.value == value:
            del self.made.globals[name]  # a macro of the enumerator's name and value: it is the enumerator that stays
        elif taken is not None:
            raise EnumeratorConflict(name, taken)

    def forget_anonymous(self, count: int) -> None:
        """Drop the anonymous types made after there were `count`: a repeated declaration has made them again."""
        while self.made.records and _number(next(reversed(self.made.records))) > count:
            self.made.records.popitem()
        while self.made.enums and _number(next(reversed(self.made.enums))) > count:
            self.made.enums.popitem()
        self.made.anonymous_count = count


def _number(ctype: Union[Record, Enum]) -> int:
    return int(ctype.name[1:]) if is_anonymous(ctype) else 0


def _copy(known: Declarations, included: Sequence[Declarations]) -> Declarations:
    """Return `known` with more included: the same records in new tables."""
    everything = list(known.included)
    for one in included:
        if not any(one is other for other in everything):
            everything.append(one)
    count = max([known.anonymous_count, *[one.anonymous_count for one in _all_included(everything)]])
    return Declarations(
        dict(known.globals), dict(known.typedefs), dict(known.records), dict(known.enums), everything, count
    )


def _all_included(included: Sequence[Declarations]) -> Iterator[Declarations]:
    """Yield what is included, directly or by what is included, each once."""
    seen: List[Declarations] = []
    waiting = list(included)
    while waiting:
        one = waiting.pop(0)
        if not any(one is other for other in seen):
            seen.append(one)
            waiting.extend(one.included)
            yield one
