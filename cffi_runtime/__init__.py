"""The Python side of cffi's run time. Nothing here imports a third-party package, or a parser before one is needed."""

from __future__ import annotations

from cffi_runtime.ffi import FFI

__all__ = ["FFI"]
