"""Functions of a compiled module and of the C library."""

from build_script._compiled import lib
from build_script._declared import ffi

add = lib.add
strlen = ffi.dlopen(None).strlen
