"""Which files of the project a configured module is made from."""

from __future__ import annotations

from typing import Iterable, Tuple

from cffi_build.config.load import Configuration
from cffi_build.config.schema import Module


def files_of(configuration: Configuration, module: Module) -> Tuple[str, ...]:
    """Return the files of the project that the text of `module` is made from, and those of its key `depends`."""
    named = (module.source_file, module.build_script.rpartition(":")[0])
    return (*module.cdef_files, *filter(None, named), *module.depends, *_own_headers(configuration, module))


def _own_headers(configuration: Configuration, module: Module) -> Iterable[str]:
    if not module.headers:
        return ()
    from cffi_build.compile import headers  # brings the parser along

    return headers.own_files(configuration, module)
