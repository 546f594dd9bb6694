"""Finds the selected plugins, includes them, reads their settings and builds them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from pyramid.config import Configurator

from moviecatalog.plugins.base import Plugin
from moviecatalog.plugins.caches.base import Cache
from moviecatalog.plugins.kinds import KINDS, Kind
from moviecatalog.plugins.sources.base import MovieSource
from moviecatalog.plugins.storages.base import Storage
from moviecatalog.settings.reader import SettingsReader, suggestion

Factory = Callable[[Any], Plugin]


@dataclass(frozen=True)
class Plugins:
    """What this application has plugged in."""

    source: MovieSource
    cache: Cache
    storage: Storage

    def close(self) -> None:
        self.source.close()
        self.cache.close()
        self.storage.close()


@dataclass(frozen=True)
class _Prepared:
    """A plugin that can be built: all that may be wrong with its settings has been said."""

    kind: Kind
    factory: Factory
    settings: Any


def directive(kind: Kind) -> Callable[[Configurator, str, Factory], None]:
    """The Pyramid directive by which a plugin of this kind declares itself.

    Two declarations of one name are a configuration conflict, which Pyramid reports.
    """

    def declare(config: Configurator, name: str, factory: Factory) -> None:
        def register() -> None:
            config.registry.plugin_factories[kind.name, name] = factory

        config.action(("moviecatalog", kind.name, name), register)

    return declare


def load(config: Configurator) -> None:
    """Include the plugins that the settings choose, and build them.

    Raises SettingsError with every problem of every setting, the core's and the plugins'.
    """
    registry = config.registry
    registry.plugin_factories = {}
    selected = {kind: _include_selected(config, kind) for kind in KINDS}
    # The plugins' declarations are actions: they must have run before a factory can be looked up.
    config.commit()
    prepared = [_prepare(registry, kind, name) for kind, name in selected.items() if name]
    registry.settings_reader.finish()
    built: dict[str, Any] = {it.kind.name: it.factory(it.settings) for it in prepared if it}
    registry.plugins = Plugins(**built)


def _include_selected(config: Configurator, kind: Kind) -> str | None:
    """Include the plugin of this kind that the settings name; None where that can't be done."""
    reader: SettingsReader = config.registry.settings_reader
    installed = {entry_point.name: entry_point for entry_point in entry_points(group=kind.group)}
    names = getattr(config.registry.core_settings.plugins, kind.name)
    if not names:
        return None
    name: str = names[0]
    for other in installed.keys() - {name}:
        reader.leave_alone(f"{kind.setting}.{other}")
    if len(names) > 1:
        reader.problem(kind.setting, f"{' '.join(names)!r} names {len(names)} plugins; only one can be chosen")
        return None
    if name not in installed:
        reader.leave_alone(f"{kind.setting}.{name}")
        reader.problem(
            kind.setting,
            f"no {kind.name} named {name!r} is installed; there are "
            f"{', '.join(sorted(installed)) or 'none'}{suggestion(name, installed)}",
        )
        return None
    return name if _include(config, kind, installed[name], reader) else None


def _include(config: Configurator, kind: Kind, entry_point: EntryPoint, reader: SettingsReader) -> bool:
    try:
        includable = entry_point.load()
    except (ImportError, AttributeError) as error:
        reader.leave_alone(f"{kind.setting}.{entry_point.name}")
        remedy = ""
        if entry_point.extras and entry_point.dist:
            remedy = f"; pip install '{entry_point.dist.name}[{entry_point.extras[0]}]'"
        reader.problem(kind.setting, f"{entry_point.name!r} can't be loaded ({error}){remedy}")
        return False
    config.include(includable, route_prefix="/api")
    return True


def _prepare(registry: Any, kind: Kind, name: str) -> _Prepared | None:
    """Look up what the plugin declared, check it, and read its settings; None where it won't do."""
    reader: SettingsReader = registry.settings_reader
    factory = registry.plugin_factories.get((kind.name, name))
    plugin_class = getattr(factory, "__self__", None)
    if not (inspect.isclass(plugin_class) and issubclass(plugin_class, kind.contract)):
        reader.leave_alone(f"{kind.setting}.{name}")
        reader.problem(
            kind.setting,
            f"the plugin {name!r} must declare, under its own name, "
            f"the from_settings of a subclass of {kind.contract.__name__}",
        )
        return None
    if plugin_class.contract_version != kind.contract.contract_version:
        reader.problem(
            kind.setting,
            f"the plugin {name!r} was written for version {plugin_class.contract_version} of the {kind.name} contract; "
            f"this moviecatalog has version {kind.contract.contract_version}: install versions that fit",
        )
    return _Prepared(kind, factory, reader.read(plugin_class.Settings, f"{kind.setting}.{name}"))
