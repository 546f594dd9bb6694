"""The API, one file a resource."""

from __future__ import annotations

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    config.include("moviecatalog.views.errors")
    config.include("moviecatalog.views.tokens", route_prefix="/api")
    config.include("moviecatalog.views.accounts", route_prefix="/api")
    config.include("moviecatalog.views.movies", route_prefix="/api")
    config.include("moviecatalog.views.lists", route_prefix="/api")
    config.include("moviecatalog.views.favorites", route_prefix="/api")
    config.include("moviecatalog.views.ratings", route_prefix="/api")
    config.include("moviecatalog.views.health", route_prefix="/api")
    config.include("moviecatalog.views.index", route_prefix="/api")
