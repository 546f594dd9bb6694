"""`moviecatalog.includes`: further Pyramid includables, after everything else."""

from __future__ import annotations

from pyramid.config import Configurator


def find(config: Configurator) -> None:
    """Import them; one that can't be is among the problems of the settings."""
    registry = config.registry
    registry.includables = []
    for name in registry.core_settings.plugins.includes or ():
        try:
            registry.includables.append(config.maybe_dotted(name))
        except ImportError as error:
            registry.settings_reader.problem("moviecatalog.includes", f"{name!r} can't be imported ({error})")


def includeme(config: Configurator) -> None:
    """Include what `find` has found."""
    for includable in config.registry.includables:
        config.include(includable, route_prefix="/api")
