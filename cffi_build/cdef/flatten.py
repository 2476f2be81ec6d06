"""Declarations as plain tuples, which `marshal` writes: what the cache of parsed texts keeps.

Types are rows of a table, each below those that it is made of; where a declaration has a type, its row has the number of it.
"""

from __future__ import annotations

from cffi_build import model
from cffi_build.cdef.flat import ARRAY, DECLARATIONS, FUNCTION, LEAVES, POINTER, QUALIFIED, TABLES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Mapping, Tuple, Union

    from cffi_build.declarations import Declaration, Declarations, Field
    from cffi_build.model import CType

    Row = Tuple[Any, ...]
    Table = Tuple[Tuple[object, ...], Tuple[Row, ...]]
    """Keys that are gone, rows that are new."""

_NUMBERS = {
    **{leaf: number for number, leaf in enumerate(LEAVES)},
    model.Pointer: POINTER, model.Function: FUNCTION, model.Array: ARRAY, model.Qualified: QUALIFIED,
}  # fmt: skip


class NotFlat(Exception):
    """There is something in the declarations that no row describes."""


def flatten(made: Declarations, known: Declarations) -> Any:
    """Return what `made` has more than `known`, or other than it; raise NotFlat."""
    types = _Types()
    tables = tuple(_flatten_table(types, getattr(made, name), getattr(known, name)) for name in TABLES)
    return tuple(types.rows), tables, made.anonymous_count


def _flatten_table(types: _Types, made: Mapping[Any, Declaration], known: Mapping[Any, Declaration]) -> Table:
    gone = tuple(key for key in known if key not in made)
    new = {key: declared for key, declared in made.items() if known.get(key) is not declared}
    if list(made) != [*(key for key in known if key in made), *(key for key in new if key not in known)]:
        raise NotFlat("a declaration has moved")
    return tuple(map(types.key, gone)), tuple((types.key(key), types.declaration(declared)) for key, declared in new.items())


class _Types:
    """The rows of the types that were met so far."""

    def __init__(self) -> None:
        self.rows: List[Row] = []
        self._numbers: Dict[Row, int] = {}
        self._seen: Dict[int, int] = {}  # by identity: the declarations hold the types meanwhile

    def key(self, key: Union[str, CType]) -> Union[str, int]:
        """Return a key of a table: a name, or the number of a type."""
        return key if isinstance(key, str) else self.number(key)

    def number(self, ctype: CType) -> int:
        """Return the number of a type."""
        seen = self._seen.get(id(ctype))
        if seen is None:
            seen = self._seen[id(ctype)] = self._number_of_row(self._row(ctype))
        return seen

    def _row(self, ctype: CType) -> Row:
        kind = _NUMBERS.get(type(ctype))
        items = _items(ctype)
        if kind is None:
            raise NotFlat(type(ctype).__name__)
        if kind == FUNCTION:
            items = (self.number(items[0]), tuple(map(self.number, items[1])), *items[2:])
        elif kind >= POINTER:
            items = (self.number(items[0]), *map(_plain, items[1:]))
        return (kind, *items)

    def _number_of_row(self, row: Row) -> int:
        number = self._numbers.get(row)
        if number is None:
            number = self._numbers[row] = len(self.rows)
            self.rows.append(row)
        return number

    def declaration(self, declared: Union[Declaration, Field]) -> Row:
        """Return the row of a declaration or member: its kind, then its items."""
        kind = DECLARATIONS.index(type(declared)) if type(declared) in DECLARATIONS else -1
        return (kind, *map(self._item, _names(declared), _items(declared)))

    def _item(self, name: str, item: Any) -> object:
        if name == "type":
            return None if item is None else self.number(item)
        if name == "position":
            return tuple(item)
        if name == "positions":
            return tuple(map(tuple, item))
        return item if name != "fields" or item is None else tuple(map(self.declaration, item))


def _plain(item: object) -> object:
    """Return a length as a plain value."""
    return _items(item) if isinstance(item, model.UnknownLength) else item


def _items(value: Any) -> Row:
    return tuple(value)[1:]


def _names(value: Any) -> Tuple[str, ...]:
    names: Tuple[str, ...] = value._fields
    return names
