"""How the values of a module come together: defaults, its own table, the conditions that hold, the settings of this build."""

from __future__ import annotations

from typing import Any, Dict, Iterable, Mapping

from cffi_build.config import markers
from cffi_build.config.check import Problems, complain
from cffi_build.config.schema import Condition

Values = Dict[str, Any]


def with_conditions(values: Mapping[str, Any], problems: Problems) -> Values:
    """Return `values` with those of the conditions in ``when`` that hold: lists and tables appended, the rest replaced."""
    result = {key: value for key, value in values.items() if key != "when"}
    for condition in values.get("when", ()):
        if _holds(condition, problems):
            result.update({key: _joined(key, result.get(key), value) for key, value in condition.values})
    return result


def _holds(condition: Condition, problems: Problems) -> bool:
    try:
        return markers.holds(condition.marker)
    except markers.BadMarker as error:
        complain(problems, condition.place, f"not a marker of PEP 508: {error}")
        return False


def _joined(key: str, below: Any, above: Any) -> Any:
    if not isinstance(above, tuple) or below is None:
        return above
    if key == "define-macros":
        return tuple({**dict(below), **dict(above)}.items())
    return (*below, *above)


def layered(*layers: Mapping[str, Any]) -> Values:
    """Return the values of all layers; where they share a key that of the last counts."""
    return {key: value for layer in layers for key, value in layer.items()}


def as_fields(values: Mapping[str, Any], leave_out: Iterable[str] = ()) -> Values:
    """Return `values` under the names of the fields of the schema's classes."""
    return {key.replace("-", "_"): value for key, value in values.items() if key not in leave_out}
