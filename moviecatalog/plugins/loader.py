"""Finds the selected plugins, includes them, reads their settings and builds them."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from pyramid.config import Configurator

from moviecatalog.plugins.caches.base import Cache
from moviecatalog.plugins.directives import Factory
from moviecatalog.plugins.kinds import CACHE, KINDS, SOURCE, STORAGE, Kind
from moviecatalog.plugins.sources.base import MovieSource
from moviecatalog.plugins.storages.base import Storage
from moviecatalog.settings.reader import SettingsError, SettingsReader, suggestion


@dataclass(frozen=True)
class Plugins:
    """What this application has plugged in; the sources by name, in the order in which they are heard."""

    sources: Mapping[str, MovieSource]
    cache: Cache
    storage: Storage

    @property
    def attribution(self) -> str | None:
        """What must stand wherever the sources' data shows; None where nothing must."""
        return " ".join(dict.fromkeys(it.attribution for it in self.sources.values() if it.attribution)) or None

    def close(self) -> None:
        """Close each, also where another one fails at it."""
        plugins: tuple[MovieSource | Cache | Storage, ...] = (self.storage, self.cache, *self.sources.values())
        with ExitStack() as stack:
            for plugin in plugins:
                stack.callback(plugin.close)


@dataclass(frozen=True)
class Prepared:
    """A plugin that can be built: nothing was found wrong with what it declares and what its settings say."""

    kind: Kind
    name: str
    factory: Factory
    settings: Any

    def build(self) -> Any:
        return self.factory(self.settings)


def load(config: Configurator) -> None:
    """Include the plugins that the settings choose, and build them.

    Raises SettingsError with every problem of every setting, the core's and the plugins', and what the plugins
    found wrong when they were built. When anything is raised, whatever had been built is closed.
    """
    registry = config.registry
    prepared = prepare(config)
    with ExitStack() as built_in_vain:
        built = []
        for it in prepared:
            try:
                plugin = it.build()
            except SettingsError as error:
                registry.settings_reader.add(error)
            else:
                built_in_vain.callback(plugin.close)
                built.append((it.kind, it.name, plugin))
        registry.settings_reader.finish()
        built_in_vain.pop_all()
    registry.plugins = Plugins(
        sources={name: plugin for kind, name, plugin in built if kind is SOURCE},
        cache=next(plugin for kind, _, plugin in built if kind is CACHE),
        storage=next(plugin for kind, _, plugin in built if kind is STORAGE),
    )


def load_only(config: Configurator, kind: Kind) -> tuple[str, Any]:
    """The same, but of all plugins only the one of this kind is built; its name, and what was built."""
    prepared = {it.kind: it for it in prepare(config)}
    config.registry.settings_reader.finish()
    return prepared[kind].name, prepared[kind].build()


def prepare(config: Configurator) -> list[Prepared]:
    """Include the plugins that the settings choose, and read their settings.

    Those that can be built, in the order of their kinds; what is wrong with the others is the settings reader's to say.
    """
    registry = config.registry
    registry.plugin_factories = {}
    selected = [(kind, name) for kind in KINDS for name in _include_selected(config, kind)]
    # The plugins' declarations are actions: they must have run before a factory can be looked up.
    config.commit()
    return [it for kind, name in selected if (it := _prepare(registry, kind, name))]


def _include_selected(config: Configurator, kind: Kind) -> list[str]:
    """Include the plugins of this kind that the settings name; the names of those that could be included."""
    reader: SettingsReader = config.registry.settings_reader
    installed = {entry_point.name: entry_point for entry_point in entry_points(group=kind.group)}
    names: tuple[str, ...] = getattr(config.registry.core_settings.plugins, kind.name) or ()
    for other in installed.keys() - set(names):
        reader.leave_alone(f"{kind.setting}.{other}")
    if len(names) > 1 and not kind.takes_several:
        reader.problem(kind.setting, f"{' '.join(names)!r} names {len(names)} plugins; only one can be chosen")
    return [name for name in names if _include_named(config, kind, name, installed)]


def _include_named(config: Configurator, kind: Kind, name: str, installed: Mapping[str, EntryPoint]) -> bool:
    reader: SettingsReader = config.registry.settings_reader
    if name in installed:
        return _include(config, kind, installed[name], reader)
    reader.leave_alone(f"{kind.setting}.{name}")
    reader.problem(
        kind.setting,
        f"no {kind.name} named {name!r} is installed; there are "
        f"{', '.join(sorted(installed)) or 'none'}{suggestion(name, installed)}",
    )
    return False


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


def _prepare(registry: Any, kind: Kind, name: str) -> Prepared | None:
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
    problems_before = reader.problem_count
    ours, theirs = kind.contract.contract_version, plugin_class.contract_version
    if theirs != ours or type(theirs) is not int:
        reader.problem(
            kind.setting,
            f"the plugin {name!r} was written for version {theirs!r} of the {kind.name} contract; "
            f"this moviecatalog has version {ours}, and versions are integers: install versions that fit",
        )
    settings = reader.read(plugin_class.Settings, f"{kind.setting}.{name}")
    return Prepared(kind, name, factory, settings) if reader.problem_count == problems_before else None
