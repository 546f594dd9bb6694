"""A self-hosted movie catalogue with a REST API, built of plugins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyramid.config import Configurator

from moviecatalog.http.guard import Guard
from moviecatalog.request import Request


def main(global_config: Mapping[str, str], **settings: Any) -> Guard:  # noqa: ARG001  # PasteDeploy's signature
    """The application, as PasteDeploy makes it from an ini file's lines.

    Raises SettingsError, which lists everything that is wrong with them.
    """
    with Configurator(settings=settings, request_factory=Request) as config:
        config.include("moviecatalog.settings")
        config.include("moviecatalog.logs")
        config.include("moviecatalog.views.service")
        config.include("moviecatalog.plugins")
        config.include("moviecatalog.services")
        config.include("moviecatalog.security")
        config.include("moviecatalog.http")
        config.include("moviecatalog.presenters")
        config.include("moviecatalog.views")
        config.include("moviecatalog.openapi")
        config.include("moviecatalog.plugins.includes")
        return Guard(config.make_wsgi_app(), config.registry.core_settings.http.max_body_bytes)


def close(app: Guard) -> None:
    """Let go of all that the application holds open. It must not be called afterwards."""
    app.registry.services.close()
    app.registry.plugins.close()
