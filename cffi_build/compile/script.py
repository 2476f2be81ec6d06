"""Build scripts: ``"path.py:variable"`` names an FFI object on which the script has called `set_source()`."""

from __future__ import annotations

import io
import os
import runpy
import traceback
from dataclasses import dataclass
from typing import Any, Callable, Dict, Mapping, Optional

from cffi_build.declarations import Declarations
from cffi_build.errors import ConfigError, FFIError


@dataclass(frozen=True)
class Described:
    """What the FFI object of a build script says of its module. `compiled`: whether it is C; `keywords`: those of `Extension`."""

    name: str
    compiled: bool
    suffix: str
    keywords: Mapping[str, Any]
    text: Callable[[], str]
    declarations: Callable[[], Optional[Declarations]]


def described(entry: str, place: str) -> Described:
    """Run the script of `entry` and return what its FFI object says. Raises `ConfigError`, which names `place`."""
    path, colon, variable = entry.partition(":")
    if not colon:
        raise ConfigError(f"{place}: expected 'path.py:variable', got {entry!r}")
    ffi = _find(_run(path, place), path, variable, place)
    assigned = getattr(ffi, "_assigned_source", None)
    if assigned is None:
        raise ConfigError(f"{place}: {entry}: no set_source() was called on this FFI object")
    name, source, suffix, keywords = assigned
    keywords = {**keywords, "depends": [*keywords.get("depends", ()), path]}
    emit = ffi.emit_python_code if source is None else ffi.emit_c_code
    return Described(name, source is not None, suffix, keywords, _text(emit), lambda: _declarations(ffi))


def _run(path: str, place: str) -> Dict[str, Any]:
    """Run a script with its own name as ``__file__``; its ``if __name__ == "__main__":`` part stays out."""
    if not os.path.isfile(path):
        raise ConfigError(f"{place}: no such file: {path!r} (looked for {os.path.abspath(path)})")
    try:
        return runpy.run_path(path, run_name="_cffi_build_script")
    except FFIError:
        raise
    except SystemExit as error:
        raise ConfigError(f"{place}: {path} ended the process with exit code {error.code!r}: it must leave that to the build") from None
    except Exception as error:
        raise ConfigError(f"{place}: {path} failed:\n{_own_traceback(error, path)}") from None


def _own_traceback(error: Exception, path: str) -> str:
    """Return the traceback of an error from where the script begins."""
    frames = traceback.extract_tb(error.__traceback__)
    first = next((number for number, frame in enumerate(frames) if frame.filename == path), len(frames))
    told = [*traceback.format_list(frames[first:]), *traceback.format_exception_only(type(error), error)]
    return "".join(told).rstrip()


def _find(variables: Dict[str, Any], path: str, variable: str, place: str) -> Any:
    if variable not in variables:
        raise ConfigError(f"{place}: {path}: defines no {variable!r}")
    found = variables[variable]
    ffi = found() if callable(found) and not hasattr(found, "set_source") else found
    if not hasattr(ffi, "set_source"):
        raise ConfigError(f"{place}: {path}:{variable} is not an FFI object but a {type(ffi).__name__}")
    return ffi


def _text(emit: Callable[[io.StringIO], None]) -> Callable[[], str]:
    """Return a function that gives what `emit` writes to a file."""

    def generate() -> str:
        text = io.StringIO()
        emit(text)
        return text.getvalue()

    return generate


def _declarations(ffi: Any) -> Optional[Declarations]:
    """Return what the FFI object of our runtime declares, None when it is of another one."""
    if not hasattr(ffi, "_namespace"):
        return None
    found: Declarations = ffi._namespace().declarations
    return found
