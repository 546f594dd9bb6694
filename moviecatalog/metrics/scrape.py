"""What Prometheus is told when it asks: this application's figures, of all processes that share a directory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from prometheus_client import Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from moviecatalog.metrics.gauges import Gauges
from moviecatalog.metrics.prometheus import APPLICATION, Figures
from moviecatalog.metrics.sharing import dead_processes, readable_files

PLAIN = ""
OPENMETRICS = "application/openmetrics-text; version=1.0.0"


class Scrape:
    """`directory` is the one that processes share; None where this one stands alone."""

    def __init__(self, figures: Figures, gauges: Gauges, directory: Path | None) -> None:
        self._figures = figures
        self._gauges = gauges
        self._directory = directory

    def text(self, *, openmetrics: bool = False) -> tuple[bytes, str]:
        """The figures of now, and their content type."""
        self._gauges.refresh()
        encode, content_type = choose_encoder(OPENMETRICS if openmetrics else PLAIN)
        return encode(self), content_type

    def collect(self) -> Iterator[Metric]:
        for metric in self._all():
            shown = Metric(metric.name, metric.documentation, metric.type)
            shown.samples = [
                sample._replace(labels={name: value for name, value in sample.labels.items() if name != APPLICATION})
                for sample in metric.samples
                # When a counter began is told by none that is added up, so by no other either.
                if sample.labels.get(APPLICATION) == self._figures.application and not sample.name.endswith("_created")
            ]
            if shown.samples:
                yield shown

    def _all(self) -> Iterable[Metric]:
        """Those of other applications in the same process too."""
        if self._directory is None:
            return self._figures.registry.collect()
        for pid in dead_processes(self._directory):
            mark_process_dead(pid, str(self._directory))
        merged: Iterable[Metric] = MultiProcessCollector.merge(readable_files(self._directory))
        return merged
