"""What type checkers read of a generated module: ``_module.pyi`` beside it, and ``py.typed`` in its top-level package."""

from __future__ import annotations

import os
from typing import Optional

from cffi_build.emit import write_if_changed


def beside(path: str, name: str) -> str:
    """Return the file that describes the module `name` (dotted), whose own file is `path`."""
    return os.path.join(os.path.dirname(path), name.rpartition(".")[2] + ".pyi")


def marker(path: str, name: str) -> Optional[str]:
    """Return the ``py.typed`` of the top-level package of the module `name`, whose own file is `path`; None for a module in none."""
    depth = name.count(".")
    return os.path.join(os.path.dirname(path), *[os.pardir] * (depth - 1), "py.typed") if depth else None


def write(path: str, name: str, text: str) -> None:
    """Write the stub of the module `name`, whose own file is `path`; and the marker when the package has none (PEP 561)."""
    os.makedirs(os.path.dirname(path) or os.curdir, exist_ok=True)
    write_if_changed(beside(path, name), text)
    mark(path, name)


def mark(path: str, name: str) -> None:
    """Write the marker for the module `name`, whose own file is `path`, when its package has none (PEP 561)."""
    typed = marker(path, name)
    if typed and not os.path.exists(typed):
        write_if_changed(typed, "")
