"""The module that an `FFI` is the source of: what `set_source` assigned, written as C or Python and compiled."""

from __future__ import annotations

import os
import sys

from cffi_runtime import errors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Mapping, Optional, Sequence, TextIO, Tuple, Union

    from cffi_build.declarations import Declarations
    from cffi_runtime.ffi import FFI, PathLike

    Assigned = Tuple[str, Optional[str], str, Dict[str, Any]]
    Target = Union[PathLike, TextIO]


def assign(ffi: FFI, module_name: Any, source: Any, source_extension: str, keywords: Mapping[str, Any]) -> None:
    """See `FFI.set_source`."""
    if hasattr(ffi, "_assigned_source"):
        raise ValueError("set_source() cannot be called several times per ffi object")
    if not isinstance(module_name, str):
        raise errors.not_text("'module_name'", module_name)
    if "/" in module_name or os.sep in module_name:
        raise ValueError(f"'module_name' must not contain '/', as {module_name!r} does: write 'package.module'")
    if source is not None and not isinstance(source, str):
        raise errors.not_text("'source'", source)
    ffi._assigned_source = (module_name, source, source_extension, dict(keywords))


def make_c_source(
    ffi: FFI, module_name: str, preamble: str, target_c_file: Target, verbose: bool = False, *, limited_api: bool = True
) -> bool:
    """Write the C source of the module; return False if the file already was as it should be.

    `limited_api`: False where the C code uses more of Python than the stable ABI.
    """
    included = [_module_name(included, compiled=True) for included in ffi._included_ffis]
    text = _c_text(ffi, module_name, preamble, ffi._namespace().declarations, included, limited_api)
    return _write(target_c_file, text, verbose)


def make_verified_source(ffi: FFI, module_name: str, preamble: str, target_c_file: Target, *, limited_api: bool = True) -> bool:
    """As `make_c_source`, but an included FFI need not be of a module: then its declarations become part of this one."""
    modules = [included for included in ffi._included_ffis if is_of_module(included)]
    declarations = ffi._namespace().merged([each._namespace() for each in ffi._included_ffis if each not in modules])
    included = [_module_name(included, compiled=True) for included in modules]
    return _write(target_c_file, _c_text(ffi, module_name, preamble, declarations, included, limited_api), verbose=False)


def _c_text(ffi: FFI, name: str, preamble: str, declarations: Declarations, included: Sequence[str], limited_api: bool) -> str:
    from cffi_build import emit

    return emit.c_source(
        name,
        declarations,
        preamble,
        included_modules=included,
        embedding=ffi._embedding,
        limited_api=limited_api,
        strict=False,  # what differs from the cdef is an error where it is used
    )


def keeps_to_limited_api(keywords: Mapping[str, Any]) -> bool:
    """Tell whether the keyword arguments of `Extension` allow the stable ABI: all do, but for ``py_limited_api=False``."""
    return bool(keywords.get("py_limited_api", True))


def described(module: Any) -> FFI:
    """Return an FFI that stands for an imported module, of whatever distribution and cffi: its declarations, and its types."""
    from types import ModuleType

    from cffi_build.cdef.installed import describe
    from cffi_runtime.ffi import FFI

    if not isinstance(module, ModuleType):
        raise errors.not_an_ffi(module)
    ffi = FFI()
    ffi._namespace().replace(describe(module))
    ffi._adopt(module.ffi)
    ffi._assigned_source = (module.__name__, "" if hasattr(module, "lib") else None, ".c", {})
    ffi._cdefsources.append(f"module {module.__name__} {getattr(module, '__file__', '')}")
    return ffi


def is_of_module(ffi: FFI) -> bool:
    """Tell whether `ffi` describes a module: through `set_source`, or compiled by `verify`."""
    return hasattr(ffi, "_assigned_source") or hasattr(ffi, "verifier")


