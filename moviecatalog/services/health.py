"""How the parts of the installation are."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from moviecatalog.domain.errors import SourceMisconfigured, SourceUnavailable, Unavailable
from moviecatalog.plugins.sources.base import MovieSource

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PartHealth:
    """`state` is `ok`, `failing` or `misconfigured`; `problem` says what the operator must do about the last."""

    name: str
    state: str
    milliseconds: float
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Health:
    parts: tuple[PartHealth, ...]

    @property
    def is_ready(self) -> bool:
        """Without storage nothing works; without cache or source much does."""
        return all(part.state == "ok" for part in self.parts if part.name == "storage")

    @property
    def status(self) -> str:
        if not self.is_ready:
            return "unavailable"
        return "ok" if all(part.state == "ok" for part in self.parts) else "degraded"


class HealthCheck:
    """`checks` are the plugins' own, by the part's name: each raises Unavailable when it fails."""

    def __init__(self, checks: dict[str, Callable[[], None]]) -> None:
        self._checks = checks

    def check(self) -> Health:
        return Health(tuple(_checked(name, check) for name, check in self._checks.items()))


def check_sources(sources: Iterable[MovieSource]) -> None:
    """They work while one of them does; but one that is misconfigured is told, whatever stands behind it.

    Raises SourceUnavailable.
    """
    failures = [_failure(source) for source in sources]
    misconfigured = [it for it in failures if isinstance(it, SourceMisconfigured)]
    for failure in misconfigured or (failures if all(failures) else []):
        if failure:
            raise failure


def _failure(source: MovieSource) -> SourceUnavailable | None:
    try:
        source.check()
    except SourceUnavailable as error:
        return error
    return None


def _checked(name: str, check: Callable[[], None]) -> PartHealth:
    start = time.perf_counter()
    state, problem = "ok", None
    try:
        check()
    except SourceMisconfigured as error:
        log.warning("%s is misconfigured: %s", name, error)
        state, problem = "misconfigured", str(error)
    except Unavailable as error:
        log.warning("%s fails: %s", name, error)
        state = "failing"
    return PartHealth(name, state, round((time.perf_counter() - start) * 1000, 1), problem)
