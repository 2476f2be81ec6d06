"""The one place where our errors become a message on standard error and exit code 1; bugs keep their traceback."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import Iterator

from cffi_build.errors import FFIError


@contextmanager
def errors_as_exit() -> Iterator[None]:
    """Turn an `FFIError` into its message and ``SystemExit(1)``."""
    try:
        yield
    except FFIError as error:
        sys.stdout.flush()
        print(error, file=sys.stderr, flush=True)
        raise SystemExit(1) from None
