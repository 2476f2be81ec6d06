"""The Python side of cffi's run time. Nothing here imports a third-party package, or a parser before one is needed."""

from __future__ import annotations

import _cffi_backend
from cffi_runtime.version import __version__

if _cffi_backend.__version__ != __version__:
    from cffi_runtime.errors import other_extension

    raise other_extension(__version__)

from cffi_runtime.ffi import FFI

__all__ = ["FFI"]
