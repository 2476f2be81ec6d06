"""The config settings of a frontend (``-C key=value``): which ones there are. Ours come with a later version."""

from __future__ import annotations

from typing import Any, Mapping

from cffi_build.config import schema
from cffi_build.config.check import did_you_mean
from cffi_build.errors import ConfigError

OF_SETUPTOOLS = ("--build-option", "--global-option", "editable-mode", "editable_mode", "--verbose", "verbose", "--quiet", "quiet")
"""What `setuptools.build_meta` reads; handed on as it is."""


def check_settings(settings: Mapping[str, Any]) -> None:
    """Raise one `ConfigError` that lists every setting that nobody would read."""
    wrong = [_message(key) for key in settings if key not in OF_SETUPTOOLS]
    if wrong:
        raise ConfigError("\n".join(wrong))


def _message(key: str) -> str:
    ours = {*schema.checks(schema.Project), *schema.checks(schema.Module), *schema.PLANNED[schema.Project], *schema.PLANNED[schema.Module]}
    if key.rpartition(".")[2] in ours or key.startswith("editable."):
        return f"-C {key}: not implemented yet in this version of cffi; set it in pyproject.toml"
    return f"-C {key}: unknown setting{did_you_mean(key, [*ours, *OF_SETUPTOOLS])}"
