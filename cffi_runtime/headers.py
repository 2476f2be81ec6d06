"""What `ffi.cdef_from_headers()` does: declarations from real headers, read with the C compiler's help."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

    from cffi_build.compile.pkgconfig import Flags
    from cffi_build.compile.scan import Scan


def scan(
    headers: Union[str, Sequence[str]],
    *,
    mode: str,
    declarations: Sequence[str],
    also: Sequence[str],
    only: bool,
    pkg_config: Sequence[str],
    options: Dict[str, Any],
) -> Scan:
    """Return what the headers declare; `options` are those keyword arguments of `Extension` that concern the compiler."""
    from cffi_build.compile import scan as scanning
    from cffi_build.compile.c_compiler import find_compiler

    _check(mode, options)
    flags = _flags(pkg_config, options)
    request = scanning.Request(
        _texts("headers", headers if not isinstance(headers, str) else (headers,)),
        _texts("declarations", declarations),
        _texts("also", also),
        only,
        mode == "abi",
        check_symbols=bool(flags.libraries),
    )
    return scanning.scan(request, find_compiler(flags))


def _check(mode: str, options: Dict[str, Any]) -> None:
    if mode not in ("api", "abi"):
        raise ValueError(f"'mode' is 'api' or 'abi', not {mode!r}")
    unknown = sorted(options.keys() - set(_OPTIONS))
    if unknown:
        raise TypeError(f"cdef_from_headers() got an unexpected keyword argument {unknown[0]!r}; there are {', '.join(_OPTIONS)}")


def _flags(pkg_config: Sequence[str], options: Dict[str, Any]) -> Flags:
    from cffi_build.compile.pkgconfig import Flags, query

    found = query(pkg_config) if pkg_config else Flags()
    values = {name: _texts(name, options.get(name, ())) for name in _OPTIONS if name != "define_macros"}
    return Flags(
        (*values["include_dirs"], *found.include_dirs),
        (*_macros(options.get("define_macros", ())), *found.macros),
        (*values["library_dirs"], *found.library_dirs),
        (*values["libraries"], *found.libraries),
        (*values["extra_compile_args"], *found.compile_args),
        found.link_args,
    )


_OPTIONS = ("include_dirs", "define_macros", "libraries", "library_dirs", "extra_compile_args")


def _texts(name: str, values: Any) -> Tuple[str, ...]:
    if isinstance(values, str) or not all(isinstance(value, str) for value in values):
        raise TypeError(f"'{name}' is a list of str, not {values!r}")
    return tuple(values)


def _macros(pairs: Any) -> List[Tuple[str, Optional[str]]]:
    return [(name, value) for name, value in pairs]
