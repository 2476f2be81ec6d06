"""What the build side raises: one class a kind of failure, each with a message that is ready to be shown."""

from __future__ import annotations

from cffi_build.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Tuple


class FFIError(Exception):
    """The declarations, or their use, are wrong."""


class Diagnostic(NamedTuple):
    """One error in a text of declarations; `text` is the whole message, with the source line and the caret."""

    file: str
    line: int
    column: int
    message: str
    hint: str
    text: str


class CDefError(FFIError):
    """A text of declarations cannot be accepted. ``str()`` shows every error with its source line and a caret."""

    def __init__(self, message: str = "", errors: Tuple[Diagnostic, ...] = ()) -> None:
        super().__init__(message, errors)
        self.errors = tuple(errors)
        first = self.errors[0] if self.errors else None
        self.file = first.file if first else ""
        self.line = first.line if first else 0
        self.column = first.column if first else 0

    def __str__(self) -> str:
        return str(self.args[0])


class VerificationError(FFIError):
    """The C compiler, or what it made, disagrees with the declarations."""


class OpaqueError(FFIError, TypeError):
    """A value is needed of a type whose contents are not declared."""


class TooLargeError(FFIError, OverflowError):
    """A declared number does not fit where it has to be written."""


class VerificationMissing(FFIError):
    """A declaration ends in ``...``: only the C compiler can complete it."""


class PkgConfigError(FFIError):
    """pkg-config is absent, does not know the package, or answers nonsense."""


class ConfigError(FFIError):
    """The project's configuration is wrong."""
