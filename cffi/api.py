"""`cffi.api`: where `FFI` is also looked for."""

from cffi import FFI, CDefError

__all__ = ["FFI", "CDefError"]
