"""`cffi.verifier`: the compiled module behind `ffi.verify()`."""

from cffi_build.errors import VerificationError
from cffi_runtime.inline.verify import Verifier, cleanup_tmpdir, set_tmpdir

__all__ = ["VerificationError", "Verifier", "cleanup_tmpdir", "set_tmpdir"]
