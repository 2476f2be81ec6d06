"""`cffi.setuptools_ext`: the keyword ``cffi_modules`` of setuptools' `setup()`."""

from cffi_build.setuptools_plugin import cffi_modules

__all__ = ["cffi_modules"]
