"""`moviecatalog.includes`: further Pyramid includables, after everything else."""

from __future__ import annotations

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    for name in config.registry.core_settings.plugins.includes:
        config.include(name, route_prefix="/api")
