"""`cffi.commontypes`: the names of types that need no declaration."""

from cffi_runtime.classic.names import common_types

__all__ = ["COMMON_TYPES"]

COMMON_TYPES = common_types()
