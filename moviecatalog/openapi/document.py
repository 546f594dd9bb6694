"""The API's description: an OpenAPI 3.1 document, made of the services as they were declared."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moviecatalog.openapi.answers import shared_answers, shared_headers
from moviecatalog.openapi.components import Components
from moviecatalog.openapi.operations import BEARER, describe_operation
from moviecatalog.views.service import Operation, Service

PREFIX = "/api"

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

_PATTERN = re.compile(r"\{(\w+):(?:[^{}]|\{[^{}]*\})*\}")
"""A placeholder of a route that has a regular expression, which may have braces of its own."""

_DESCRIPTION = """\
Movies from a movie source, with every user's own favourites and ratings.

Errors are JSON: `{"error": …, "details": {field: [message, …]}}` for 400, `{"detail": …}` for every other status.

Lists come in pages: `page` and `page_size` ask for one, `next` and `previous` link to its neighbours.

Movies may come out of a cache: `X-Cache` says `HIT`, `MISS` or `STALE`. What is past its time has its `Age`, and
`Warning: 110 - "Response is Stale"`. A user's own `is_favorite` and `user_rating` are never cached.

Every path works without its last slash, and with `HEAD` wherever it does with `GET`."""


@dataclass(frozen=True)
class Api:
    """What the document says of the API as a whole; `origin` is its public scheme, host and port, if known."""

    title: str
    version: str
    attribution: str | None = None
    origin: str | None = None


def build_document(services: Mapping[str, Service], api: Api) -> dict[str, Any]:
    """An OpenAPI document of the services, by the patterns of their routes. Those outside of /api, and
    those that aren't listed, are left out.

    Paths are below /api, which is the server's URL: a client appends a path to it as text. That URL has an
    origin where `public_url` is set, so that the document works from a file; else it is relative to where the
    document came from, which is right behind any proxy.

    Raises TypeError and ValueError for schemas that can't be described.
    """
    components = Components()
    below = {
        _PATTERN.sub(r"{\1}", pattern.removeprefix(PREFIX)): service
        for pattern, service in services.items()
        if pattern.startswith(f"{PREFIX}/") and service.listed
    }
    shared = Counter(_view_name(operation) for service in below.values() for operation in service.operations)
    paths = {
        path: {
            operation.method.lower(): describe_operation(
                service, operation, _operation_id(service, operation, shared), components
            )
            for operation in _listed(service)
        }
        for path, service in below.items()
    }
    responses = shared_answers(components)
    return {
        "openapi": "3.1.0",
        "info": _info(api),
        "servers": [{"url": f"{api.origin or ''}{PREFIX}"}],
        "tags": [{"name": tag} for tag in dict.fromkeys(service.tag for service in below.values())],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.schemas.items())),
            "responses": responses,
            "headers": shared_headers(),
            "securitySchemes": {
                BEARER: {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "An access token, as `POST /auth/token/` hands it out.",
                }
            },
        },
    }


def _listed(service: Service) -> list[Operation]:
    """In a reader's order. HEAD goes without saying, OPTIONS is for browsers."""
    operations = [operation for operation in service.operations if operation.method in _METHODS]
    return sorted(operations, key=lambda operation: _METHODS.index(operation.method))


def _info(api: Api) -> dict[str, Any]:
    description = "\n\n".join(filter(None, (_DESCRIPTION, api.attribution)))
    return {
        "title": api.title,
        "version": api.version,
        "description": description,
        "license": {"name": "MIT", "identifier": "MIT"},
    }


def _operation_id(service: Service, operation: Operation, shared: Counter[str]) -> str:
    """The view's name; where several methods share the view, the service's name and the method."""
    name = _view_name(operation)
    return name if shared[name] == 1 else f"{service.name}_{operation.method.lower()}"


def _view_name(operation: Operation) -> str:
    return operation.view.__name__
