"""Cross-origin requests (the Fetch standard's CORS): whose scripts may read answers.

Not Cornice's: that one refuses ordinary requests of origins that it doesn't know, a browser's same-origin
POST among them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from pyramid.config import Configurator
from pyramid.response import Response

METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
REQUEST_HEADERS = "Authorization, Content-Type, If-None-Match, X-Request-ID"
EXPOSED_HEADERS = (
    "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, "
    "ETag, X-Request-ID, Retry-After, Age, Warning, X-Cache"
)
PREFLIGHT_SECONDS = "600"

Handler = Callable[[Any], Response]


def cors_tween(handler: Handler, registry: Any) -> Handler:
    allowed: Collection[str] = frozenset(registry.core_settings.http.cors_origins)

    def shared(request: Any) -> Response:
        origin = request.headers.get("Origin")
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            return _preflight(origin if origin in allowed else None)
        response = handler(request)
        if origin in allowed:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS
        return response

    return shared


def _preflight(origin: str | None) -> Response:
    """Without an allowed origin there is nothing in it that a browser would take for leave."""
    response = Response(status=204, headerlist=[("Vary", "Origin")])
    if origin:
        response.headers.update(
            {
                "Access-Control-Allow-Origin": origin,
                "Access-Control-Allow-Methods": METHODS,
                "Access-Control-Allow-Headers": REQUEST_HEADERS,
                "Access-Control-Max-Age": PREFLIGHT_SECONDS,
            }
        )
    return response


def includeme(config: Configurator) -> None:
    config.add_tween("moviecatalog.http.cors.cors_tween", under="moviecatalog.http.access_log.access_log_tween")
