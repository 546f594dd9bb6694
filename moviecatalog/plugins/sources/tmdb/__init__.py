"""`moviecatalog.source = tmdb`: The Movie Database, by its API of version 3."""

from __future__ import annotations

from pyramid.config import Configurator

from moviecatalog.plugins.sources.tmdb.source import TmdbSource


def includeme(config: Configurator) -> None:
    config.add_movie_source("tmdb", TmdbSource.from_settings)
