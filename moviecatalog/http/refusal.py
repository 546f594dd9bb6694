"""The guard's own answers: JSON in the documented shapes, made without Pyramid."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import orjson


class Refusal:
    """A WSGI application that gives one answer.

    `exc_info` is what WSGI asks of an answer that stands in for one that may have begun already: the server takes
    it in that one's place, or, where some of that has been sent, ends the connection by raising the error.
    """

    def __init__(self, status: str, body: dict[str, Any], exc_info: Any = None) -> None:
        self._status = status
        self.status_code = int(status.split(maxsplit=1)[0])
        self._exc_info = exc_info
        self._body = orjson.dumps(body)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        # No `Connection: close`, though the body may be unread: waitress takes no hop-by-hop header from an
        # application, and every server closes by itself where it must.
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(self._body))),
            ("X-Content-Type-Options", "nosniff"),
        ]
        start_response(self._status, headers, self._exc_info)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self._body]


def invalid_request(message: str) -> Refusal:
    details = {"non_field_errors": [message]}
    return Refusal("400 Bad Request", {"error": "Invalid request data", "details": details})


def too_large(max_body_bytes: int) -> Refusal:
    detail = f"The body must have {max_body_bytes} bytes or fewer."
    return Refusal("413 Request Entity Too Large", {"detail": detail})


def internal_error(exc_info: Any) -> Refusal:
    return Refusal("500 Internal Server Error", {"detail": "Internal server error."}, exc_info)
