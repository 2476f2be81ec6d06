"""How the functions, variables and constants of a library that `ffi.dlopen()` has loaded are found."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List

    from _cffi_backend import CData, CLibrary
    from cffi_runtime.ffi import FFI
    from cffi_runtime.inline.names import Global


class Finder:
    """Finds the names of a `Lib`, which asks once for each and remembers what it was told."""

    def __init__(self, ffi: FFI, handle: CLibrary, name: str) -> None:
        """Find what `ffi` declares in the library behind the backend's `handle`; `name` is what error messages call it."""
        self._name = name
        self._ffi = ffi
        self._namespace = ffi._namespace()
        self._handle = handle

    def names(self) -> List[str]:
        """Return the declared names that can be read, sorted."""
        names = self._namespace.names
        known = [name for name, value in names.integers().items() if value is not None]
        return sorted({*known, *names.symbols()})

    def find(self, name: str) -> Any:
        """Return the value of `name`, or what stands for a variable; `NotImplemented` for attributes that every object may have."""
        names = self._namespace.names
        integer = names.integer(name)
        if integer is not None:
            return integer
        declared = names.symbols().get(name)
        if declared is not None:
            found = self._function if names.is_function(declared) else self._variable
            return found(declared, self._address(declared))
        if name.startswith("__") and name.endswith("__"):
            return NotImplemented
        from cffi_runtime import errors

        raise errors.undeclared(self._name, name)

    def _address(self, declared: Global) -> CData:
        pointer_type = self._namespace.names.pointer_to(declared)
        try:
            return self._handle.load_function(pointer_type, declared.name)
        except AttributeError as reason:
            if self._namespace.names.is_constant(declared):
                from cffi_runtime import errors

                raise errors.constant_without_value(self._name, declared.name) from reason
            raise

    def _function(self, declared: Any, address: CData) -> CData:
        parameters = ",".join(name or "" for name in declared.type.names)
        return self._ffi._function(address, declared.name, parameters, self._name)

    def _variable(self, declared: Global, address: CData) -> Any:
        names = self._namespace.names
        return self._ffi._variable(names.ctype_of(declared), address, declared.name, names.is_constant(declared))
