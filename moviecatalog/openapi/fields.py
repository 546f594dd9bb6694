"""The fields of a schema as a person reads them: rows of a table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from moviecatalog.openapi.examples import resolved
from moviecatalog.openapi.json_schema import JsonSchema

_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Field:
    """One row of a table. Its texts are HTML."""

    name: str
    kind: Markup
    required: bool
    bounds: tuple[Markup, ...]
    description: Markup


def fields(schema: JsonSchema, document: Mapping[str, Any]) -> list[Field]:
    """The fields of an object, the one kind of thing in an array; none for anything else."""
    schema = resolved(schema, document)
    if "items" in schema:
        return [row("[]", schema["items"], required=True)]
    required = schema.get("required", ())
    return [row(name, field, required=name in required) for name, field in schema.get("properties", {}).items()]


def row(name: str, schema: JsonSchema, *, required: bool, description: str = "") -> Field:
    return Field(name, kind(schema), required, bounds(schema), prose(description or schema.get("description", "")))


def kind(schema: JsonSchema) -> Markup:
    """What sort of value it is; a named schema is a link to its place on the page."""
    if "$ref" in schema:
        return Markup('<a href="#schema-{0}">{0}</a>').format(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return Markup(" or ").join(kind(choice) for choice in schema["anyOf"])
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    named = Markup("array of {}").format(kind(schema["items"])) if "items" in schema else escape(types[0])
    if "format" in schema:
        named += Markup(" ({})").format(schema["format"])
    return named + " or null" if "null" in types[1:] else named


def bounds(schema: JsonSchema) -> tuple[Markup, ...]:
    """What a value must keep to, a sentence each, and what stands in for a missing one."""
    schema = schema.get("items", schema) if schema.get("type") == "array" else schema
    found = [
        _range(schema.get("minimum"), schema.get("maximum"), ""),
        _range(schema.get("minLength"), schema.get("maxLength"), " characters"),
        "one of " + ", ".join(f"`{choice}`" for choice in schema["enum"]) if "enum" in schema else "",
        f"`{schema['default']}` by default" if schema.get("default") not in (None, "") else "",
    ]
    return tuple(prose(sentence) for sentence in found if sentence)


def prose(text: str) -> Markup:
    """Text as HTML, with what stands between backquotes as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704  # nosec B704  # escaped here


def _range(least: float | None, most: float | None, unit: str) -> str:
    match least, most:
        case None, None:
            return ""
        case 1, None if unit:
            return "not empty"
        case _, None:
            return f"{least}{unit} or more"
        case None, _:
            return f"{most}{unit} or fewer" if unit else f"{most} or less"
    return f"{least} to {most}{unit}"
