"""TOML: the standard library's parser from Python 3.11, tomli below."""

from __future__ import annotations

import sys
from typing import Any, Dict

from cffi_build.errors import ConfigError


def parse(text: str) -> Dict[str, Any]:
    """Return the table that a TOML document is. Raises `ValueError` (the parser's TOMLDecodeError) when it is none."""
    if sys.version_info >= (3, 11):
        import tomllib as toml
    else:
        try:
            import tomli as toml
        except ImportError:
            raise ConfigError("reading pyproject.toml needs the package 'tomli' below Python 3.11: pip install tomli") from None
    return toml.loads(text)
