"""Numbers squared by C code, built by Meson."""

from squared_meson._squared import ffi, lib

__all__ = ["ffi", "lib"]
