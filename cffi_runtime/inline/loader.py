"""Finding and loading a shared library for `ffi.dlopen()`."""

from __future__ import annotations

import os

import _cffi_backend

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, List, Optional, Tuple

    from _cffi_backend import CLibrary


def load(name: Any, flags: int) -> Tuple[CLibrary, str]:
    """Return the C extension's handle of the library, and the name to call it.

    `name` is a file name or path, None for what the process has loaded already, or a ``void *`` that dlopen() returned.
    A name that the system does not find as it is, such as ``m``, is looked up by `ctypes.util.find_library`.
    """
    if isinstance(name, _cffi_backend.FFI.CData):
        return _cffi_backend.load_library(name, flags), repr(name)
    if name is None:
        return _cffi_backend.load_library(None, flags), "<None>"
    try:
        path = os.fspath(name)
    except TypeError:
        from cffi_runtime import errors

        raise errors.wrong_library_name(name) from None
    if not isinstance(path, str):
        from cffi_runtime import errors

        raise errors.wrong_library_name(name)
    return _load_path(path, flags), path


def _load_path(path: str, flags: int) -> CLibrary:
    tries: List[Tuple[str, str]] = []
    for candidate in _candidates(path, tries):
        try:
            return _cffi_backend.load_library(candidate, flags)
        except OSError as reason:
            tries.append((candidate, str(reason).rpartition(f"cannot load library '{candidate}': ")[2]))
    from cffi_runtime.inline.diagnosis import explain

    raise OSError(explain(path, tries))


def _candidates(path: str, tries: List[Tuple[str, str]]) -> Iterator[str]:
    yield path
    if os.path.dirname(path):
        return
    found = find_library(path)
    if found is None:
        tries.append((f"ctypes.util.find_library('{path}')", "no such library"))
    elif found != path:
        yield found


def find_library(name: str) -> Optional[str]:
    """Return what the system calls the library `name`, such as ``libm.so.6`` for ``m``; None if it knows none."""
    from ctypes import util

    try:
        return util.find_library(name)
    except OSError:  # it asks compilers and linkers, and trips over some answers
        return None
