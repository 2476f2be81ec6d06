"""`cffi.pkgconfig`: compiler options from pkg-config."""

from cffi_build.errors import PkgConfigError
from cffi_runtime.source import flags_from_pkgconfig, merge_flags

__all__ = ["PkgConfigError", "flags_from_pkgconfig", "merge_flags"]
