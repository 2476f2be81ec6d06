"""What `ffi.compile()` and `ffi.verify()` do with a C file that is already written: one module, no project around it."""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from typing import TYPE_CHECKING, Any, Mapping, Optional

from cffi_build.compile import PathLike
from cffi_build.errors import VerificationError

if TYPE_CHECKING:
    from setuptools import Extension

NO_SETUPTOOLS = (
    "compiling a module needs setuptools, which is not installed here: pip install 'cffi[build]' "
    '(a project built through build-backend = "cffi_build" gets it by itself)'
)


def make_extension(name: str, c_file: PathLike, keywords: Mapping[str, Any]) -> Extension:
    """See `cffi_build.compile.make_extension`."""
    require_setuptools()
    from cffi_build.compile.toolchain import Extension

    rest = dict(keywords)
    sources = [os.fspath(c_file), *map(os.fspath, rest.pop("sources", ()))]
    return Extension(name, sources=sources, **rest)


def build_extension(
    name: str,
    c_file: PathLike,
    *,
    directory: PathLike,
    target: Optional[str],
    keywords: Mapping[str, Any],
    verbose: bool,
    debug: Optional[bool],
) -> str:
    """See `cffi_build.compile.build_extension`."""
    extension = make_extension(name, c_file, keywords)
    from cffi_build.compile.build import OneModule
    from cffi_build.compile.toolchain import Distribution

    with tempfile.TemporaryDirectory(prefix="cffi-") as scratch:
        command = OneModule(Distribution({"name": name, "ext_modules": [extension]}))
        command.build_lib, command.build_temp = os.path.abspath(directory), scratch
        command.debug = hasattr(sys, "gettotalrefcount") if debug is None else debug
        command.verbose, command.target = 2 * verbose, target
        command.ensure_finalized()
        command.run()
    return command.get_ext_fullpath(name)


def require_setuptools() -> None:
    """Raise `VerificationError` that says what to install unless setuptools is there."""
    if importlib.util.find_spec("setuptools") is None:
        raise VerificationError(NO_SETUPTOOLS)
