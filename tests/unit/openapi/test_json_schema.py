import enum

import colander
import pytest

from moviecatalog.openapi.json_schema import json_schema
from moviecatalog.schemas import answers
from moviecatalog.schemas.movies import BrowseQuery, SearchQuery
from moviecatalog.schemas.names import Email, Username
from moviecatalog.schemas.nodes import (
    QueryChoice,
    QueryInteger,
    QueryIntegers,
    QueryNumber,
    QueryText,
    Text,
    WholeNumber,
    optional,
    required,
)
from moviecatalog.schemas.ratings import RatingBody


class Colour(enum.StrEnum):
    RED = "red"
    BLUE = "blue"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Text(), {"type": "string"}),
        (Text(min_length=1, max_length=150), {"type": "string", "minLength": 1, "maxLength": 150}),
        (Text(max_length=9, nullable=True), {"type": ["string", "null"], "maxLength": 9}),
        (Username(), {"type": "string", "minLength": 3, "maxLength": 150}),
        (Email(), {"type": "string", "format": "email", "maxLength": 254}),
        (WholeNumber(1, 10), {"type": "integer", "minimum": 1, "maximum": 10}),
        (QueryInteger(1, 99), {"type": "integer", "minimum": 1, "maximum": 99}),
        (
            QueryIntegers(1, 99),
            {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 99}, "minItems": 1},
        ),
        (QueryNumber(0, 10), {"type": "number", "minimum": 0, "maximum": 10}),
        (QueryNumber(0), {"type": "number", "minimum": 0}),
        (QueryText(200), {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"\S"}),
        (QueryChoice(Colour), {"type": "string", "enum": ["red", "blue"]}),
        (colander.Integer(), {"type": "integer"}),
        (colander.Float(), {"type": "number"}),
        (colander.Boolean(), {"type": "boolean"}),
        (colander.Date(), {"type": "string", "format": "date"}),
        (colander.DateTime(), {"type": "string", "format": "date-time"}),
        (colander.Mapping(unknown="preserve"), {"type": "object"}),
    ],
)
def test_each_type_tells_its_bounds(kind, expected):
    assert json_schema(required(kind)) == expected


def test_what_is_clamped_has_a_minimum_and_no_maximum():
    assert json_schema(required(QueryInteger(1, clamp=100))) == {"type": "integer", "minimum": 1}


def test_an_answers_field_may_be_null_and_has_annotations():
    node = answers.integer(nullable=True, minimum=1, maximum=10, example=9, description="The rating.")
    assert json_schema(node) == {
        "type": ["integer", "null"],
        "minimum": 1,
        "maximum": 10,
        "examples": [9],
        "description": "The rating.",
    }


def test_a_minimum_of_zero_is_told():
    assert json_schema(answers.integer(minimum=0))["minimum"] == 0


@pytest.mark.parametrize(("node", "default"), [(optional(Text(), ""), ""), (optional(QueryInteger(1), 10), 10)])
def test_what_stands_in_for_a_missing_value_is_its_default(node, default):
    assert json_schema(node)["default"] == default


@pytest.mark.parametrize("node", [optional(Text()), required(Text()), optional(Text(), None)])
def test_what_is_dropped_or_must_be_there_has_no_default(node):
    assert "default" not in json_schema(node)


def test_a_field_with_a_way_to_miss_it_is_not_required():
    schema = json_schema(RatingBody())
    assert set(schema["properties"]) == {"rating", "review"}
    assert schema["required"] == ["rating"]


def test_fields_of_a_base_class_are_there():
    assert {"q", "page", "title"} <= json_schema(SearchQuery())["properties"].keys()


def test_an_object_of_optional_fields_requires_none():
    assert "required" not in json_schema(BrowseQuery())


def test_a_sequence_describes_what_it_holds():
    node = colander.SchemaNode(colander.Sequence(), answers.text(name="word"))
    assert json_schema(node) == {"type": "array", "items": {"type": "string"}}


def test_an_unknown_type_is_named_with_its_node_and_the_remedy():
    with pytest.raises(TypeError, match=r"'price' has the type Money, .*type_schema\.register"):
        json_schema(colander.SchemaNode(colander.Money(), name="price"))
