"""Numbers squared by C code, built by CMake."""

from squared_cmake._squared import ffi, lib

__all__ = ["ffi", "lib"]
