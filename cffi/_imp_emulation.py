"""`cffi._imp_emulation`: loads an extension module from a file."""

from cffi_runtime.inline.verify import load_dynamic

__all__ = ["load_dynamic"]
