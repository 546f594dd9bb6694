"""Conditional GET (RFC 9110, section 13), and the headers that every answer has."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

from pyramid.config import Configurator
from pyramid.response import Response
from pyramid.tweens import EXCVIEW

VARY = ("Authorization", "Origin")
CACHE_CONTROL = "private, no-cache"
BODY_HEADERS = ("Content-Type", "Content-Length", "Content-Encoding")

_ETAG = re.compile(r'(?:W/)?"([\x21\x23-\x7E\x80-\xFF]*)"')

Handler = Callable[[Any], Response]


def conditional_tween(handler: Handler, _registry: Any) -> Handler:
    def conditional(request: Any) -> Response:
        response = handler(request)
        response.headers["X-Content-Type-Options"] = "nosniff"
        # What a user sees may change at any time, by that user's own hand.
        response.headers.setdefault("Cache-Control", CACHE_CONTROL)
        response.vary = tuple(dict.fromkeys((*(response.vary or ()), *VARY)))
        if response.status_code == 200 and request.method in ("GET", "HEAD"):
            return _unless_known(request, response)
        return response

    return conditional


def _unless_known(request: Any, response: Response) -> Response:
    """The response with its ETag, or 304 in its place where the client has this very one.

    Not WebOb's `conditional_response`: that one answers Range requests too, with parts of JSON.
    """
    response.etag = etag_of(response.body)
    if not is_known(response.etag, request.headers.get("If-None-Match", "")):
        return response
    headers = [(name, value) for name, value in response.headerlist if name not in BODY_HEADERS]
    return Response(status=304, headerlist=headers)


def etag_of(body: bytes) -> str:
    """Without the quotes that stand around it in headers."""
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def is_known(etag: str, if_none_match: str) -> bool:
    """Compared weakly, as section 13.1.2 has it.

    Not by WebOb's `if_none_match`, which finds an ETag only after white space and so misses all but the
    first of `"a","b"`.
    """
    return if_none_match == "*" or etag in _ETAG.findall(if_none_match)


def includeme(config: Configurator) -> None:
    config.add_tween(
        "moviecatalog.http.conditional.conditional_tween", under="moviecatalog.http.cors.cors_tween", over=EXCVIEW
    )
