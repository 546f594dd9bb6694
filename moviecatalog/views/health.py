"""Whether the process lives, and whether it can work."""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator

from moviecatalog.request import Request
from moviecatalog.schemas.health import LiveAnswer, ReadyAnswer
from moviecatalog.views.service import Service

live = Service("health_live", "/health/live/", tag="Health", counted=False, reads_credentials=False)
ready = Service("health_ready", "/health/ready/", tag="Health", counted=False, reads_credentials=False)


@live.get(answers={200: LiveAnswer()})
def get_live(_request: Request) -> dict[str, Any]:
    """The process answers."""
    return {"status": "ok"}


@ready.get(answers={200: ReadyAnswer(), 503: ReadyAnswer()})
def get_ready(request: Request) -> dict[str, Any]:
    """Storage, cache and source, each with its state; 503 when storage is down."""
    health = request.services.health.check()
    if not health.is_ready:
        request.response.status_code = 503
    return {
        "status": health.status,
        "checks": {
            part.name: {"state": part.state, "milliseconds": part.milliseconds, "problem": part.problem}
            for part in health.parts
        },
    }


def includeme(config: Configurator) -> None:
    config.add_api_service(live)
    config.add_api_service(ready)
