"""Plugins: movie sources, caches and storages, found by entry points and chosen by name in the ini file."""

from __future__ import annotations

from pyramid.config import Configurator

from moviecatalog.plugins import loader


def includeme(config: Configurator) -> None:
    config.include("moviecatalog.plugins.directives")
    loader.load(config)
