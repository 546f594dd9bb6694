"""An example of what a schema of the document describes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moviecatalog.openapi.json_schema import JsonSchema

_PLAIN: Mapping[str, Any] = {"string": "text", "integer": 1, "number": 1.5, "boolean": False}


def resolved(schema: JsonSchema, document: Mapping[str, Any]) -> JsonSchema:
    """The schema itself, or what it refers to within the document."""
    if "$ref" not in schema:
        return schema
    found: Any = document
    for name in schema["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    resolved_schema: JsonSchema = found
    return resolved_schema


def example(schema: JsonSchema, document: Mapping[str, Any]) -> Any:
    """The schema's own example, or its first choice; else null if that is allowed, else a plain value."""
    schema = resolved(schema, document)
    if "anyOf" in schema:
        return example(schema["anyOf"][0], document)
    for told in ("examples", "enum"):
        if told in schema:
            return schema[told][0]
    match schema["type"]:
        case [_, "null"]:
            return None
        case "object":
            return {name: example(field, document) for name, field in schema.get("properties", {}).items()}
        case "array":
            return [example(schema["items"], document)]
    return schema.get("default", schema.get("minimum", _PLAIN[schema["type"]]))
