"""`cffi.api`: where `FFI` is also looked for."""

from cffi import CDefError, FFI

__all__ = ["FFI", "CDefError"]
