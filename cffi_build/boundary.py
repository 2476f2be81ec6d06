"""The one place where our errors become a message on standard error and exit code 1; bugs keep their traceback."""

from __future__ import annotations

import errno
import sys
from contextlib import contextmanager
from typing import Iterator, NoReturn

from cffi_build.errors import FFIError

REMEDIES = {
    errno.ENOSPC: "the disk is full: free some space, or set TMPDIR (scratch files) or CFFI_BUILD_CACHE (kept objects) to another disk",
    errno.EACCES: "no permission: look at the owner and the mode of the folder, or write somewhere else",
    errno.EPERM: "no permission: look at the owner and the mode of the folder, or write somewhere else",
    errno.EROFS: "the file system is read-only: write somewhere else",
    errno.ENOTDIR: "a part of this path is a file, not a folder",
    errno.EEXIST: "something else has this name: move it away, or write somewhere else",
    errno.EISDIR: "this is a folder, not a file",
    errno.ENAMETOOLONG: "the name is too long for this system",
    errno.EMFILE: "too many open files: raise the limit (ulimit -n), or run fewer compilers at once (jobs)",
    errno.ELOOP: "symbolic links that lead in a circle",
}
if hasattr(errno, "EDQUOT"):
    REMEDIES[errno.EDQUOT] = "the disk quota is used up: free some space, or set TMPDIR to another disk"


@contextmanager
def errors_as_exit() -> Iterator[None]:
    """Turn an `FFIError`, an interruption, and what the file system refuses into a message and ``SystemExit(1)``."""
    try:
        yield
    except FFIError as error:
        _exit(str(error))
    except KeyboardInterrupt:
        _exit("interrupted: nothing half-made was left; run the same command again, objects that were finished are not compiled again")
    except OSError as error:
        if error.errno not in REMEDIES:
            raise
        _exit(f"{error.filename or 'a file'}: {error.strerror}\n  {REMEDIES[error.errno]}")


def _exit(message: str) -> NoReturn:
    sys.stdout.flush()
    print(message, file=sys.stderr, flush=True)
    raise SystemExit(1) from None
