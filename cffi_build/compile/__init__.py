"""From generated C to a built module: plan (pure) → tool chain (command lines) → driver (runs them) → diagnose (explains).

The two functions below are the programmatic way in, for `ffi.compile()`, `ffi.verify()` and `ffi.distutils_extension()`.
Both want setuptools; without it they raise `errors.VerificationError` with the command that installs it.
Nothing heavy is imported before one of them is called.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Mapping, Optional, Union

if TYPE_CHECKING:
    from setuptools import Extension

PathLike = Union[str, "os.PathLike[str]"]

__all__ = ["build_extension", "make_extension"]


def make_extension(name: str, c_file: PathLike, keywords: Optional[Mapping[str, Any]] = None) -> Extension:
    """Return a `setuptools.Extension` called `name` (dotted) whose first source is the written `c_file`.

    `keywords` are the keyword arguments of `Extension` as `ffi.set_source()` takes them; their `sources` come after `c_file`.
    """
    from cffi_build.compile import programmatic

    return programmatic.make_extension(name, c_file, keywords or {})


def build_extension(
    name: str,
    c_file: PathLike,
    *,
    directory: PathLike = ".",
    target: Optional[str] = None,
    keywords: Optional[Mapping[str, Any]] = None,
    verbose: bool = False,
    debug: Optional[bool] = None,
) -> str:
    """Compile and link `c_file` as the extension module `name`; return the absolute path of the file made.

    The result lies below `directory`, in the folder that the dots of `name` ask for (``pkg/_mod.abi3.so`` for ``pkg._mod``).
    `target` replaces the file name; ``"plugin.*"`` gives ``plugin.so``, ``plugin.dylib`` or ``plugin.dll``.
    None or ``"*"``: the name under which Python imports it (``.abi3.so`` where `keywords` say ``py_limited_api=True``).
    Objects go to a temporary folder.
    `keywords`: as for `make_extension`. `debug`: None means what this Python was built with.
    Raises `errors.VerificationError` with the compiler's first error and what to do when a command fails.
    """
    from cffi_build.compile import programmatic

    return programmatic.build_extension(
        name, c_file, directory=directory, target=target, keywords=keywords or {}, verbose=verbose, debug=debug
    )
