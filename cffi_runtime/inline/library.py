"""What `ffi.dlopen()` returns: functions, variables and constants of a loaded library, looked up when first asked for."""

from __future__ import annotations

from cffi_runtime import errors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List

    from _cffi_backend import CData, CLibrary
    from cffi_runtime.ffi import FFI
    from cffi_runtime.inline.declare import Global


class Library:
    """A loaded shared library seen through the declarations of an `FFI`.

    Each object has a subclass of its own (see `new_library`): functions and constants land in the object's ``__dict__``,
    variables become properties of the class, so that only the first use of a name costs a search.
    """

    _cffi_loaded: Loaded

    def __getattr__(self, name: str) -> Any:
        return self._cffi_loaded.find(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if not isinstance(vars(type(self)).get(name), property):
            self._cffi_loaded.find_variable(self, name)
        object.__setattr__(self, name, value)

    def __dir__(self) -> List[str]:
        return self._cffi_loaded.names()

    def __repr__(self) -> str:
        return f"<Library '{self._cffi_loaded.name}' opened by dlopen()>"


def new_library(ffi: FFI, handle: CLibrary, name: str) -> Library:
    """Return the library behind the backend's `handle`, as `ffi` declares it."""
    members = {"_cffi_loaded": Loaded(ffi, handle, name), "__module__": __name__}
    library: Library = type("Library", (Library,), members)()
    return library


def forget(library: Library) -> None:
    """Let every name be searched again."""
    library.__dict__.clear()
    for name in [name for name, member in vars(type(library)).items() if isinstance(member, property)]:
        delattr(type(library), name)


def close(library: Library) -> None:
    """Unload `library`; its functions and variables raise from now on."""
    if not isinstance(library, Library):
        raise errors.not_a_library(library)
    library._cffi_loaded.close()
    forget(library)


class Loaded:
    """The loaded library behind a `Library`: the handle of the backend, and how declared names are found in it."""

    def __init__(self, ffi: FFI, handle: CLibrary, name: str) -> None:
        self.name = name
        self.ffi = ffi
        self._namespace = ffi._namespace()
        self._handle = handle
        self._closed = False

    def names(self) -> List[str]:
        """Return the declared names that can be read, sorted."""
        known = [name for name, value in self._namespace.integers().items() if value is not None]
        return sorted({*known, *self._namespace.symbols()})

    def find(self, library: Library, name: str) -> Any:
        """Return the value of `name`, and leave it where the next look-up finds it."""
        integer = self._namespace.integer(name)
        if integer is not None:
            library.__dict__[name] = integer
            return integer
        declared = self._declared(name)
        if not self._namespace.is_function(declared):
            setattr(type(library), name, self._property(declared))
            return getattr(library, name)
        library.__dict__[name] = function = self._address(declared)
        return function

    def find_variable(self, library: Library, name: str) -> None:
        """Make `name` a property of `library`; raise if it is nothing that can be written."""
        if self._namespace.integer(name) is not None:
            raise errors.not_a_variable(self.name, name, "a constant")
        declared = self._declared(name)
        if self._namespace.is_function(declared):
            raise errors.not_a_variable(self.name, name, "a function")
        setattr(type(library), name, self._property(declared))

    def address(self, name: str) -> CData:
        """Return a pointer to the function or variable `name`."""
        if self._namespace.integer(name) is not None:
            raise errors.no_address(self.name, name)
        return self._address(self._declared(name))

    def close(self) -> None:
        """Unload the library, unless that was done before."""
        self._closed = True
        self._handle.close_lib()

    def _declared(self, name: str) -> Global:
        declared = self._namespace.symbols().get(name)
        if declared is None:
            raise errors.undeclared(self.name, name)
        if self._closed:
            raise errors.closed(self.name)
        return declared

    def _address(self, declared: Global) -> CData:
        pointer_type = self._namespace.pointer_to(declared)
        try:
            return self._handle.load_function(pointer_type, declared.name)
        except AttributeError as reason:
            if self._namespace.is_constant(declared):
                raise errors.constant_without_value(self.name, declared.name) from reason
            raise

    def _property(self, declared: Global) -> property:
        if self._namespace.is_open_array(declared):
            return self._open_array(declared)
        pointer = self._address(declared)

        def read(_: Library) -> Any:
            return pointer[0]

        def write(_: Library, value: Any) -> None:
            pointer[0] = value

        return property(read, None if self._namespace.is_constant(declared) else write)

    def _open_array(self, declared: Global) -> property:
        """``int a[];`` reads as a pointer to the first item: how many there are is not known."""
        ctype = self._namespace.ctype_of(declared)

        def read(_: Library) -> Any:
            return self._handle.read_variable(ctype, declared.name)

        def write(_: Library, value: Any) -> None:
            self._handle.write_variable(ctype, declared.name, value)

        return property(read, write)
