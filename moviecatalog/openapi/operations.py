"""One operation: a method of a service as OpenAPI has it."""

from __future__ import annotations

import inspect
from typing import Any

import colander

from moviecatalog.openapi.answers import operation_answers
from moviecatalog.openapi.components import Components
from moviecatalog.openapi.json_schema import JsonSchema
from moviecatalog.views.service import Operation, Service

BEARER = "bearerAuth"

IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of an answer that the client has; where it is still right, 304 says so.",
    "schema": {"type": "string"},
}

_PLACES = {"path": "path", "querystring": "query"}


def describe_operation(
    service: Service, operation: Operation, operation_id: str, components: Components
) -> dict[str, Any]:
    """An Operation Object. The view's docstring is the summary; paragraphs after its first, the description."""
    summary, _, description = (inspect.getdoc(operation.view) or operation_id).partition("\n\n")
    described: dict[str, Any] = {
        "operationId": operation_id,
        "tags": [service.tag],
        "summary": " ".join(summary.split()),
    }
    if description:
        described["description"] = description
    if security := _security(service, operation):
        described["security"] = security
    sections = {section.name: section for section in operation.schema.children} if operation.schema else {}
    parameters = _parameters(sections, components)
    if operation.method == "GET":
        parameters.append(IF_NONE_MATCH)
    if parameters:
        described["parameters"] = parameters
    if "body" in sections:
        content = {"application/json": components.content(sections["body"])}
        described["requestBody"] = {"required": True, "content": content}
    return described | {"responses": operation_answers(service, operation, components)}


def _security(service: Service, operation: Operation) -> list[dict[str, list[str]]]:
    """Empty where no credentials are looked at; with an empty choice in it where they aren't needed."""
    if operation.needs_account:
        return [{BEARER: []}]
    return [{}, {BEARER: []}] if service.reads_credentials else []


def _parameters(sections: dict[str, colander.SchemaNode], components: Components) -> list[dict[str, Any]]:
    """Required ones first: what a reader can't do without."""
    parameters = [
        _parameter(node, place, components.schema(node))
        for section, place in _PLACES.items()
        if section in sections
        for node in sections[section].children
    ]
    return sorted(parameters, key=lambda parameter: not parameter["required"])


def _parameter(node: colander.SchemaNode, place: str, schema: JsonSchema) -> dict[str, Any]:
    parameter: dict[str, Any] = {"name": node.name, "in": place, "required": place == "path" or bool(node.required)}
    if description := schema.pop("description", None):
        parameter["description"] = description
    if schema.get("type") == "array":
        parameter |= {"style": "form", "explode": True}
    return parameter | {"schema": schema}
