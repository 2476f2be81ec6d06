"""The JSON Schema of `[tool.cffi]`, for editors and for `validate-pyproject`; made from the same fields as everything else."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any, Dict, Type

from cffi_build.config import schema


def tool_schema(_tool_name: str = "cffi") -> Dict[str, Any]:
    """Return the JSON Schema of the table (the entry point ``validate_pyproject.tool_schema`` calls this)."""
    modules = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/module"}, "description": "The modules to build."}
    defaults = {key: value for key, value in _properties(schema.Module).items() if key != "name"}
    inside = {key: value for key, value in defaults.items() if key != "when"}
    marker = {"type": "string", "description": "A marker of PEP 508."}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "https://cffi.readthedocs.io/tool-cffi.schema.json",
        "title": "[tool.cffi]",
        "description": "C extension modules that cffi builds.",
        **_table({**_properties(schema.Project), **defaults, "modules": modules}, "modules"),
        "$defs": {
            "module": _table(_properties(schema.Module), "name"),
            "condition": _table({"if": marker, **inside}, "if"),
            "vendored": _table(_properties(schema.Vendored), *schema.required(schema.Vendored)),
        },
    }


def _table(properties: Dict[str, Any], *required: str) -> Dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": list(required), "properties": properties}


def _properties(settings: Type[Any]) -> Dict[str, Any]:
    return {schema.key_of(entry): _property(entry) for entry in fields(settings)}


def _property(entry: Any) -> Dict[str, Any]:
    shape = {**entry.metadata["check"].schema, "description": entry.metadata["doc"]}
    if entry.default in (MISSING, "", (), 0) and entry.default is not False:
        return shape
    return {**shape, "default": entry.default}
