"""How a plugin declares itself: `config.add_movie_source`, `config.add_cache`, `config.add_storage`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyramid.config import Configurator

from moviecatalog.plugins.base import Plugin
from moviecatalog.plugins.kinds import CACHE, SOURCE, STORAGE, Kind

Factory = Callable[[Any], Plugin]


def _directive(kind: Kind) -> Callable[[Configurator, str, Factory], None]:
    """The Pyramid directive by which a plugin of this kind declares itself.

    Two declarations of one name are a configuration conflict, which Pyramid reports.
    """

    def declare(config: Configurator, name: str, factory: Factory) -> None:
        def register() -> None:
            config.registry.plugin_factories[kind.name, name] = factory

        config.action(("moviecatalog", kind.name, name), register)

    return declare


def includeme(config: Configurator) -> None:
    config.add_directive("add_movie_source", _directive(SOURCE))
    config.add_directive("add_cache", _directive(CACHE))
    config.add_directive("add_storage", _directive(STORAGE))
