"""From declarations to the text of a module: C for the compiled modes, Python for the out-of-line ABI mode."""

from __future__ import annotations

import gc
import os

from cffi_build.declarations import Declarations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Collection, Mapping, Optional, Sequence, Union

    from cffi_build.model import Enum

    EnumClasses = Mapping[Enum, bool]
    """Enums that become a class of Python's module enum, and whether it is an `IntFlag`."""

_NO_CLASSES: EnumClasses = {}
_PIECE = 65536
"""So many characters are written at once: their bytes take memory that is at hand, those of a whole text new memory."""


class _Uncollected:
    """While it is entered the garbage collector waits.

    Many thousands of small values are made, and none is garbage before the end: looking for some takes a tenth of the time.
    """

    def __enter__(self) -> None:
        self._was_enabled = gc.isenabled()
        gc.disable()

    def __exit__(self, *_: object) -> None:
        if self._was_enabled:
            gc.enable()


def c_source(
    module_name: str,
    declarations: Declarations,
    preamble: str,
    *,
    limited_api: Union[bool, str, None] = True,
    embedding: Optional[str] = None,
    included_modules: Sequence[str] = (),
    strict: bool = True,
    hold_gil: Collection[str] = (),
    free_threading: bool = True,
    enum_classes: EnumClasses = _NO_CLASSES,
) -> str:
    """Return the C source of the extension module `module_name` (dotted), which needs no other file.

    `preamble` is the user's C code. `limited_api`: True or "auto" for the stable ABI of Python 3.9, a version such as "3.11",
    False for exactly the interpreter that compiles it. `included_modules`: the dotted names of the modules of ``ffi.include()``.
    `strict`: a size, offset or value that differs from the cdef's does not compile; otherwise using it raises ``ffi.error``, but
    an enumerator is what C says.
    `embedding`: None, or the Python code that the library runs when one of its ``extern "Python"`` functions is called first.
    `hold_gil`: the names of functions that are called without releasing the GIL. `free_threading`: the C code needs no GIL.
    `enum_classes`: for which enums the module calls ``ffi.enum_class()`` on import, and whether with ``flag=True``.
    """
    with _Uncollected():
        from cffi_build.emit.c_module import write_module

        return write_module(
            module_name,
            declarations,
            preamble,
            limited_api=limited_api,
            included_modules=included_modules,
            strict=strict,
            hold_gil=hold_gil,
            free_threading=free_threading,
            embedding=embedding,
            enum_classes=enum_classes,
        )


def py_source(
    module_name: str,
    declarations: Declarations,
    *,
    included_modules: Sequence[str] = (),
    enum_classes: EnumClasses = _NO_CLASSES,
) -> str:
    """Return the source of the Python module `module_name` (dotted) for the out-of-line ABI mode: the same bytes everywhere.

    Raise VerificationMissing for what only a C compiler could tell.
    """
    with _Uncollected():
        from cffi_build.emit.py_module import write_module

        return write_module(module_name, declarations, included_modules, enum_classes)


def stub_source(
    module_name: str, declarations: Declarations, *, abi: bool = False, enum_classes: EnumClasses = _NO_CLASSES
) -> str:
    """Return the ``.pyi`` of the module `module_name` (dotted), for type checkers and editors. `abi`: it is one of ABI mode."""
    from cffi_build.emit.stub import write_stub

    return write_stub(module_name, declarations, abi=abi, enum_classes=enum_classes)


def required_runtime(declarations: Declarations, enum_classes: EnumClasses = _NO_CLASSES, *, abi: bool = False) -> str:
    """Return the requirement on the runtime of a module with `declarations`: only what is ours needs ours. `abi`: in ABI mode."""
    from cffi_build.emit.extended import uses_alignment, uses_extended_types

    ours = enum_classes or uses_extended_types(declarations) or (abi and uses_alignment(declarations))
    return "cffi>=3.0.0.dev0" if ours else "cffi>=1.17"


def write_if_changed(path: Union[str, os.PathLike[str]], text: str) -> bool:
    """Write `text` to the file `path` unless it is there already, and return whether it was written.

    A file that stays the same keeps its time, so that nothing is compiled again; readers never see half a file.
    """
    target = os.fspath(path)
    if _holds(target, text):
        return False
    temporary = f"{target}.{os.getpid()}.new"
    try:
        with open(temporary, "wb") as file:  # noqa: PTH123  # pathlib takes longer to import than most modules to write
            for at in range(0, len(text), _PIECE):
                file.write(text[at:at + _PIECE].encode("utf-8"))
        os.replace(temporary, target)
    except BaseException:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise
    return True


def _holds(path: str, text: str) -> bool:
    """Tell whether the file `path` is there and contains `text`."""
    if not os.path.isfile(path):
        return False
    data = text.encode("utf-8")
    if os.path.getsize(path) != len(data):
        return False
    with open(path, "rb") as file:  # noqa: PTH123
        return file.read() == data
