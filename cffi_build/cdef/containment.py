"""Structs that contain one another by value, which only a text in unusual order can write down."""

from __future__ import annotations

from cffi_build.declarations import RecordDeclaration
from cffi_build.model import Array, Record, unqualified

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Collection, Dict, Iterator, List, Mapping, Optional, Tuple

    Records = Mapping[Record, RecordDeclaration]


def find_endless(starts: Collection[Record], records: Records) -> Optional[Record]:
    """Return one of `starts` that contains itself through its members; every record below them is looked at once."""
    finished: Dict[Record, bool] = {}
    for start in starts:
        path: List[Tuple[Record, Iterator[Record]]] = []
        following: Optional[Record] = start
        while following is not None or path:
            if following is None:
                finished[path.pop()[0]] = True
            elif finished.get(following) is False:
                cycle = [record for record, _ in path]
                # without one, it is a struct that was refused already: one that has itself as a member
                return next((record for record in cycle[cycle.index(following):] if record in starts), None)
            elif following not in finished:
                finished[following] = False
                path.append((following, _contained(records.get(following))))
            following = next(path[-1][1], None) if path else None
    return None


def _contained(declared: Optional[RecordDeclaration]) -> Iterator[Record]:
    for field in (declared.fields if declared else None) or ():
        ctype = unqualified(field.type)
        while isinstance(ctype, Array):
            ctype = unqualified(ctype.item)
        if isinstance(ctype, Record):
            yield ctype
