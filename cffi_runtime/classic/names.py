"""Names and numbers that published projects import from `cffi.commontypes`, `cffi.cparser` and `cffi.cffi_opcode`."""

from __future__ import annotations

from cffi_build.model import spelling
from cffi_build.primitives import PRIMITIVES, PUBLISHED_COUNT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Set

_COMPLEX = {f"{real} _Complex": f"_cffi_{real.replace(' ', '_')}_complex_t" for real in ("float", "double", "long double")}

PRIMITIVE_TO_INDEX: Dict[str, int] = {_COMPLEX.get(row.name, row.name): row.number for row in PRIMITIVES[1:PUBLISHED_COUNT]}
"""Every arithmetic type and its number in the published binary interface."""


def common_types() -> Dict[str, str]:
    """Return every name that needs no declaration, and what it stands for."""
    from cffi_build.cdef.common_types import COMMON_TYPES, STANDARD_TYPES

    keywords = {row.name for row in PRIMITIVES if not row.name.endswith("_t")} | {"signed", "unsigned"}
    standard = {name: spelling(ctype) for name, ctype in STANDARD_TYPES.items() if name not in keywords}
    return {**standard, **COMMON_TYPES}


def common_type_names(csource: str) -> Set[str]:
    """Return the names of `COMMON_TYPES` that `csource` mentions and does not itself define."""
    from cffi_build.cdef import parse

    words = set("".join(char if char.isalnum() or char == "_" else " " for char in csource).split())
    return (words & common_types().keys()) - parse(csource).typedefs.keys()


class CTypesBackend:
    """Asked for, gives the C extension: it is the only backend."""

    def __new__(cls) -> Any:
        """Return the C extension."""
        import _cffi_backend

        return _cffi_backend
