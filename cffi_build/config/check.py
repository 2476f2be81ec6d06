"""Validators that compose: each takes a place, a TOML value and the list of problems, and returns the value in our own form.

A validator never raises for a wrong value: it reports a problem and returns `INVALID`, so that one run finds every mistake.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterable, List, Mapping, Sequence, Tuple, Union


@dataclass(frozen=True)
class Place:
    """Where a value stands: ``Place("tool", "cffi", "modules", 1, "name")`` prints as ``tool.cffi.modules[1].name``."""

    path: Tuple[Union[str, int], ...] = ()

    def __truediv__(self, part: Union[str, int]) -> Place:
        return Place((*self.path, part))

    def __str__(self) -> str:
        text = "".join(f"[{part}]" if isinstance(part, int) else f".{_toml_key(part)}" for part in self.path)
        return text.lstrip(".")


def _toml_key(part: str) -> str:
    return part if re.fullmatch(r"[A-Za-z0-9_-]+", part) else f'"{part}"'


@dataclass(frozen=True)
class Problem:
    """One mistake: where it is and what is wrong with it."""

    place: Place
    message: str


class _Invalid:
    def __repr__(self) -> str:
        return "INVALID"


INVALID: Any = _Invalid()
"""What a validator returns in place of a value that it has complained about."""

Problems = List[Problem]
Validate = Callable[[Place, Any, Problems], Any]


@dataclass(frozen=True)
class Check:
    """A validator, and what JSON Schema calls the values that it accepts."""

    validate: Validate
    schema: Mapping[str, Any]

    def __call__(self, place: Place, value: Any, problems: Problems) -> Any:
        """Return `value` in our own form; or report a problem and return `INVALID`."""
        return self.validate(place, value, problems)


def complain(problems: Problems, place: Place, message: str) -> Any:
    """Add a problem and return `INVALID`."""
    problems.append(Problem(place, message))
    return INVALID


def kind(value: object) -> str:
    """Return what TOML calls the type of `value`."""
    names = ((bool, "a boolean"), (int, "an integer"), (float, "a float"), (str, "a string"), (list, "an array"), (dict, "a table"))
    return next((name for python, name in names if isinstance(value, python)), f"a {type(value).__name__}")


def wrong_type(problems: Problems, place: Place, expected: str, value: object) -> Any:
    """Report that `value` is of another type than `expected`."""
    return complain(problems, place, f"expected {expected}, got {kind(value)}: {_shown(value)}")


def _shown(value: object, width: int = 60) -> str:
    text = {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)
    return text if len(text) <= width else text[: width - 1] + "…"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `` (did you mean 'x'?)`` for the known word that is nearest to `word`, or nothing."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""


# ---- validators of one value


def _instance_of(python: type, expected: str, json: str) -> Check:
    def check(place: Place, value: Any, problems: Problems) -> Any:
        return value if isinstance(value, python) else wrong_type(problems, place, expected, value)

    return Check(check, {"type": json})


string = _instance_of(str, "a string", "string")
boolean = _instance_of(bool, "true or false", "boolean")


def matching(pattern: str, what: str) -> Check:
    """Accept a string that `pattern` matches as a whole; `what` says in words what is expected."""

    def check(place: Place, value: Any, problems: Problems) -> Any:
        if not isinstance(value, str):
            return wrong_type(problems, place, what, value)
        return value if re.fullmatch(pattern, value) else complain(problems, place, f"expected {what}, got {_shown(value)}")

    return Check(check, {"type": "string", "pattern": f"^(?:{pattern})$"})


def one_of(*choices: Union[str, bool, int]) -> Check:
    """Accept exactly one of the given values."""

    def check(place: Place, value: Any, problems: Problems) -> Any:
        if any(value == choice and type(value) is type(choice) for choice in choices):
            return value
        expected = " or ".join(_shown(choice) if not isinstance(choice, str) else f'"{choice}"' for choice in choices)
        hint = did_you_mean(value, [choice for choice in choices if isinstance(choice, str)]) if isinstance(value, str) else ""
        return complain(problems, place, f"expected {expected}, got {_shown(value)}{hint}")

    return Check(check, {"enum": list(choices)})


def either(expected: str, *checks: Check) -> Check:
    """Accept what any of `checks` accepts; `expected` says in words what that is."""

    def check(place: Place, value: Any, problems: Problems) -> Any:
        for one in checks:
            scratch: Problems = []
            result = one(place, value, scratch)
            if not scratch:
                return result
        return complain(problems, place, f"expected {expected}, got {_shown(value)}")

    return Check(check, {"anyOf": [dict(one.schema) for one in checks]})


def at_least(minimum: int) -> Check:
    """Accept an integer from `minimum` up."""

    def check(place: Place, value: Any, problems: Problems) -> Any:
        if isinstance(value, bool) or not isinstance(value, int):
            return wrong_type(problems, place, "an integer", value)
        return value if value >= minimum else complain(problems, place, f"expected an integer from {minimum} up, got {value}")

    return Check(check, {"type": "integer", "minimum": minimum})


def _anything(_place: Place, value: Any, _problems: Problems) -> Any:
    return value


anything = Check(_anything, {})


# ---- validators of composed values


def list_of(item: Check) -> Check:
    """Accept an array of what `item` accepts; the result is a tuple."""

    def check(place: Place, value: Any, problems: Problems) -> Any:
        if not isinstance(value, list):
            return wrong_type(problems, place, "an array", value)
        items = [item(place / index, entry, problems) for index, entry in enumerate(value)]
        return INVALID if any(entry is INVALID for entry in items) else tuple(items)

    return Check(check, {"type": "array", "items": dict(item.schema)})


strings = list_of(string)
"""An array of strings."""


_MACRO_NAME = r"[A-Za-z_]\w*(\([\w, .]*\))?"


def _macros(place: Place, value: Any, problems: Problems) -> Any:
    if not isinstance(value, dict):
        return wrong_type(problems, place, 'a table such as { NAME = "1", OTHER = true }', value)
    items = [_macro(place / name, name, text, problems) for name, text in value.items()]
    return INVALID if any(item is INVALID for item in items) else tuple(items)


def _macro(place: Place, name: str, text: Any, problems: Problems) -> Any:
    if not re.fullmatch(_MACRO_NAME, name):
        return complain(problems, place, "not the name of a C macro")
    if text is True:
        return (name, None)
    if isinstance(text, bool) or not isinstance(text, (str, int)):
        return wrong_type(problems, place, "a string, an integer, or true for a macro without a value", text)
    return (name, str(text))


macros = Check(
    _macros,
    {
        "type": "object",
        "propertyNames": {"pattern": f"^(?:{_MACRO_NAME})$"},
        "additionalProperties": {"anyOf": [{"type": "string"}, {"type": "integer"}, {"const": True}]},
    },
)
"""A table of macro definitions; the result is a tuple of (name, text or None), as compilers take it."""


def table(place: Place, value: Any, checks: Mapping[str, Check], problems: Problems, planned: Sequence[str] = ()) -> Dict[str, Any]:
    """Check a table key by key; return the values that are right.

    `planned` names keys that are part of the format but not implemented yet: they get a message of their own.
    """
    if not isinstance(value, dict):
        wrong_type(problems, place, "a table", value)
        return {}
    result = {}
    for key, entry in value.items():
        if key in checks:
            result[key] = checks[key](place / key, entry, problems)
        elif key in planned:
            complain(problems, place / key, "not implemented yet in this version of cffi; remove the key")
        else:
            complain(problems, place / key, f"unknown key{did_you_mean(key, checks)}")
    return {key: entry for key, entry in result.items() if entry is not INVALID}
