"""`cffi.model`: C types as published projects look at them."""

from cffi_build.errors import CDefError, VerificationError, VerificationMissing
from cffi_runtime.classic.model import *  # noqa: F403
from cffi_runtime.classic.model import __all__ as _names

__all__ = [*_names, "CDefError", "VerificationError", "VerificationMissing"]
