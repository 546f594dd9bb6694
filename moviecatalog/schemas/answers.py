"""The building blocks of answers' schemas. They describe; nothing is serialised through them."""

from __future__ import annotations

from typing import Any

import colander


def field(kind: colander.SchemaType, *, nullable: bool = False, **kwargs: Any) -> colander.SchemaNode:
    """A field that is always there; `example`, `format`, `minimum`, `maximum` go to the API's description."""
    return colander.SchemaNode(kind, nullable=nullable, **kwargs)


def text(**kwargs: Any) -> colander.SchemaNode:
    return field(colander.String(), **kwargs)


def integer(**kwargs: Any) -> colander.SchemaNode:
    return field(colander.Integer(), **kwargs)


def number(**kwargs: Any) -> colander.SchemaNode:
    return field(colander.Float(), **kwargs)


def boolean(**kwargs: Any) -> colander.SchemaNode:
    return field(colander.Boolean(), **kwargs)


def time(**kwargs: Any) -> colander.SchemaNode:
    """UTC, ISO 8601, in seconds, with a `Z`."""
    return field(colander.DateTime(), example="2024-01-15T10:30:00Z", **kwargs)


class Message(colander.MappingSchema):
    message = text(description="What was done, in a sentence.")


class Detail(colander.MappingSchema):
    detail = text(description="What is wrong, in a sentence.")


class InvalidRequest(colander.MappingSchema):
    error = text(example="Invalid request data")
    details = colander.SchemaNode(
        colander.Mapping(unknown="preserve"),
        description="Messages by field; what belongs to no field stands under `non_field_errors`.",
        example={"page": ["This must be a whole number from 1 to 2147483647."]},
    )
