"""Plugins: movie sources, caches and storages, found by entry points and chosen by name in the ini file."""

from __future__ import annotations

from pyramid.config import Configurator

from moviecatalog.plugins import kinds, loader


def includeme(config: Configurator) -> None:
    config.add_directive("add_movie_source", loader.directive(kinds.SOURCE))
    config.add_directive("add_cache", loader.directive(kinds.CACHE))
    config.add_directive("add_storage", loader.directive(kinds.STORAGE))
    loader.load(config)
