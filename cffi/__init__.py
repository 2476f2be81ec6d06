"""cffi: call C from Python. This package is the face: it forwards the public names, and imports only what is asked for."""

from __future__ import annotations

from cffi_runtime import FFI, __version__, __version_info__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cffi_build.errors import CDefError, FFIError, PkgConfigError, VerificationError, VerificationMissing

__all__ = ["FFI", "CDefError", "FFIError", "PkgConfigError", "VerificationError", "VerificationMissing", "__version__", "__version_info__"]

_ERRORS = frozenset({"CDefError", "FFIError", "PkgConfigError", "VerificationError", "VerificationMissing"})
_MODULES = frozenset({"api", "commontypes", "cparser", "error", "lock", "model"})


def __getattr__(name: str) -> object:
    if name in _ERRORS:
        from cffi_build import errors

        globals()[name] = getattr(errors, name)
        return globals()[name]
    if name in _MODULES:
        from importlib import import_module

        return import_module(f"cffi.{name}")
    raise AttributeError(f"module 'cffi' has no attribute {name!r}")
