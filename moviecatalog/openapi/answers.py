"""What an operation may answer: what it declares, and the errors that follow from what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import colander

from moviecatalog.openapi.components import Components
from moviecatalog.schemas.answers import Detail, InvalidRequest
from moviecatalog.views.service import Operation, Service

JSON = "application/json"
COUNTED_HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")

HEADERS: Mapping[str, dict[str, Any]] = {
    "X-Request-ID": {"description": "The request's own id if it had a sane one, else a new one.", "type": "string"},
    "X-RateLimit-Limit": {"description": "Requests that the window allows.", "type": "integer"},
    "X-RateLimit-Remaining": {"description": "Requests that are left of them.", "type": "integer"},
    "X-RateLimit-Reset": {"description": "When the window ends, in Unix seconds.", "type": "integer"},
    "ETag": {"description": "For `If-None-Match`: 304 while the answer is the same.", "type": "string"},
    "Retry-After": {"description": "Seconds after which to try again.", "type": "integer"},
    "WWW-Authenticate": {"description": 'Always `Bearer realm="api"`.', "type": "string"},
}


@dataclass(frozen=True)
class Error:
    """An error that looks the same wherever it occurs."""

    name: str
    description: str
    schema: colander.SchemaNode
    headers: tuple[str, ...] = COUNTED_HEADERS


ERRORS: Mapping[int, Error] = {
    400: Error("InvalidRequest", "Input that breaks rules; every broken field at once.", InvalidRequest()),
    401: Error(
        "Unauthorized",
        "No credentials where they are needed, or bad ones.",
        Detail(),
        ("WWW-Authenticate", *COUNTED_HEADERS),
    ),
    403: Error("Forbidden", "Not allowed.", Detail()),
    404: Error("NotFound", "No such thing, or a page past the last one.", Detail()),
    413: Error("BodyTooLarge", "The body is too large.", Detail(), ()),
    415: Error("UnsupportedMediaType", "The body is not `application/json`.", Detail()),
    429: Error("Throttled", "Too many requests.", Detail(), ("Retry-After", *COUNTED_HEADERS)),
    500: Error("InternalError", "A bug; the log holds it under the request's id.", Detail()),
    503: Error(
        "Unavailable", "What the answer needs is out of reach for now.", Detail(), ("Retry-After", *COUNTED_HEADERS)
    ),
}

NOT_MODIFIED = "NotModified"


def operation_answers(service: Service, operation: Operation, components: Components) -> dict[str, Any]:
    """The answers of one operation by status, declared ones first."""
    answers = {
        status: _declared(service, operation, status, schema, components)
        for status, schema in operation.answers.items()
    }
    if operation.method == "GET":
        answers.setdefault(304, _reference(NOT_MODIFIED))
    for status in _derived(service, operation):
        answers.setdefault(status, _reference(ERRORS[status].name))
    return {str(status): answers[status] for status in sorted(answers)}


def shared_answers(components: Components) -> dict[str, Any]:
    """The answers that are described once for all operations."""
    errors = {
        error.name: {
            "description": error.description,
            "headers": _headers(error.headers),
            "content": _content(error.schema, components),
        }
        for error in ERRORS.values()
    }
    unchanged = {"description": "The answer is that of the ETag in `If-None-Match`.", "headers": _headers(["ETag"])}
    return {NOT_MODIFIED: unchanged, **errors}


def shared_headers() -> dict[str, Any]:
    return {
        name: {"description": header["description"], "schema": {"type": header["type"]}}
        for name, header in HEADERS.items()
    }


def _declared(
    service: Service,
    operation: Operation,
    status: int,
    schema: colander.SchemaNode | None,
    components: Components,
) -> dict[str, Any]:
    if status in ERRORS and type(schema) is type(ERRORS[status].schema):
        return _reference(ERRORS[status].name)
    names = COUNTED_HEADERS if service.counted else ()
    if operation.method == "GET" and status == HTTPStatus.OK:
        names = ("ETag", *names)
    answer = {"description": HTTPStatus(status).phrase, "headers": _headers(names)}
    return answer if schema is None else answer | {"content": _content(schema, components)}


def _content(schema: colander.SchemaNode, components: Components) -> dict[str, Any]:
    """By media type: a schema may name one that isn't JSON's, and `alternatives` to itself."""
    return {
        getattr(it, "media_type", JSON): {"schema": components.schema(it)}
        for it in (schema, *getattr(schema, "alternatives", ()))
    }


def _derived(service: Service, operation: Operation) -> list[int]:
    sections = {section.name for section in operation.schema.children} if operation.schema else set()
    follows = {
        400: bool(sections),
        401: service.reads_credentials or operation.needs_account,
        413: "body" in sections,
        415: "body" in sections,
        429: service.counted,
        500: True,
        # What is counted is what works with storage, which may be away.
        503: service.counted,
    }
    return [status for status, does in follows.items() if does]


def _headers(names: Sequence[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in ("X-Request-ID", *names)}


def _reference(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/responses/{name}"}
