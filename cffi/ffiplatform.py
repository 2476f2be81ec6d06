"""`cffi.ffiplatform`: extension modules and their compilation."""

from cffi_build.errors import VerificationError
from cffi_runtime.classic.ffiplatform import compile, flatten, get_extension, maybe_relative_path, samefile

__all__ = ["VerificationError", "compile", "flatten", "get_extension", "maybe_relative_path", "samefile"]
