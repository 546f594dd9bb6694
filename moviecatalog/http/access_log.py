"""One line in the log for every request."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from pyramid.config import Configurator
from pyramid.response import Response
from pyramid.tweens import INGRESS

log = logging.getLogger("moviecatalog.access")

Handler = Callable[[Any], Response]


def access_log_tween(handler: Handler, _registry: Any) -> Handler:
    def logged(request: Any) -> Response:
        start = time.perf_counter()
        response = handler(request)
        _log(request, response.status_code, (time.perf_counter() - start) * 1000)
        return response

    return logged


def _log(request: Any, status: int, milliseconds: float) -> None:
    """The path and never the query string, which may hold what somebody searched for."""
    route = getattr(request, "matched_route", None)
    fields = {
        "method": request.method,
        # No line can be forged by a line feed in a path.
        "path": request.path_info.encode("unicode_escape").decode("ascii"),
        "status": status,
        "milliseconds": round(milliseconds, 1),
        "route": route.name if route else None,
        "user_id": request.logged_user_id,
    }
    log.info(
        "%(method)s %(path)s %(status)d in %(milliseconds).1f ms, route %(route)s, user %(user_id)s",
        fields,
        extra={"fields": fields},
    )


def includeme(config: Configurator) -> None:
    config.add_tween("moviecatalog.http.access_log.access_log_tween", under=INGRESS)
