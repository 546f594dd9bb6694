"""Every answer is counted: included where figures are asked for."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from pyramid.config import Configurator
from pyramid.response import Response
from pyramid.tweens import INGRESS

from moviecatalog.metrics.meters import Meters

Handler = Callable[[Any], Response]


def metering_tween(handler: Handler, registry: Any) -> Handler:
    meters: Meters = registry.meters

    def metered(request: Any) -> Response:
        start = time.perf_counter()
        response = handler(request)
        seconds = time.perf_counter() - start
        route = getattr(request, "matched_route", None)
        meters.request(route.name if route else None, request.method, response.status_code, seconds)
        return response

    return metered


def includeme(config: Configurator) -> None:
    config.add_tween(
        "moviecatalog.http.metering.metering_tween",
        under=INGRESS,
        over="moviecatalog.http.access_log.access_log_tween",
    )
