"""`cffi.recompiler` in the form in which published projects call it."""

from __future__ import annotations

from cffi_runtime import source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, Optional, Tuple, Union

    from cffi_runtime.ffi import FFI, PathLike


def recompile(
    ffi: FFI, module_name: str, preamble: Optional[str], tmpdir: PathLike = ".", call_c_compiler: bool = True,
    c_file: Optional[PathLike] = None, source_extension: str = ".c", extradir: Optional[str] = None, compiler_verbose: int = 1,
    target: Optional[str] = None, debug: Optional[bool] = None, uses_ffiplatform: bool = True, **kwds: Any,
) -> Union[str, Tuple[Any, bool]]:  # fmt: skip
    """Write the module and compile it; return the path of the result.

    `preamble`: the C code that the module begins with, None for an ABI-mode module. Without `call_c_compiler`, only write it;
    return the `Extension` (None for an ABI-mode module) and whether the file changed. `c_file`: the file to write.
    `uses_ffiplatform` changes nothing.
    """
    if call_c_compiler:
        return source.build(
            ffi, module_name, preamble, tmpdir, source_extension, kwds,
            verbose=compiler_verbose, target=target, debug=debug, path=c_file,
        )  # fmt: skip
    path = c_file or source.source_path(tmpdir, module_name, ".py" if preamble is None else source_extension)
    if preamble is None:
        return None, source.make_py_source(ffi, module_name, path)
    from cffi_build.compile import make_extension

    changed = source.make_c_source(ffi, module_name, preamble, path, limited_api=source.keeps_to_limited_api(kwds))
    shown = path if extradir is None else f"{extradir}/{path}"
    return make_extension(module_name, shown, source.complete_keywords(ffi, kwds)), changed


class Recompiler:
    """The type table of an ABI-mode module, as far as code outside looks at it."""

    def __init__(self, ffi: FFI, module_name: str, target_is_python: bool = False) -> None:
        self.ffi = ffi
        self.module_name = module_name
        self.cffi_types: List[Slot] = []

    def collect_type_table(self) -> None:
        """Fill `cffi_types`: one printable item a slot."""
        from cffi_build.emit.opcodes import ARRAY
        from cffi_build.emit.py_module import type_table
        from cffi_build.emit.scope import scope

        is_length = False
        for number in type_table(scope(self.ffi._namespace().declarations, flatten=False)).slots:
            self.cffi_types.append(Slot(number, is_length=is_length))
            is_length = not is_length and number & 255 == ARRAY


class Slot:
    """One slot of the type table, printed as ``(OPERATION argument)``."""

    def __init__(self, number: int, *, is_length: bool) -> None:
        self._number, self._is_length = number, is_length

    def __str__(self) -> str:
        from cffi_build.emit.opcodes import OPERATIONS

        return f"(None {self._number})" if self._is_length else f"({OPERATIONS[self._number & 255]} {self._number >> 8})"
