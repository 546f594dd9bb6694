"""`/metrics`: figures for Prometheus. Included where the settings ask for them."""

from __future__ import annotations

from pyramid.config import Configurator
from pyramid.response import Response

from moviecatalog.request import Request
from moviecatalog.views.service import Service

OPENMETRICS = "application/openmetrics-text"

metrics = Service("metrics", "/metrics", tag="Metrics", counted=False, reads_credentials=False)


@metrics.get()
def get_metrics(request: Request) -> Response:
    """All figures, as of now."""
    body, content_type = request.registry.scrape.text(openmetrics=_takes_openmetrics(request))
    response = request.response
    response.body = body
    response.headers["Content-Type"] = content_type
    response.headers["Cache-Control"] = "no-store"
    response.vary = ("Accept",)
    return response


def _takes_openmetrics(request: Request) -> bool:
    """Whoever names it prefers it: Prometheus does, and every other client gets plain text."""
    offered = request.headers.get("Accept", "").lower().split(",")
    return OPENMETRICS in [part.partition(";")[0].strip() for part in offered]


def includeme(config: Configurator) -> None:
    config.add_api_service(metrics)
