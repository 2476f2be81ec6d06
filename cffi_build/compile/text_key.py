"""What the generated text of a module depends on, as one digest; "" when that cannot be told without making it."""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import Iterator

from cffi_build.compile import fingerprint
from cffi_build.config.load import Configuration
from cffi_build.config.schema import Module


def of_module(configuration: Configuration, module: Module) -> str:
    """Return the digest of everything that the text of `module` is made from: its table, its files, this version of ourselves."""
    if module.headers or module.build_script:
        return ""  # what the C preprocessor, or a program, does with other files
    included = [of_module(configuration, other) for other in configuration.modules if other.name in module.include]
    if len(included) < len(module.include) or "" in included:
        return ""
    return fingerprint.of_texts([_ourselves(), sys.version, *_parts(configuration, module), *included])


def _parts(configuration: Configuration, module: Module) -> Iterator[str]:
    yield repr(module)
    yield repr([configuration.origin(module, key) for key in ("cdef", "source") if getattr(module, key)])
    for name in (*module.cdef_files, module.source_file):
        if name:
            yield (configuration.root / name).read_text(encoding="utf-8", errors="surrogateescape")


@functools.cache
def _ourselves() -> str:
    """Return the digest of the names, sizes and times of our own files."""
    folder = Path(__file__).resolve().parent.parent
    found = ((path, path.stat()) for path in sorted(folder.rglob("*")) if path.suffix in (".py", ".h"))
    return fingerprint.of_texts(f"{path} {status.st_size} {status.st_mtime_ns}" for path, status in found)
