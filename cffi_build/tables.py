"""Class Declarations: what cdefs declare, in tables by name. What is in the tables is defined in `declarations`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Tuple

    from cffi_build.declarations import EnumDeclaration, GlobalDeclaration, RecordDeclaration, TypedefDeclaration
    from cffi_build.model import Enum, Record


class Declarations:
    """Everything declared so far, in the order of the text.  The parser returns a new one; nothing half-made is ever seen.

    `globals` holds functions, variables and constants under their name; enumerators live in their enum.
    `included` lists the Declarations of ``ffi.include()``; their names are visible but are not emitted again.
    `anonymous_count`: how many ``$1``, ``$2`` … names are in use. `origin` says which texts were read, for the cache; "" when
    that is not known.
    """

    def __init__(
        self,
        globals: Optional[Dict[str, GlobalDeclaration]] = None,  # noqa: A002
        typedefs: Optional[Dict[str, TypedefDeclaration]] = None,
        records: Optional[Dict[Record, RecordDeclaration]] = None,
        enums: Optional[Dict[Enum, EnumDeclaration]] = None,
        included: Optional[List[Declarations]] = None,
        anonymous_count: int = 0,
    ) -> None:
        self.globals = {} if globals is None else globals
        self.typedefs = {} if typedefs is None else typedefs
        self.records = {} if records is None else records
        self.enums = {} if enums is None else enums
        self.included = [] if included is None else included
        self.anonymous_count = anonymous_count
        self.origin = ""

    def is_empty(self) -> bool:
        """Tell whether nothing is declared here, whatever is included."""
        return not (self.globals or self.typedefs or self.records or self.enums or self.anonymous_count)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Declarations) and self._contents() == other._contents()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Declarations({', '.join(map(repr, self._contents()))})"

    def __reduce__(self) -> Any:
        return Declarations, self._contents()

    def _contents(self) -> Tuple[Any, ...]:
        return self.globals, self.typedefs, self.records, self.enums, self.included, self.anonymous_count
