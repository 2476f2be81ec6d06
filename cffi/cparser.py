"""`cffi.cparser`: what published projects take from the parser."""

from cffi.commontypes import COMMON_TYPES
from cffi_build.errors import CDefError, FFIError
from cffi_runtime.classic.names import common_type_names as _common_type_names
from cffi_runtime.classic.parser import Parser

__all__ = ["COMMON_TYPES", "CDefError", "FFIError", "Parser", "_common_type_names"]
