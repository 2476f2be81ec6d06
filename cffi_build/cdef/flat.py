"""The declarations of a `Kept`, made from the plain tuples that `marshal` reads, see `flatten`."""

from __future__ import annotations

import marshal

from cffi_build import declarations as kinds
from cffi_build import model
from cffi_build.declarations import Field, Position

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

    Row = Tuple[Any, ...]

_make: Any = tuple.__new__
LEAVES: Tuple[type, ...] = (model.Void, model.Primitive, model.UnknownInteger, model.UnknownFloat, model.Record, model.Enum)
POINTER, FUNCTION, ARRAY, QUALIFIED = range(len(LEAVES), len(LEAVES) + 4)
DECLARATIONS: Tuple[type, ...] = (
    kinds.FunctionDeclaration, kinds.VariableDeclaration, kinds.ConstantDeclaration, kinds.TypedefDeclaration,
    kinds.RecordDeclaration, kinds.EnumDeclaration,
)  # fmt: skip
TABLES = ("globals", "typedefs", "records", "enums")


class Rows:
    """What was written: rows of types, and of the declarations of each table."""

    def __init__(self, written: bytes) -> None:
        types, tables, self.anonymous_count = marshal.loads(written)
        self._types = _types(types)
        self._tables = dict(zip(TABLES, tables))

    def table(self, name: str, known: Mapping[Any, Any]) -> Dict[Any, Any]:
        """Return the table of that name: `known` without the keys that are gone, and with the rows that are new."""
        types = self._types
        gone, new = self._tables[name]
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
        if kind == POINTER:
            made: Any = _make(model.Pointer, (model.Pointer, types[row[1]]))
        elif kind == FUNCTION:
            made = _make(model.Function, (model.Function, types[row[1]], tuple([types[number] for number in row[2]]), *row[3:]))
        elif kind == ARRAY:
            length = model.UnknownLength(*row[2]) if isinstance(row[2], tuple) else row[2]
            made = _make(model.Array, (model.Array, types[row[1]], length))
        elif kind == QUALIFIED:
            made = _make(model.Qualified, (model.Qualified, types[row[1]], *row[2:]))
        else:
            made = _make(LEAVES[kind], (LEAVES[kind], *row[1:]))
        types.append(made)
    return types


def _declaration(types: List[Any], row: Sequence[Any]) -> Any:
    """Return the declaration of a row."""
    cls = DECLARATIONS[row[0]]
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


def _places(cls: Any) -> Tuple[int, int]:
    return cls._fields.index("type") + 1, cls._fields.index("position") + 1


_PLACES = {cls: _places(cls) for cls in (Field, *DECLARATIONS)}
assert {type_at for type_at, _ in _PLACES.values()} == {1, 2}, "a declaration has changed: so must _declaration()"
