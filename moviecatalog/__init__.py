"""A self-hosted movie catalogue with a REST API, built of plugins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyramid.config import Configurator
from pyramid.registry import Registry

from moviecatalog.hot import shortened
from moviecatalog.http.guard import Guard
from moviecatalog.request import Request


def main(global_config: Mapping[str, str], **settings: Any) -> Guard:  # noqa: ARG001  # PasteDeploy's signature
    """The application, as PasteDeploy makes it from an ini file's lines.

    Raises SettingsError, which lists everything that is wrong with them.
    """
    with Configurator(settings=settings, request_factory=Request) as config:
        try:
            return _application(config)
        except BaseException:
            # Whoever tries again in this process mustn't run out of connections and threads.
            _let_go(config.registry)
            raise


def _application(config: Configurator) -> Guard:
    config.include("moviecatalog.settings")
    config.include("moviecatalog.logs")
    config.include("moviecatalog.views.service")
    config.include("moviecatalog.plugins.includes.find")
    config.include("moviecatalog.plugins")
    config.include("moviecatalog.metrics")
    config.include("moviecatalog.services")
    config.include("moviecatalog.security")
    config.include("moviecatalog.http")
    config.include("moviecatalog.hot")
    config.include("moviecatalog.presenters")
    config.include("moviecatalog.views")
    config.include("moviecatalog.openapi")
    config.include("moviecatalog.plugins.includes")
    registry = config.registry
    app = shortened(config.make_wsgi_app())
    return Guard(app, registry.core_settings.http.max_body_bytes, registry.meters)


def close(app: Guard) -> None:
    """Let go of all that the application holds open. It must not be called afterwards."""
    _let_go(app.registry)


def _let_go(registry: Registry) -> None:
    """Close what there is already; the services first, which use the plugins."""
    for part in ("services", "plugins"):
        if hasattr(registry, part):
            getattr(registry, part).close()
