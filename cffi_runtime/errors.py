"""The words of every error that the Python side of the runtime raises; the classes are those of the build side, fetched on demand."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_COMPILED_MODES = "use set_source() and compile(), or verify(), which ask the C compiler"


def missing(subject: str, what: str) -> Exception:
    """Say that only the C compiler can tell `what` of `subject`, and ABI mode does not ask it."""
    from cffi_build.errors import VerificationMissing

    return VerificationMissing(
        f"{subject}: the cdef leaves {what} to the C compiler ('...'), which dlopen() does not ask; write it out, or {_COMPILED_MODES}"
    )


def unknown_number(name: str) -> Exception:
    """Say that ``typedef int... name;`` needs a compiled module."""
    return NotImplementedError(
        f"type '{name}' can only be used after compilation: the cdef leaves its size to the C compiler ('...'); "
        f"name its exact type, or {_COMPILED_MODES}"
    )


def bare_function(spelling: str) -> Exception:
    """Say that a function type stands where an object type must."""
    from cffi_build.errors import CDefError

    pointer = spelling.replace("(", "(*)(", 1)
    return CDefError(f"the type '{spelling}' is a function type, not a pointer-to-function type; write '{pointer}'")


def enum_too_wide(name: str, least: int, most: int) -> Exception:
    """Say that no integer type holds all values of an enum."""
    from cffi_build.errors import CDefError

    return CDefError(f"{name}: no integer type of C holds all of its values, which go from {least} to {most}")


def included_twice(name: str) -> Exception:
    """Say that two FFIs, of which one includes the other, declare `name` differently."""
    from cffi_build.errors import FFIError

    if name.startswith("$"):
        return FFIError("include(): both FFIs have anonymous structs or enums already; call include() before the first cdef()")
    return FFIError(f"include(): multiple declarations of '{name}': both FFIs declare it, and not in the same way")


def includes_itself() -> ValueError:
    """Refuse ``ffi.include(ffi)``, directly or through others."""
    return ValueError("include(): an FFI cannot include itself")


def wrong_library_name(name: Any) -> TypeError:
    """Refuse to open `name`."""
    return TypeError(f"dlopen(name): name must be a file name, None, or an already-opened 'void *' handle, not {_describe(name)}")


def undeclared(library: str, name: str) -> AttributeError:
    """Say that no cdef has `name`."""
    return AttributeError(f"library '{library}' has no function, variable or constant '{name}': no cdef() declares it")


def constant_without_value(library: str, name: str) -> NotImplementedError:
    """Say that the cdef gives a constant without its value."""
    return NotImplementedError(
        f"constant '{name}' cannot be read from library '{library}': the library exports no such symbol and the cdef gives no value; "
        f"write '#define {name} <integer>', or {_COMPILED_MODES}"
    )


def other_extension(version: str) -> ImportError:
    """Say that `_cffi_backend` and this package are not of one distribution."""
    import sys

    import _cffi_backend

    if sys.implementation.name == "pypy":
        return ImportError("cffi_runtime does not run on PyPy: there `cffi` and `_cffi_backend` are a part of PyPy; write `import cffi`")
    where = getattr(_cffi_backend, "__file__", "built in")
    return ImportError(
        f"this is cffi {version}, but the C extension _cffi_backend ({where}) is of cffi {_cffi_backend.__version__}: "
        "remove one of them, or install cffi again"
    )


def other_backend(backend: Any) -> NotImplementedError:
    """Refuse ``FFI(backend)``."""
    return NotImplementedError(f"FFI(backend): the C extension _cffi_backend is the only backend, {_describe(backend)} cannot replace it")


def not_text(what: str, value: Any) -> TypeError:
    """Say that `value` should be a str."""
    return TypeError(f"{what} must be a string, not {_describe(value)}")


def not_an_ffi(value: Any) -> TypeError:
    """Refuse ``ffi.include(value)``."""
    return TypeError(f"ffi.include() expects an argument that is also of type cffi.FFI, or an imported module, not {_describe(value)}")


def no_such_constant(name: str) -> AttributeError:
    """Say that ``ffi.integer_const(name)`` finds nothing."""
    return AttributeError(f"integer constant '{name}' not found: no cdef() declares it with a value")


def source_needed(method: str) -> ValueError:
    """Say that `method` was called before `set_source`."""
    return ValueError(f"set_source() must be called before {method}()")


def wrong_mode(method: str, *, compiled: bool) -> TypeError:
    """Say that `method` is of one mode and was called in the other."""
    ours, other = "C extension modules", "dlopen()-style pure Python modules (set_source() with None)"
    return TypeError(f"{method}() is only for {ours if compiled else other}, not for {other if compiled else ours}")


def included_without_source() -> Exception:
    """Say that a module can only include another module."""
    from cffi_build.errors import VerificationError

    return VerificationError("include(): the included FFI is of no module: call set_source() on it, and compile it")


def included_of_other_mode(name: str, *, compiled: bool) -> Exception:
    """Refuse a compiled module that includes one of ABI mode, or the other way round."""
    from cffi_build.errors import VerificationError

    this, other = ("a C extension", "ABI mode") if compiled else ("ABI mode", "a C extension")
    return VerificationError(f"include(): the included module '{name}' is of {other}, this one is {this}: both must be of the same kind")


def only_on_windows() -> AttributeError:
    """Refuse ``ffi.getwinerror()`` elsewhere."""
    return AttributeError("ffi.getwinerror() is only there on Windows; here, read ffi.errno")


def _describe(value: Any) -> str:
    return f"{value!r} of type {type(value).__name__}" if len(repr(value)) < 80 else type(value).__name__
