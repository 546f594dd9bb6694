"""What the documentation's page shows, drawn from the document and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from markupsafe import Markup

from moviecatalog.openapi.curl import command_line
from moviecatalog.openapi.examples import example, resolved
from moviecatalog.openapi.fields import Field, fields, kind, prose, row

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Shape:
    """A body or an answer of one media type; `example` is its text."""

    media_type: str
    kind: Markup
    fields: list[Field]
    example: str


@dataclass(frozen=True)
class Answer:
    """One status. What is the same for all operations is shared, and shown once."""

    status: str
    phrase: str
    is_shared: bool
    description: Markup
    shapes: list[Shape]
    headers: list[str]


@dataclass(frozen=True)
class Entry:
    """One operation."""

    id: str
    method: str
    path: str
    summary: Markup
    description: Markup
    access: str
    parameters: list[Field]
    body: list[Shape]
    answers: list[Answer]
    command_line: str


@dataclass(frozen=True)
class Page:
    title: str
    version: str
    base: str
    introduction: list[Markup]
    sections: dict[str, list[Entry]]
    shared: list[Answer]
    headers: dict[str, Markup]
    schemas: dict[str, list[Field]]


def read_document(document: Document) -> Page:
    info, components = document["info"], document["components"]
    sections: dict[str, list[Entry]] = {tag["name"]: [] for tag in document["tags"]}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            sections[operation["tags"][0]].append(_entry(method.upper(), path, operation, document))
    return Page(
        title=info["title"],
        version=info["version"],
        base=document["servers"][0]["url"],
        introduction=[prose(paragraph) for paragraph in info["description"].split("\n\n")],
        sections=sections,
        shared=_shared(sections),
        headers={name: prose(header["description"]) for name, header in components["headers"].items()},
        schemas={name: fields(schema, document) for name, schema in components["schemas"].items()},
    )


def _entry(method: str, path: str, operation: Mapping[str, Any], document: Document) -> Entry:
    return Entry(
        id=operation["operationId"],
        method=method,
        path=path,
        summary=prose(operation["summary"]),
        description=prose(operation.get("description", "")),
        access=_access(operation),
        parameters=[
            row(it["name"], it["schema"], required=it["required"], description=it.get("description", ""))
            for it in operation.get("parameters", ())
        ],
        body=_shapes(operation.get("requestBody", {}), document),
        answers=[_answer(status, answer, document) for status, answer in operation["responses"].items()],
        command_line=command_line(method, path, operation, document),
    )


def _access(operation: Mapping[str, Any]) -> str:
    match operation.get("security"):
        case None:
            return ""
        case [{}, _]:
            return "token optional"
    return "token required"


def _answer(status: str, answer: Mapping[str, Any], document: Document) -> Answer:
    described = resolved(dict(answer), document)
    return Answer(
        status=status,
        phrase=HTTPStatus(int(status)).phrase,
        is_shared="$ref" in answer,
        description=prose(described["description"]),
        shapes=_shapes(described, document),
        headers=list(described["headers"]),
    )


def _shapes(described: Mapping[str, Any], document: Document) -> list[Shape]:
    return [
        Shape(
            media_type,
            kind(content["schema"]),
            fields(content["schema"], document),
            json.dumps(example(content["schema"], document), indent=2, ensure_ascii=False),
        )
        for media_type, content in described.get("content", {}).items()
    ]


def _shared(sections: Mapping[str, list[Entry]]) -> list[Answer]:
    answers = (answer for entries in sections.values() for entry in entries for answer in entry.answers)
    by_status = {answer.status: answer for answer in answers if answer.is_shared}
    return [by_status[status] for status in sorted(by_status)]
