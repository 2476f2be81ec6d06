"""`cffi.ffiplatform`: extension modules and their compilation."""

from os.path import samefile

from cffi_build.errors import VerificationError
from cffi_runtime.classic import ffiplatform as _ours
from cffi_runtime.classic.ffiplatform import flatten, get_extension, maybe_relative_path

__all__ = ["VerificationError", "compile", "flatten", "get_extension", "maybe_relative_path", "samefile"]

compile = _ours.compile_extension  # noqa: A001  # its known name
