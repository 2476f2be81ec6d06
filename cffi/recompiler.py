"""`cffi.recompiler`: writes and compiles the module of an `FFI`."""

from io import StringIO as NativeIO

from cffi_build.errors import VerificationError
from cffi_runtime.classic.recompiler import Recompiler, recompile
from cffi_runtime.source import make_c_source, make_py_source

__all__ = ["NativeIO", "Recompiler", "VerificationError", "make_c_source", "make_py_source", "recompile"]
