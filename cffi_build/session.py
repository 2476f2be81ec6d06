"""What a hook of our backend tells the setuptools plug-in that works below it: that it is us, the settings, and where it may write."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterator, Mapping, Optional


@dataclass(frozen=True)
class Session:
    """One run of a hook. `scratch`: the folder for everything temporary; None: setuptools' usual places in the source tree."""

    scratch: Optional[Path] = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    """The config settings of the frontend."""


current: ContextVar[Optional[Session]] = ContextVar("cffi_build.session", default=None)


@contextmanager
def session(settings: Mapping[str, Any], *, out_of_tree: bool) -> Iterator[Session]:
    """Make a session the current one; its scratch folder is gone at the end."""
    with tempfile.TemporaryDirectory(prefix="cffi-build-") as scratch:
        active = Session(Path(scratch) if out_of_tree else None, settings)
        token = current.set(active)
        try:
            yield active
        finally:
            current.reset(token)
