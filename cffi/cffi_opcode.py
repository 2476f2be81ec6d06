"""`cffi.cffi_opcode`: the numbers of the binary interface."""

from cffi_runtime.classic.names import PRIMITIVE_TO_INDEX

__all__ = ["PRIMITIVE_TO_INDEX"]
