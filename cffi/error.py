"""`cffi.error`: the exceptions."""

from cffi_build.errors import CDefError, FFIError, PkgConfigError, VerificationError, VerificationMissing

__all__ = ["CDefError", "FFIError", "PkgConfigError", "VerificationError", "VerificationMissing"]
