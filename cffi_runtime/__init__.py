"""The Python side of cffi's run time. Nothing here imports a third-party package, or a parser before one is needed."""

from __future__ import annotations

import _cffi_backend

__version__ = "3.0.0.dev0"
__version_info__ = (3, 0, 0, "dev0")

if _cffi_backend.__version__ != __version__:
    from cffi_runtime.errors import other_extension

    raise other_extension(__version__)

from cffi_runtime.ffi import FFI

__all__ = ["FFI", "__version__", "__version_info__"]
