"""The meters as Prometheus wants them: names after its conventions, labels of a few values each."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Concatenate, ParamSpec, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from moviecatalog.domain.freshness import CacheState
from moviecatalog.metrics.meters import LIMITS, OUTCOMES, TOKENS

log = logging.getLogger(__name__)

P = ParamSpec("P")

APPLICATION = "application"
"""The label that keeps two applications of one process apart. A scrape shows one application, without it."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""From what a cached answer takes to what the slowest source may."""


class Figures:
    """The figures of one application, in this process. Not on prometheus_client's own registry, which is the process's.

    `application` must be the same in all processes that are added up, and another one for another application.
    """

    def __init__(self, application: str) -> None:
        self.application = application
        self.registry = CollectorRegistry(auto_describe=False)
        self.requests = self._counter("http_requests", "Requests answered.", "route", "method", "status")
        self.seconds = Histogram(
            "moviecatalog_http_request_duration_seconds",
            "How long answers took.",
            (APPLICATION, "route"),
            registry=self.registry,
            buckets=SECONDS,
        )
        self.cache_answers = self._counter("cache_answers", "Answers of the cache.", "asked", "state")
        self.source_calls = self._counter("source_calls", "What sources were asked.", "source", "outcome")
        self.rejections = self._counter("rate_limit_rejections", "What came past a limit.", "limit")
        self.bad_tokens = self._counter("bad_tokens", "Tokens that were refused.", "kind")
        self.storage_unavailable = self._counter("storage_unavailable", "Requests refused for want of the storage.")

    def _counter(self, name: str, doc: str, *labels: str) -> Counter:
        return Counter(f"moviecatalog_{name}_total", doc, (APPLICATION, *labels), registry=self.registry)

    def gauge(self, name: str, doc: str, labels: Iterable[str], *, is_any: bool) -> Gauge:
        """Over all living processes it is their sum, or 1 where it is so in `is_any` of them."""
        mode = "livemax" if is_any else "livesum"
        return Gauge(
            f"moviecatalog_{name}",
            doc,
            (APPLICATION, *labels),
            registry=self.registry,
            multiprocess_mode=mode,  # type: ignore[arg-type]  # one of the literals
        )


M = TypeVar("M", bound="PrometheusMeters")


def _harmless(count: Callable[Concatenate[M, P], None]) -> Callable[Concatenate[M, P], None]:
    """Whatever goes wrong with a figure, it is no request's business."""

    def counted(self: M, /, *args: P.args, **kwargs: P.kwargs) -> None:
        try:
            count(self, *args, **kwargs)
        except Exception:
            if not self.has_failed:
                self.has_failed = True
                log.exception("something could not be counted; figures may be too low from now on")

    return counted


class PrometheusMeters:
    """`refresh` is called when figures that are asked for, and not counted, may have changed."""

    def __init__(self, figures: Figures, sources: Iterable[str], *, refresh: Callable[[], None]) -> None:
        self._figures = figures
        self._application = figures.application
        self._refresh = refresh
        self.has_failed = False
        self._begin_at_zero(sources)

    def _begin_at_zero(self, sources: Iterable[str]) -> None:
        """A figure that first appears as 1 looks to Prometheus as if nothing had happened."""
        for source in sources:
            for outcome in OUTCOMES:
                self._figures.source_calls.labels(self._application, source, outcome)
        for limit in LIMITS:
            self._figures.rejections.labels(self._application, limit)
        for kind in TOKENS:
            self._figures.bad_tokens.labels(self._application, kind)
        self._figures.storage_unavailable.labels(self._application)

    @_harmless
    def request(self, route: str | None, method: str, status: int, seconds: float) -> None:
        name = route or "none"
        method = method if method in METHODS else "other"
        self._figures.requests.labels(self._application, name, method, status).inc()
        self._figures.seconds.labels(self._application, name).observe(seconds)
        self._refresh()

    @_harmless
    def cache_answer(self, asked: str, state: CacheState) -> None:
        self._figures.cache_answers.labels(self._application, asked, state).inc()

    @_harmless
    def source_call(self, source: str, outcome: str) -> None:
        self._figures.source_calls.labels(self._application, source, outcome).inc()
        self._refresh()

    @_harmless
    def rejection(self, limit: str) -> None:
        self._figures.rejections.labels(self._application, limit).inc()

    @_harmless
    def bad_token(self, kind: str) -> None:
        self._figures.bad_tokens.labels(self._application, kind).inc()

    @_harmless
    def storage_unavailable(self) -> None:
        self._figures.storage_unavailable.labels(self._application).inc()
