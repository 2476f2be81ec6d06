"""Declarations as plain tuples, which `marshal` writes, and back: what the cache of parsed texts keeps.

Types are rows of a table, each below those that it is made of; where a declaration has a type, its row has the number of it.
"""

from __future__ import annotations

from cffi_build import declarations as kinds
from cffi_build import model
from cffi_build.declarations import Declarations, Field, Position

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple, Union

    from cffi_build.declarations import Declaration
    from cffi_build.model import CType

    Row = Tuple[Any, ...]
    Table = Tuple[Tuple[object, ...], Tuple[Row, ...]]
    """Keys that are gone, rows that are new."""

_make: Any = tuple.__new__
_LEAVES: Tuple[type, ...] = (model.Void, model.Primitive, model.UnknownInteger, model.UnknownFloat, model.Record, model.Enum)
_POINTER, _FUNCTION, _ARRAY, _QUALIFIED = range(len(_LEAVES), len(_LEAVES) + 4)
_NUMBERS = {
    **{leaf: number for number, leaf in enumerate(_LEAVES)},
    model.Pointer: _POINTER, model.Function: _FUNCTION, model.Array: _ARRAY, model.Qualified: _QUALIFIED,
}  # fmt: skip
_DECLARATIONS: Tuple[type, ...] = (
    kinds.FunctionDeclaration, kinds.VariableDeclaration, kinds.ConstantDeclaration, kinds.TypedefDeclaration,
    kinds.RecordDeclaration, kinds.EnumDeclaration,
)  # fmt: skip
_TABLES = ("globals", "typedefs", "records", "enums")


class NotFlat(Exception):
    """There is something in the declarations that no row describes."""


# ---- to rows


def flatten(made: Declarations, known: Declarations) -> Any:
    """Return what `made` has more than `known`, or other than it; raise NotFlat."""
    types = _Types()
    tables = tuple(_flatten_table(types, getattr(made, name), getattr(known, name)) for name in _TABLES)
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
        if kind == _FUNCTION:
            items = (self.number(items[0]), tuple(map(self.number, items[1])), *items[2:])
        elif kind >= _POINTER:
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
        kind = _DECLARATIONS.index(type(declared)) if type(declared) in _DECLARATIONS else -1
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


# ---- from rows


class Kept(Declarations):
    """Declarations that were written down: each table is made when it is first looked at.

    A program that declares a whole library uses little of it, and often not before it has done something else.
    """

    def __init__(self, read: Callable[[], Any], known: Declarations, origin: str) -> None:
        # the tables are absent until __getattr__ has made them
        self.included = list(known.included)
        self.origin = origin
        self._read = read
        self._known = known

    def __getattr__(self, name: str) -> Any:
        if name == "_content":
            rows, tables, count = self._read()
            self._content = _types(rows), dict(zip(_TABLES, tables)), count
        elif name == "anonymous_count":
            self.anonymous_count = self._content[2]
        elif name in _TABLES:
            types, tables, _ = self._content
            gone, new = tables[name]
            setattr(self, name, _unflatten_table(types, gone, new, getattr(self._known, name)))
        else:
            raise AttributeError(f"'Kept' object has no attribute {name!r}")
        return vars(self)[name]


def _unflatten_table(types: List[Any], gone: Sequence[Any], new: Sequence[Any], known: Mapping[Any, Any]) -> Dict[Any, Any]:
    table = dict(known)
    for key in gone:
        del table[types[key] if isinstance(key, int) else key]
    for key, row in new:
        table[types[key] if isinstance(key, int) else key] = _declaration(types, row)
    return table


def _types(rows: Sequence[Row]) -> List[Any]:
    types: List[Any] = []
    for row in rows:
        kind = row[0]
        if kind == _POINTER:
            made: Any = _make(model.Pointer, (model.Pointer, types[row[1]]))
        elif kind == _FUNCTION:
            made = _make(model.Function, (model.Function, types[row[1]], tuple([types[number] for number in row[2]]), *row[3:]))
        elif kind == _ARRAY:
            length = model.UnknownLength(*row[2]) if isinstance(row[2], tuple) else row[2]
            made = _make(model.Array, (model.Array, types[row[1]], length))
        elif kind == _QUALIFIED:
            made = _make(model.Qualified, (model.Qualified, types[row[1]], *row[2:]))
        else:
            made = _make(_LEAVES[kind], (_LEAVES[kind], *row[1:]))
        types.append(made)
    return types


def _declaration(types: List[Any], row: Sequence[Any]) -> Any:
    """Return the declaration of a row."""
    cls = _DECLARATIONS[row[0]]
    type_at, position_at = _PLACES[cls]
    ctype = None if row[type_at] is None else types[row[type_at]]
    position = _make(Position, row[position_at])
    if cls is kinds.RecordDeclaration:
        return _make(cls, (cls, ctype, _fields(types, row[2]), *row[3:position_at], position, *row[position_at + 1:]))
    if cls is kinds.EnumDeclaration:
        return _make(cls, (cls, ctype, *row[2:position_at], position, *map(_read_positions, row[position_at + 1:])))
    return _make(cls, (cls, row[1], ctype, *row[3:position_at], position, *row[position_at + 1:]))


def _fields(types: List[Any], rows: Optional[Sequence[Any]]) -> Optional[Tuple[Field, ...]]:
    if rows is None:
        return None
    type_at, at = _PLACES[Field]
    return tuple([
        _make(Field, (Field, *row[1:type_at], types[row[type_at]], *row[type_at + 1:at], _make(Position, row[at]), *row[at + 1:]))
        for row in rows
    ])


def _read_positions(item: Any) -> Any:
    return tuple([_make(Position, items) for items in item]) if isinstance(item, tuple) else item


_PLACES = {cls: (_names(cls).index("type") + 1, _names(cls).index("position") + 1) for cls in (Field, *_DECLARATIONS)}
assert {type_at for type_at, _ in _PLACES.values()} == {1, 2}, "a declaration has changed: so must _declaration()"
