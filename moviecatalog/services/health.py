"""How the parts of the installation are."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass

from moviecatalog.domain.errors import SourceMisconfigured, SourceUnavailable, Unavailable
from moviecatalog.plugins.sources.base import MovieSource

log = logging.getLogger(__name__)

PATIENCE = 1.5
"""In seconds, for all parts together: who asks for the health of an installation doesn't wait long either."""


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
    """`checks` are the plugins' own, by the part's name: each raises Unavailable when it fails.

    They run side by side in `aside`, which has a thread for each; one that takes too long fails.
    """

    def __init__(self, checks: Mapping[str, Callable[[], None]], aside: Executor) -> None:
        self._checks = dict(checks)
        self._aside = aside
        self._under_way: dict[str, Future[PartHealth]] = {}

    def check(self) -> Health:
        deadline = time.monotonic() + PATIENCE
        looks = {name: self._look(name) for name in self._checks}
        return Health(tuple(_awaited(name, look, deadline) for name, look in looks.items()))

    def _look(self, name: str) -> Future[PartHealth]:
        """Of a part that hangs the look that is under way is as good as another."""
        look = self._under_way.get(name)
        if look is None or look.done():
            self._under_way[name] = look = self._aside.submit(_checked, name, self._checks[name])
        return look


def _awaited(name: str, look: Future[PartHealth], deadline: float) -> PartHealth:
    try:
        return look.result(max(0.0, deadline - time.monotonic()))
    except NotYet:
        log.warning("%s fails: it doesn't answer within %s s", name, PATIENCE)
        return PartHealth(name, "failing", PATIENCE * 1000)


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
