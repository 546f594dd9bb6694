"""What plugins tell of their state, as gauges."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from prometheus_client import Gauge

from moviecatalog.metrics.prometheus import Figures

log = logging.getLogger(__name__)

NAME = re.compile(r"[a-z][a-z0-9_]{0,60}")


@dataclass(frozen=True)
class Part:
    """A plugin: its kind, its figures of this moment, and labels that tell it from others of the kind."""

    kind: str
    gauges: Callable[[], Mapping[str, float]]
    labels: Mapping[str, str] = field(default_factory=dict)


class Gauges:
    """Asks when it is told to: for each scrape and, where a scrape may go to another process, after each request."""

    def __init__(self, figures: Figures, parts: Sequence[Part]) -> None:
        self._figures = figures
        self._parts = parts
        self._gauges: dict[str, Gauge] = {}
        self._told: set[str] = set()
        self._lock = threading.Lock()

    def refresh(self) -> None:
        for part in self._parts:
            try:
                for name, value in part.gauges().items():
                    gauge = self._gauge(f"{part.kind}_{name}", part, is_any=isinstance(value, bool))
                    gauge.labels(self._figures.application, *part.labels.values()).set(value)
            except Exception as error:  # noqa: BLE001  # anybody's plugin may tell anything
                self._tell_once(part, error)

    def _gauge(self, name: str, part: Part, *, is_any: bool) -> Gauge:
        gauge = self._gauges.get(name)
        if gauge is None:
            with self._lock:
                gauge = self._gauges.get(name) or self._new(name, part, is_any=is_any)
                self._gauges[name] = gauge
        return gauge

    def _new(self, name: str, part: Part, *, is_any: bool) -> Gauge:
        if not NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name for a figure")
        return self._figures.gauge(name, f"What the {part.kind} tells of itself.", part.labels, is_any=is_any)

    def _tell_once(self, part: Part, error: Exception) -> None:
        if part.kind not in self._told:
            self._told.add(part.kind)
            log.warning("the %s can't tell its figures: %r", part.kind, error)
