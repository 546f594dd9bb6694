"""What is counted, in words of our own: who counts knows nothing of where the figures go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from moviecatalog.domain.errors import MovieNotFound, SourceMisconfigured, SourceUnavailable
from moviecatalog.domain.freshness import CacheState

T = TypeVar("T")

OUTCOMES = ("ok", "not_found", "unavailable", "misconfigured", "error")
LIMITS = ("user", "anonymous", "sign_in", "registration")
TOKENS = ("access", "refresh")


class Meters(Protocol):
    """Counts. Nothing here raises, and every text is one of a few that the program knows: never a user's."""

    def request(self, route: str | None, method: str, status: int, seconds: float) -> None:
        """A request was answered; `route` is the route's name, None where nothing matched."""

    def cache_answer(self, asked: str, state: CacheState) -> None:
        """The cache had an answer of this sort, or had it made."""

    def source_call(self, source: str, outcome: str) -> None:
        """A source was asked; `outcome` is one of OUTCOMES."""

    def rejection(self, limit: str) -> None:
        """Something came past one of LIMITS."""

    def bad_token(self, kind: str) -> None:
        """A token, one of TOKENS, was refused."""

    def storage_unavailable(self) -> None:
        """A request was refused since the storage doesn't answer."""


class NoMeters:
    """Where nobody wants to know."""

    def request(self, route: str | None, method: str, status: int, seconds: float) -> None:
        pass

    def cache_answer(self, asked: str, state: CacheState) -> None:
        pass

    def source_call(self, source: str, outcome: str) -> None:
        pass

    def rejection(self, limit: str) -> None:
        pass

    def bad_token(self, kind: str) -> None:
        pass

    def storage_unavailable(self) -> None:
        pass


NO_METERS = NoMeters()


def counted_call(meters: Meters, source: str, call: Callable[[], T]) -> T:
    """What `call` gives or raises; how it went is counted for the source."""
    outcome = "error"
    try:
        answer = call()
        outcome = "ok"
    except MovieNotFound:
        outcome = "not_found"
        raise
    except SourceMisconfigured:
        outcome = "misconfigured"
        raise
    except SourceUnavailable:
        outcome = "unavailable"
        raise
    finally:
        meters.source_call(source, outcome)
    return answer
