"""One line in the log for every request."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from pyramid.config import Configurator
from pyramid.response import Response
from pyramid.tweens import INGRESS

from moviecatalog.http.access_record import access_record

log = logging.getLogger("moviecatalog.access")

Handler = Callable[[Any], Response]


def access_log_tween(handler: Handler, _registry: Any) -> Handler:
    def logged(request: Any) -> Response:
        start = time.perf_counter()
        response = handler(request)
        route = getattr(request, "matched_route", None)
        log_access(
            request.method,
            request.path_info,
            response.status_code,
            milliseconds=(time.perf_counter() - start) * 1000,
            route=route.name if route else None,
            user_id=request.logged_user_id,
        )
        return response

    return logged


def log_access(
    method: str, path: str, status: int, *, milliseconds: float, route: str | None = None, user_id: int | None = None
) -> None:
    """The path and never the query string, which may hold what somebody searched for."""
    if not log.isEnabledFor(logging.INFO):
        return
    fields = {
        # No line can be forged by a line feed in either.
        "method": _escaped(method),
        "path": _escaped(path),
        "status": status,
        "milliseconds": round(milliseconds, 1),
        "route": route,
        "user_id": user_id,
    }
    log.handle(access_record(log, fields))


def _escaped(text: str) -> str:
    if text.isascii() and text.isprintable() and "\\" not in text:
        # As nearly all are.
        return text
    return text.encode("unicode_escape").decode("ascii")


def includeme(config: Configurator) -> None:
    config.add_tween("moviecatalog.http.access_log.access_log_tween", under=INGRESS)
