"""`cffi.backend_ctypes`: there is one backend, the C extension; old code may still ask for another one here."""

from cffi_runtime.classic.names import CTypesBackend

__all__ = ["CTypesBackend"]