def make_py_source(ffi: FFI, module_name: str, target_py_file: Target, verbose: bool = False) -> bool:
    """Write the Python source of the out-of-line ABI module; return False if the file already was as it should be."""
    from cffi_build import emit

    included = [_module_name(included, compiled=False) for included in ffi._included_ffis]
    return _write(target_py_file, emit.py_source(module_name, ffi._namespace().declarations, included_modules=included), verbose)


def emit_c(ffi: FFI, target: Target) -> None:
    """See `FFI.emit_c_code`."""
    name, source, _, keywords = _assigned(ffi, "emit_c_code", compiled=True)
    make_c_source(ffi, name, str(source), target, limited_api=keeps_to_limited_api(keywords))


def emit_python(ffi: FFI, target: Target) -> None:
    """See `FFI.emit_python_code`."""
    name, _, _, _ = _assigned(ffi, "emit_python_code", compiled=False)
    make_py_source(ffi, name, target)


def extension(ffi: FFI, tmpdir: PathLike, verbose: bool) -> Any:
    """See `FFI.distutils_extension`."""
    from cffi_build.compile import make_extension

    name, source, suffix, keywords = _assigned(ffi, "distutils_extension", compiled=True)
    path = source_path(tmpdir, name, suffix)
    make_c_source(ffi, name, str(source), path, verbose, limited_api=keeps_to_limited_api(keywords))
    return make_extension(name, path, complete_keywords(ffi, keywords))


def compile_module(ffi: FFI, tmpdir: PathLike, *, verbose: int, target: Optional[str], debug: Optional[bool]) -> str:
    """See `FFI.compile`."""
    name, source, suffix, keywords = _assigned(ffi, "compile")
    return build(ffi, name, source, tmpdir, suffix, keywords, verbose=verbose, target=target, debug=debug)


def build(
    ffi: FFI, name: str, source: Optional[str], directory: PathLike, suffix: str, keywords: Mapping[str, Any],
    *, verbose: int = 0, target: Optional[str] = None, debug: Optional[bool] = None, path: Optional[PathLike] = None,
) -> str:  # fmt: skip
    """Write the module `name` (to `path`, or where its name belongs below `directory`) and compile it; return the result's path."""
    if source is None:
        path = path or source_path(directory, name, ".py")
        make_py_source(ffi, name, path, bool(verbose))
        return os.fspath(path)
    from cffi_build.compile import build_extension

    path = path or source_path(directory, name, suffix)
    make_c_source(ffi, name, source, path, bool(verbose), limited_api=keeps_to_limited_api(keywords))
    keywords = complete_keywords(ffi, keywords)
    if target is None and ffi._embedding is not None:
        target = f"{name.rpartition('.')[2]}.*"  # a library for C programs: Python's tag has no place in its name
    return build_extension(name, path, directory=directory, target=target, keywords=keywords, verbose=bool(verbose), debug=debug)


def complete_keywords(ffi: FFI, keywords: Mapping[str, Any]) -> Dict[str, Any]:
    """Return the keyword arguments of `Extension`, with plain paths of sources and what follows from `set_unicode`."""
    complete = dict(keywords)
    if "sources" in complete:
        complete["sources"] = [os.path.normpath(path) for path in complete["sources"]]
    if ffi._windows_unicode:
        complete["define_macros"] = [*complete.get("define_macros", ()), ("UNICODE", "1"), ("_UNICODE", "1")]
    if ffi._embedding is not None and sys.platform != "win32":
        _link_with_python(complete)
    return complete


def _link_with_python(keywords: Dict[str, Any]) -> None:
    """Add the library of this Python: the program that loads an embedding library need not have any (Windows does it by itself)."""
    import sysconfig

    folder = str(sysconfig.get_config_var("LIBDIR"))
    keywords["libraries"] = [*keywords.get("libraries", ()), f"python{sysconfig.get_config_var('LDVERSION')}"]
    for key in ("library_dirs", "runtime_library_dirs"):
        keywords[key] = [*keywords.get(key, ()), folder]


