"""Build scripts: ``"path.py:variable"`` names an FFI object on which the script has called `set_source()`."""

from __future__ import annotations

import io
import os
import runpy
from typing import Any, Callable, Dict, Union

from cffi_build.compile.limited_api import interpreter_has_it
from cffi_build.compile.python_modules import GeneratedModule
from cffi_build.compile.toolchain import GeneratedExtension
from cffi_build.errors import ConfigError


def module_of(entry: str) -> Union[GeneratedExtension, GeneratedModule]:
    """Return the module that the FFI object named by `entry` describes. Runs the script."""
    path, colon, variable = entry.partition(":")
    if not colon:
        raise ConfigError(f"cffi_modules: expected 'path.py:variable', got {entry!r}")
    ffi = _find(_run(path), path, variable)
    assigned = getattr(ffi, "_assigned_source", None)
    if assigned is None:
        raise ConfigError(f"cffi_modules: {entry}: no set_source() was called on this FFI object")
    name, source, suffix, keywords = assigned
    if source is None:
        return GeneratedModule(name, _text(ffi.emit_python_code), depends=(path,))
    complete = {"py_limited_api": interpreter_has_it(), **keywords, "depends": [*keywords.get("depends", ()), path]}
    return GeneratedExtension(name, _text(ffi.emit_c_code), suffix=suffix, **complete)


def _run(path: str) -> Dict[str, Any]:
    """Run a script with its own name as ``__file__``; its ``if __name__ == "__main__":`` part stays out."""
    if not os.path.isfile(path):
        raise ConfigError(f"cffi_modules: no such file: {path!r} (looked for {os.path.abspath(path)})")
    return runpy.run_path(path, run_name="_cffi_build_script")


def _find(variables: Dict[str, Any], path: str, variable: str) -> Any:
    if variable not in variables:
        raise ConfigError(f"cffi_modules: {path}: defines no {variable!r}")
    found = variables[variable]
    ffi = found() if callable(found) and not hasattr(found, "set_source") else found
    if not hasattr(ffi, "set_source"):
        raise ConfigError(f"cffi_modules: {path}:{variable} is not an FFI object but a {type(ffi).__name__}")
    return ffi


def _text(emit: Callable[[io.StringIO], None]) -> Callable[[], str]:
    """Return a function that gives what `emit` writes to a file."""

    def generate() -> str:
        text = io.StringIO()
        emit(text)
        return text.getvalue()

    return generate
