"""Schemas that have a name: each described once, and referred to from everywhere else."""

from __future__ import annotations

from typing import Any

import colander

from moviecatalog.openapi.examples import example
from moviecatalog.openapi.json_schema import JsonSchema, is_nullable, json_schema

_NAMELESS = (colander.SchemaNode, colander.MappingSchema, colander.SequenceSchema)


class Components:
    """Collects the named schemas of a document while its operations are described."""

    def __init__(self) -> None:
        self.schemas: dict[str, JsonSchema] = {}
        self._classes: dict[str, type] = {}

    def schema(self, node: colander.SchemaNode) -> JsonSchema:
        """A reference where the node's class has a name of its own, else the schema itself.

        Raises ValueError where two classes claim one name: a client made from the document has one class for it.
        """
        if type(node) in _NAMELESS:
            return json_schema(node, self.schema)
        reference = {"$ref": f"#/components/schemas/{self._name(node)}"}
        return {"anyOf": [reference, {"type": "null"}]} if is_nullable(node) else reference

    def content(self, node: colander.SchemaNode) -> dict[str, Any]:
        """A Media Type Object: the schema with an example of it, where it is JSON of known fields."""
        schema = self.schema(node)
        sample = example(schema, {"components": {"schemas": self.schemas}})
        return (
            {"schema": schema, "example": sample} if isinstance(sample, (dict, list)) and sample else {"schema": schema}
        )

    def _name(self, node: colander.SchemaNode) -> str:
        schema_class = type(node)
        name = schema_class.__name__.removesuffix("Answer")
        known = self._classes.setdefault(name, schema_class)
        if known is not schema_class:
            raise ValueError(f"{known!r} and {schema_class!r} would both be {name!r} in the API's description")
        if name not in self.schemas:
            # A class of a name is described alike wherever it stands, so without what one place says of it.
            self.schemas[name] = json_schema(schema_class(), self.schema)
        return name
