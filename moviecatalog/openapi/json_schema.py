"""A colander node as JSON Schema 2020-12, which is what OpenAPI 3.1 speaks."""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch
from typing import Any

import colander

from moviecatalog.schemas import names, nodes

JsonSchema = dict[str, Any]
Describe = Callable[[colander.SchemaNode], JsonSchema]

_ANNOTATIONS = ("description", "format", "minimum", "maximum")


def json_schema(node: colander.SchemaNode, nested: Describe | None = None) -> JsonSchema:
    """What the node's type, bounds, default and example say. `nested` describes the nodes below it.

    Raises TypeError for a type that `type_schema` knows nothing of.
    """
    schema = type_schema(node.typ, node, nested or json_schema)
    schema |= {name: value for name in _ANNOTATIONS if (value := getattr(node, name, None)) not in (None, "")}
    if has_default(node):
        schema["default"] = node.missing
    if hasattr(node, "example"):
        schema["examples"] = [node.example]
    if is_nullable(node):
        schema["type"] = [schema["type"], "null"]
    return schema


def has_default(node: colander.SchemaNode) -> bool:
    """Whether something known takes the place of a missing value."""
    return node.missing is not colander.required and node.missing is not colander.drop and node.missing is not None


def is_nullable(node: colander.SchemaNode) -> bool:
    """Answers say so of the node, bodies of its type, which lets null through."""
    return bool(getattr(node, "nullable", False) or getattr(node.typ, "nullable", False))


@singledispatch
def type_schema(kind: Any, node: colander.SchemaNode, nested: Describe) -> JsonSchema:  # noqa: ARG001
    """What a type alone says. A plugin with a type of its own registers a function for it here."""
    raise TypeError(
        f"The node {node.name!r} has the type {type(kind).__name__}, which no JSON Schema is known for; "
        "register one with moviecatalog.openapi.json_schema.type_schema.register"
    )


def _within(**bounds: float | None) -> JsonSchema:
    return {name: bound for name, bound in bounds.items() if bound is not None}


@type_schema.register
def _(kind: nodes.Text, _node: colander.SchemaNode, _nested: Describe) -> JsonSchema:
    return {"type": "string", **_within(minLength=kind.min_length or None, maxLength=kind.max_length)}


@type_schema.register
def _(kind: names.Email, _node: colander.SchemaNode, _nested: Describe) -> JsonSchema:
    return {"type": "string", "format": "email", "maxLength": kind.max_length}


@type_schema.register(nodes.WholeNumber)
@type_schema.register(nodes.QueryInteger)
def _(kind: Any, _node: colander.SchemaNode, _nested: Describe) -> JsonSchema:
    """What a QueryInteger clamps has no maximum: larger numbers are taken too."""
    return {"type": "integer", **_within(minimum=kind.minimum, maximum=kind.maximum)}


@type_schema.register
def _(kind: nodes.QueryIntegers, _node: colander.SchemaNode, _nested: Describe) -> JsonSchema:
    item = {"type": "integer", **_within(minimum=kind.minimum, maximum=kind.maximum)}
    return {"type": "array", "items": item, "minItems": 1}


@type_schema.register
def _(kind: nodes.QueryNumber, _node: colander.SchemaNode, _nested: Describe) -> JsonSchema:
    return {"type": "number", **_within(minimum=kind.minimum, maximum=kind.maximum)}


@type_schema.register
def _(kind: nodes.QueryText, _node: colander.SchemaNode, _nested: Describe) -> JsonSchema:
    """Lengths are those of the trimmed text, so something in it must be no space."""
    return {"type": "string", "minLength": kind.min_length, "maxLength": kind.max_length, "pattern": r"\S"}


@type_schema.register
def _(kind: nodes.QueryChoice, _node: colander.SchemaNode, _nested: Describe) -> JsonSchema:
    return {"type": "string", "enum": [choice.value for choice in kind.choices]}


@type_schema.register
def _(_kind: colander.String, _node: colander.SchemaNode, _nested: Describe) -> JsonSchema:
    return {"type": "string"}


@type_schema.register
def _(_kind: colander.Integer, _node: colander.SchemaNode, _nested: Describe) -> JsonSchema:
    return {"type": "integer"}


@type_schema.register
def _(_kind: colander.Float, _node: colander.SchemaNode, _nested: Describe) -> JsonSchema:
    return {"type": "number"}


@type_schema.register
def _(_kind: colander.Boolean, _node: colander.SchemaNode, _nested: Describe) -> JsonSchema:
    return {"type": "boolean"}


@type_schema.register
def _(_kind: colander.Date, _node: colander.SchemaNode, _nested: Describe) -> JsonSchema:
    return {"type": "string", "format": "date"}


@type_schema.register
def _(_kind: colander.DateTime, _node: colander.SchemaNode, _nested: Describe) -> JsonSchema:
    return {"type": "string", "format": "date-time"}


@type_schema.register
def _(_kind: colander.Sequence, node: colander.SchemaNode, nested: Describe) -> JsonSchema:
    return {"type": "array", "items": nested(node.children[0])}


@type_schema.register
def _(_kind: colander.Mapping, node: colander.SchemaNode, nested: Describe) -> JsonSchema:
    """A field is required unless its node says what is to be done when it is missing."""
    schema: JsonSchema = {"type": "object"}
    if node.children:
        schema["properties"] = {field.name: nested(field) for field in node.children}
    if required := [field.name for field in node.children if field.required]:
        schema["required"] = required
    return schema
