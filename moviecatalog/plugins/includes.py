"""`moviecatalog.includes`: further Pyramid includables, after everything else."""

from __future__ import annotations

from pyramid.config import Configurator

from moviecatalog.settings.reader import Problem, SettingsError


def includeme(config: Configurator) -> None:
    """Raises SettingsError for a name that can't be imported."""
    for name in config.registry.core_settings.plugins.includes:
        try:
            includable = config.maybe_dotted(name)
        except ImportError as error:
            raise SettingsError([Problem("moviecatalog.includes", f"{name!r} can't be imported ({error})")]) from None
        config.include(includable, route_prefix="/api")