def source_path(directory: PathLike, module_name: str, suffix: str) -> str:
    """Return the path below `directory` that belongs to a dotted name, and make its folder."""
    path = os.path.join(os.fspath(directory), *module_name.split(".")) + suffix
    os.makedirs(os.path.dirname(path) or os.curdir, exist_ok=True)
    return path


def with_pkgconfig(packages: Any, keywords: Mapping[str, Any]) -> Dict[str, Any]:
    """Return `keywords` of `Extension` with what pkg-config tells of `packages` added."""
    if not isinstance(packages, list):
        raise TypeError("the pkgconfig_libs argument must be a list of package names")
    merged = {key: list(value) if isinstance(value, (list, tuple)) else value for key, value in keywords.items()}
    return merge_flags(merged, flags_from_pkgconfig(packages))


def flags_from_pkgconfig(packages: Sequence[str]) -> Dict[str, List[Any]]:
    """Return the keyword arguments of `Extension` that pkg-config tells of `packages`. Raises `PkgConfigError`."""
    if not packages:
        return {}
    from cffi_build.compile import pkgconfig

    flags = pkgconfig.query(packages)
    return {
        "include_dirs": list(flags.include_dirs),
        "library_dirs": list(flags.library_dirs),
        "libraries": list(flags.libraries),
        "define_macros": list(flags.macros),
        "extra_compile_args": list(flags.compile_args),
        "extra_link_args": list(flags.link_args),
    }


def merge_flags(flags: Dict[str, Any], more: Mapping[str, List[Any]]) -> Dict[str, Any]:
    """Add the lists of `more` to those of `flags`, which is changed and returned."""
    for key, values in more.items():
        if key not in flags:
            flags[key] = values
        elif isinstance(flags[key], list):
            flags[key].extend(values)
        else:
            raise TypeError(f"'{key}' must be a list of values, to which those of pkg-config are added, not {flags[key]!r}")
    return flags


def embedding_code(earlier: Optional[str], code: Any) -> str:
    """Return the Python code for an embedding library, with the indentation that all of its lines share taken away."""
    if earlier:
        raise ValueError("embedding_init_code() can only be called once")
    if not isinstance(code, str):
        raise errors.not_text("embedding_init_code() argument", code)
    from textwrap import dedent

    text = dedent(code.strip("\n").rstrip()) + "\n"
    compile(text, "<init code>", "exec")
    return text


def unicode_types(wide: bool) -> str:
    """Return the declarations that `FFI.set_unicode` makes."""
    return (
        f"typedef {'wchar_t' if wide else 'char'} TBYTE, TCHAR; typedef TCHAR *PTCHAR, *LPTSTR, *PTSTR; typedef TBYTE *PTBYTE; "
        "typedef const TCHAR *LPCTSTR, *PCTSTR;"
    )


def _assigned(ffi: FFI, method: str, *, compiled: Optional[bool] = None) -> Assigned:
    """Return what `set_source` was given; it must be of the mode that `method` is for."""
    if not hasattr(ffi, "_assigned_source"):
        raise errors.source_needed(method)
    if compiled is not None and compiled != (ffi._assigned_source[1] is not None):
        raise errors.wrong_mode(method, compiled=compiled)
    return ffi._assigned_source


def _module_name(included: FFI, *, compiled: bool) -> str:
    """Return the name of the module of an included FFI, which must be of the mode of the including one."""
    if not is_of_module(included):
        raise errors.included_without_source()
    if hasattr(included, "_assigned_source"):
        name, code, _, _ = included._assigned_source
    else:
        name, code = included.verifier.get_module_name(), included.verifier.preamble
    if (code is not None) != compiled:
        raise errors.included_of_other_mode(name, compiled=compiled)
    return name


def _write(target: Target, text: str, verbose: bool) -> bool:
    if hasattr(target, "write"):
        target.write(text)
        return True
    from cffi_build.emit import write_if_changed

    written = write_if_changed(os.fspath(target), text)
    if verbose:
        print(f"{'generated' if written else 'unchanged'} {os.fspath(target)}")
    return written
