"""Figures for Prometheus, where `moviecatalog.metrics` asks for them: nothing of it is imported otherwise.

Each application has figures of its own. Over several processes they are added up in the directory that the
environment variable PROMETHEUS_MULTIPROC_DIR names, which whoever starts the processes makes, and empties, before.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator

from pyramid.config import Configurator
from pyramid.registry import Registry

from moviecatalog.metrics.meters import NO_METERS
from moviecatalog.metrics.sharing import metrics_directory


def includeme(config: Configurator) -> None:
    registry = config.registry
    registry.meters = NO_METERS
    if registry.core_settings.http.metrics:
        _begin(registry)
        config.include("moviecatalog.http.metering")
        config.include("moviecatalog.views.metrics")


def _begin(registry: Registry) -> None:
    # After the look at the directory: prometheus_client makes its choice when it is imported.
    directory = metrics_directory(os.environ)
    from moviecatalog.metrics.gauges import Gauges, Part  # noqa: PLC0415
    from moviecatalog.metrics.prometheus import Figures, PrometheusMeters  # noqa: PLC0415
    from moviecatalog.metrics.scrape import Scrape  # noqa: PLC0415

    def parts() -> Iterator[Part]:
        for name, source in registry.plugins.sources.items():
            yield Part("source", source.gauges, {"source": name})
        yield Part("cache", registry.plugins.cache.gauges)
        yield Part("storage", registry.plugins.storage.gauges)

    figures = Figures(_name_of(registry))
    gauges = Gauges(figures, tuple(parts()))
    registry.meters = PrometheusMeters(
        figures, registry.plugins.sources, refresh=gauges.refresh if directory else lambda: None
    )
    registry.scrape = Scrape(figures, gauges, directory)


def _name_of(registry: Registry) -> str:
    """What tells this application's figures from those of another one in the same process.

    It is the same in all processes that serve one ini file. Too short to give any line of that away.
    """
    lines = sorted((name, str(value)) for name, value in registry.settings.items() if name.startswith("moviecatalog."))
    return hashlib.blake2b(repr(lines).encode(), digest_size=4).hexdigest()
