"""`cffi.ffiplatform`: extension modules, and their compilation one by one."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional, Sequence

_KEYWORDS = (
    "include_dirs", "define_macros", "undef_macros", "library_dirs", "libraries", "runtime_library_dirs", "extra_objects",
    "extra_compile_args", "extra_link_args", "export_symbols", "depends", "language", "py_limited_api",
)  # fmt: skip


def get_extension(srcfilename: str, modname: str, sources: Sequence[str] = (), **kwds: Any) -> Any:
    """Return the `setuptools.Extension` of one C file and further `sources`."""
    from cffi_build.compile import make_extension

    return make_extension(modname, srcfilename, {**kwds, "sources": list(sources)})


def compile_extension(tmpdir: str, ext: Any, compiler_verbose: int = 0, debug: Optional[bool] = None) -> str:
    """Compile an `Extension`; the result, whose path is returned, lies below `tmpdir`."""
    from cffi_build.compile import build_extension

    keywords = {key: getattr(ext, key) for key in _KEYWORDS if getattr(ext, key, None)}
    keywords["sources"] = ext.sources[1:]
    return build_extension(
        ext.name, ext.sources[0], directory=tmpdir, keywords=keywords, verbose=bool(compiler_verbose), debug=debug
    )


def maybe_relative_path(path: str) -> str:
    """Return `path` relative to the current folder if it is below it; otherwise as it is."""
    if not os.path.isabs(path):
        return path
    relative = os.path.relpath(path)
    return path if relative.startswith(os.pardir) else relative


def flatten(value: Any) -> str:
    """Return a text that is the same for equal nested dicts, lists, numbers and strings, and different for different ones."""
    if isinstance(value, str):
        return f"{len(value)}s{value}"
    if isinstance(value, dict):
        items = sorted((flatten(key), flatten(item)) for key, item in value.items())
        return f"{len(items)}d" + "".join(key + item for key, item in items)
    if isinstance(value, (list, tuple)):
        return f"{len(value)}l" + "".join(map(flatten, value))
    if isinstance(value, int):
        return f"{value:d}i"
    raise TypeError(f"keyword arguments of verify() may hold dicts, lists, numbers and strings, not {value!r}")
