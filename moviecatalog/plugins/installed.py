"""Every plugin that is installed, chosen or not."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points

from pyramid.config import Configurator

from moviecatalog.plugins.base import Plugin
from moviecatalog.plugins.kinds import KINDS, Kind


@dataclass(frozen=True, slots=True)
class Installed:
    """`plugin` is its class; None where it can't be used, which `problem` tells."""

    kind: Kind
    name: str
    package: str
    version: str
    plugin: type[Plugin] | None
    problem: str | None

    @property
    def fits(self) -> bool:
        """Whether it was written for the contract that there is."""
        return self.plugin is not None and self.plugin.contract_version == self.kind.contract.contract_version


def installed() -> Iterator[Installed]:
    """By kind, then by name. Each is imported; what goes wrong with one is told with it."""
    for kind in KINDS:
        for entry_point in sorted(entry_points(group=kind.group), key=lambda it: it.name):
            yield _look(kind, entry_point)


def _look(kind: Kind, entry_point: EntryPoint) -> Installed:
    plugin, problem = None, None
    try:
        plugin = _declared(kind, entry_point)
    except Exception as error:  # noqa: BLE001  # a package of anybody's may fail in any way
        problem = f"it can't be loaded: {error}"
        if entry_point.extras and entry_point.dist and isinstance(error, ImportError):
            problem += f"; pip install '{entry_point.dist.name}[{entry_point.extras[0]}]'"
    else:
        if plugin is None:
            problem = f"it declares no subclass of {kind.contract.__name__} under its own name"
    name, version = (entry_point.dist.name, entry_point.dist.version) if entry_point.dist else ("?", "?")
    return Installed(kind, entry_point.name, name, version, plugin, problem)


def _declared(kind: Kind, entry_point: EntryPoint) -> type[Plugin] | None:
    """The class that its includable declares, in a configuration that nobody else has."""
    with Configurator() as config:
        # It may add services of its own.
        config.include("moviecatalog.views.service")
        config.include("moviecatalog.plugins.directives")
        config.registry.plugin_factories = {}
        config.include(entry_point.load(), route_prefix="/api")
        config.commit()
    factory = config.registry.plugin_factories.get((kind.name, entry_point.name))
    plugin = getattr(factory, "__self__", None)
    return plugin if inspect.isclass(plugin) and issubclass(plugin, kind.contract) else None
