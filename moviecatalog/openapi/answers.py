"""What an operation may answer: what it declares, and the errors that follow from what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import colander

from moviecatalog.domain.freshness import CacheState
from moviecatalog.openapi.components import Components
from moviecatalog.openapi.json_schema import JsonSchema
from moviecatalog.presenters.freshness import STALE_WARNING
from moviecatalog.schemas.answers import Detail, InvalidRequest
from moviecatalog.views.errors import CHALLENGE, NO_CREDENTIALS, NOT_FOUND, NOT_PERMITTED
from moviecatalog.views.service import Operation, Service

JSON = "application/json"
COUNTED_HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")

CACHE_HEADERS = ("X-Cache", "Age", "Warning")

TEXT = {"type": "string"}
COUNT = {"type": "integer", "minimum": 0}

HEADERS: Mapping[str, tuple[str, JsonSchema]] = {
    "X-Request-ID": ("The request's own id if it had a sane one, else a new one.", TEXT),
    "X-RateLimit-Limit": ("Requests that the window allows.", COUNT),
    "X-RateLimit-Remaining": ("Requests that are left of them.", COUNT),
    "X-RateLimit-Reset": ("When the window ends, in Unix seconds.", COUNT),
    "ETag": ("For `If-None-Match`: 304 while the answer is the same.", TEXT),
    "X-Cache": (
        "Where the answer was found; `STALE`: in the cache, past its time.",
        {"type": "string", "enum": [state.value for state in CacheState]},
    ),
    "Age": ("Of a stale answer only: the seconds since it was fetched.", COUNT),
    "Warning": ("Of a stale answer only.", {"type": "string", "const": STALE_WARNING}),
    "Retry-After": ("Seconds after which to try again.", COUNT),
    "WWW-Authenticate": ("How to say who one is.", {"type": "string", "const": CHALLENGE}),
}


@dataclass(frozen=True)
class Error:
    """An error that looks the same wherever it occurs. Where it is told by a sentence, `detail` is one."""

    name: str
    description: str
    detail: str | None
    headers: tuple[str, ...] = COUNTED_HEADERS

    @property
    def schema(self) -> colander.SchemaNode:
        return InvalidRequest() if self.detail is None else Detail()


ERRORS: Mapping[int, Error] = {
    400: Error("InvalidRequest", "Input that breaks rules; every broken field at once.", None),
    401: Error(
        "Unauthorized",
        "No credentials where they are needed, or bad ones.",
        NO_CREDENTIALS,
        ("WWW-Authenticate", *COUNTED_HEADERS),
    ),
    403: Error("Forbidden", "Not allowed.", NOT_PERMITTED),
    404: Error("NotFound", "No such thing, or a page past the last one.", NOT_FOUND),
    413: Error("BodyTooLarge", "The body is too large.", "The body must have 65536 bytes or fewer.", ()),
    415: Error("UnsupportedMediaType", "The body is not `application/json`.", "The body must be application/json."),
    429: Error(
        "Throttled",
        "Too many requests.",
        "Request was throttled. Expected available in 1200 seconds.",
        ("Retry-After", *COUNTED_HEADERS),
    ),
    500: Error("InternalError", "A bug; the log holds it under the request's id.", "Internal server error."),
    503: Error(
        "Unavailable",
        "What the answer needs is out of reach for now.",
        "The movie source is unavailable.",
        ("Retry-After", *COUNTED_HEADERS),
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
            "content": {JSON: components.content(error.schema) | _example(error)},
        }
        for error in ERRORS.values()
    }
    unchanged = {
        "description": "The answer is that of the ETag in `If-None-Match`.",
        "headers": _headers(["ETag", *CACHE_HEADERS, *COUNTED_HEADERS]),
    }
    return {NOT_MODIFIED: unchanged, **errors}


def shared_headers() -> dict[str, Any]:
    return {name: {"description": description, "schema": schema} for name, (description, schema) in HEADERS.items()}


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
        names = ("ETag", *(CACHE_HEADERS if service.cached else ()), *names)
    answer = {"description": HTTPStatus(status).phrase, "headers": _headers(names)}
    return answer if schema is None else answer | {"content": _content(schema, components)}


def _content(schema: colander.SchemaNode, components: Components) -> dict[str, Any]:
    """By media type: a schema may name one that isn't JSON's, and `alternatives` to itself."""
    return {
        getattr(it, "media_type", JSON): components.content(it) for it in (schema, *getattr(schema, "alternatives", ()))
    }


def _example(error: Error) -> dict[str, Any]:
    """None where the schema has one already."""
    return {"example": {"detail": error.detail}} if error.detail else {}


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
