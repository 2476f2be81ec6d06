"""Settings of one build, which win over pyproject.toml: ``-C key=value`` of a frontend, ``CFFI_BUILD_KEY`` in the environment."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple

from cffi_build.config import schema, target, toml
from cffi_build.config.check import INVALID, Check, Place, Problems, boolean, complain, did_you_mean, string

OF_SETUPTOOLS = ("--build-option", "--global-option", "editable-mode", "editable_mode", "--verbose", "verbose", "--quiet", "quiet")
"""What `setuptools.build_meta` reads; handed on as it is."""
OF_HOOKS = {"editable.rebuild": boolean, "target": target.check, "target-python": string}
"""What is said of one build only, not in pyproject.toml."""
PREFIX = "CFFI_BUILD_"
OF_PROJECT = schema.checks(schema.Project)
OF_MODULE = {key: one for key, one in schema.checks(schema.Module).items() if key != "name"}


@dataclass
class Settings:
    """The values given for one build. `modules`: by the name of the module; None stands for all."""

    project: Dict[str, Any] = field(default_factory=dict)
    modules: Dict[Optional[str], Dict[str, Any]] = field(default_factory=dict)
    hooks: Dict[str, Any] = field(default_factory=dict)

    def of(self, module: str) -> Dict[str, Any]:
        """Return the values for the module of that name."""
        return {**self.modules.get(None, {}), **self.modules.get(module, {})}


def read(given: Mapping[str, Any], environment: Mapping[str, str], problems: Problems) -> Settings:
    """Return the values of a frontend's config settings and of the environment; the former win."""
    settings = Settings()
    keys = {_variable(key): key for key in (*OF_HOOKS, *OF_PROJECT, *OF_MODULE)}
    for name, text in environment.items():
        if name in keys:
            _take(settings, Place((name,)), keys[name], text, problems)
        elif name.startswith(PREFIX):
            complain(problems, Place((name,)), f"unknown setting{did_you_mean(name, keys)}")
    for key, value in given.items():
        if key not in OF_SETUPTOOLS:
            _take(settings, Place((f"-C {key}",)), key, value, problems)
    return settings


def _variable(key: str) -> str:
    """Return the environment variable for a key: ``CFFI_BUILD_INCLUDE_DIRS`` for ``include-dirs``."""
    return PREFIX + key.upper().replace("-", "_").replace(".", "_")


def _take(settings: Settings, place: Place, key: str, value: Any, problems: Problems) -> None:
    module, _, plain = key.rpartition(".")
    if key in OF_HOOKS:
        _put(settings.hooks, key, OF_HOOKS[key], place, value, problems)
    elif key in OF_PROJECT:
        _put(settings.project, key, OF_PROJECT[key], place, value, problems)
    elif plain in OF_MODULE:
        _put(settings.modules.setdefault(module or None, {}), plain, OF_MODULE[plain], place, value, problems)
    else:
        known = [*OF_HOOKS, *OF_PROJECT, *OF_MODULE, *OF_SETUPTOOLS]
        complain(problems, place, f"unknown setting{did_you_mean(key, known) or did_you_mean(plain, known)}")


def _put(into: Dict[str, Any], key: str, one: Check, place: Place, value: Any, problems: Problems) -> None:
    texts = value if isinstance(value, list) else [value]
    if not all(isinstance(text, (str, bool)) for text in texts):
        complain(problems, place, f"expected a text, got {value!r}")
        return
    words = [text if isinstance(text, str) else str(text).lower() for text in texts]
    checked = one(place, _value(words, _kinds(one.schema)), problems)
    if checked is not INVALID:
        into[key] = checked


def _kinds(shape: Mapping[str, Any]) -> Tuple[str, ...]:
    """Return the JSON types that a JSON Schema accepts."""
    if "anyOf" in shape:
        return tuple(kind for one in shape["anyOf"] for kind in _kinds(one))
    names = {bool: "boolean", int: "integer", str: "string"}
    return tuple(names[type(value)] for value in shape["enum"]) if "enum" in shape else (shape.get("type", "string"),)


def _value(texts: List[str], kinds: Iterable[str]) -> Any:
    """Read the texts given for a key: as TOML where a key takes more than strings; lists also as words ``z m``, tables as ``A=1 B``."""
    if "array" in kinds or "object" in kinds:
        return _many(texts, "object" in kinds)
    text = texts[-1]
    if ("boolean" in kinds and text in ("true", "false")) or ("integer" in kinds and text.isdigit()):
        return _toml(text)
    return text


def _many(texts: List[str], is_table: bool) -> Any:
    if len(texts) == 1 and texts[0].lstrip()[:1] in ("[", "{"):
        return _toml(texts[0])
    try:
        words = [word for text in texts for word in shlex.split(text)]
    except ValueError:  # a quote that is not closed
        return " ".join(texts)
    return dict(_definition(word) for word in words) if is_table else words


def _definition(word: str) -> Tuple[str, Any]:
    name, equals, value = word.partition("=")
    return name, value if equals else True


def _toml(text: str) -> Any:
    """Read a TOML value; what is none stays the text, which the key's validator then refuses."""
    try:
        return toml.parse(f"value = {text}")["value"]
    except ValueError:
        return text
