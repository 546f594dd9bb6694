"""Keeps user-neutral answers for a while: fresh, then stale while one caller renews, then stale if the source fails."""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import orjson

from moviecatalog.domain.errors import MovieCatalogError, SourceUnavailable, Unavailable
from moviecatalog.domain.freshness import STAND_IN_SECONDS, CacheState, Freshness
from moviecatalog.metrics.meters import NO_METERS, Meters
from moviecatalog.services.flights import Flights
from moviecatalog.services.generation import Generation
from moviecatalog.services.steady_cache import SteadyCache

T = TypeVar("T")

log = logging.getLogger(__name__)

SCHEMA_VERSION = 2
"""Part of every key: goes up when the form of any cached value changes."""

FAILURE_SECONDS = 5
"""For so long nobody asks a source again what it has just failed at."""

TROUBLE_SECONDS = 60
"""For so long nobody waits for it: who has an old answer is given that, while one asks aside."""

NOT_FOUND_SECONDS = 60
"""For so long a Brief answer is fresh."""

POLL_SECONDS = 0.02
"""How often somebody looks whether another process has made the answer by now."""


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """In seconds: fresh for `ttl`; for `renew` past it served at once; for `stale` past it if the source fails.

    `lock` bounds the wait for another process that makes the same answer.
    """

    ttl: float
    renew: float
    stale: float
    lock: float = 5.0


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    value: T
    freshness: Freshness


@dataclass(frozen=True, slots=True)
class Brief(Generic[T]):
    """What a source didn't know of: the answer stands, but for a short time."""

    value: T


@dataclass(frozen=True, slots=True)
class Codec(Generic[T]):
    """How a value travels through the cache: `dump` gives what orjson can serialise, `load` takes what it parsed."""

    dump: Callable[[T], Any]
    load: Callable[[Any], T]


@dataclass(frozen=True, slots=True)
class _Kept(Generic[T]):
    value: T
    age: float
    ttl: float

    @property
    def is_fresh(self) -> bool:
        return self.age < self.ttl

    def answer(self, state: CacheState) -> Answer[T]:
        lasts = self.ttl - self.age if self.is_fresh else STAND_IN_SECONDS
        return Answer(self.value, Freshness(state, int(self.age), lasts))


@dataclass(frozen=True, slots=True)
class _Failure:
    """What a source failed at last."""

    error: SourceUnavailable
    age: float

    @property
    def is_recent(self) -> bool:
        return self.age < FAILURE_SECONDS


@dataclass(frozen=True, slots=True)
class _Found(Generic[T]):
    """What the cache has under a key; `generation` is what an answer must bear to be seen later."""

    kept: _Kept[T] | None
    failure: _Failure | None
    generation: Any

    @property
    def recent_failure(self) -> SourceUnavailable | None:
        return self.failure.error if self.failure and self.failure.is_recent else None


class AnswerCache:
    """Answers by name, made by their caller when there is none that will do.

    Many callers of one name wait for one of them to make the answer, in all processes that share the
    cache. Freshness is judged on reading, by the lifetimes given here, so two processes with different
    ones can share a cache.
    """

    def __init__(
        self,
        cache: SteadyCache,
        lifetimes: Lifetimes,
        catalogue_id: Callable[[], str],
        renewals: Executor,
        meters: Meters = NO_METERS,
    ) -> None:
        self._cache = cache
        self._lifetimes = lifetimes
        self._catalogue_id = catalogue_id
        self._generation = Generation(cache, catalogue_id)
        self._renewals = renewals
        self._meters = meters
        self._flights = Flights()
        self._renewing: set[str] = set()
        self._renewing_lock = threading.Lock()

    def get(self, name: tuple[Any, ...], codec: Codec[T], make: Callable[[], T | Brief[T]]) -> Answer[T]:
        """The answer called `name`, from the cache if it will do, else from `make`.

        The first part of `name` says in a word of the program's own what is asked: answers are counted by it.
        What `make` raises goes to the caller; Unavailable only where no stale answer is left. Of what a
        source failed at it is told again for some seconds, without `make` being asked.
        """
        answer = self._answer(self._key(name), codec, make)
        self._meters.cache_answer(str(name[0]), answer.freshness.state)
        return answer

    def _answer(self, key: str, codec: Codec[T], make: Callable[[], T | Brief[T]]) -> Answer[T]:
        found = self._find(key, codec)
        kept = found.kept
        if kept and kept.is_fresh:
            return kept.answer(CacheState.HIT)
        if kept and kept.age < kept.ttl + self._patience(kept, found.failure):
            if not found.recent_failure:
                self._renew_aside(key, codec, make)
            return kept.answer(CacheState.STALE)
        return self._flights.run(key, lambda: self._made_by_one(key, codec, make))

    def _patience(self, kept: _Kept[T], failure: _Failure | None) -> float:
        """How long past its freshness an answer is given without waiting for a new one, in seconds."""
        is_in_trouble = failure and failure.age < min(TROUBLE_SECONDS, kept.age)
        lifetimes = self._lifetimes
        return max(lifetimes.renew, lifetimes.stale) if is_in_trouble else lifetimes.renew

    def invalidate(self) -> None:
        """From now on no answer that was kept is served, by any process that shares the cache."""
        self._generation.end()

    def version(self) -> Hashable:
        """What an answer may be given again by, outside of the cache: as long as this is what it was before it came."""
        return self._generation.version()

    def _made_by_one(self, key: str, codec: Codec[T], make: Callable[[], T | Brief[T]]) -> Answer[T]:
        """Made here, or by the process that is at it already: who waits for one that died goes on by itself."""
        lock = self._cache.lock(key)
        patience = time.monotonic() + self._lifetimes.lock
        is_ours = lock.acquire()
        while not is_ours and time.monotonic() < patience:
            time.sleep(POLL_SECONDS)
            found = self._find(key, codec)
            if found.recent_failure or (found.kept and found.kept.is_fresh):
                break
            is_ours = lock.acquire()
        try:
            return self._made_unless_known(key, codec, make)
        finally:
            if is_ours:
                lock.release()

    def _made_unless_known(self, key: str, codec: Codec[T], make: Callable[[], T | Brief[T]]) -> Answer[T]:
        found = self._find(key, codec)
        kept = found.kept
        if kept and kept.is_fresh:
            # Another has made it meanwhile.
            return kept.answer(CacheState.HIT)
        try:
            if found.recent_failure:
                raise found.recent_failure
            made = make()
        except Unavailable as error:
            if isinstance(error, SourceUnavailable) and not found.recent_failure:
                self._cache.set(_failure_key(key), [time.time(), str(error), error.retry_after])
            if kept and kept.age < kept.ttl + self._lifetimes.stale:
                if not found.recent_failure:
                    log.warning("an old answer is served: %s", error)
                return kept.answer(CacheState.STALE)
            raise
        is_brief = isinstance(made, Brief)
        value = made.value if isinstance(made, Brief) else made
        self._cache.set(key, [time.time(), found.generation, is_brief, codec.dump(value)])
        return Answer(value, Freshness(CacheState.MISS))

    def _renew_aside(self, key: str, codec: Codec[T], make: Callable[[], T | Brief[T]]) -> None:
        with self._renewing_lock:
            if key in self._renewing:
                return
            self._renewing.add(key)

        def renew() -> None:
            try:
                # Locks are taken here and not by the caller: what waits in a queue must hold nothing.
                self._flights.run(key, lambda: self._made_by_one(key, codec, make))
            except MovieCatalogError as error:
                log.info("an answer could not be renewed: %r", error)
            except Exception:
                log.exception("an answer could not be renewed, and nobody expected why")
            finally:
                self._renewing.discard(key)

        try:
            self._renewals.submit(renew)
        except RuntimeError:
            # The executor is shut down: the process is about to end.
            self._renewing.discard(key)

    def _find(self, key: str, codec: Codec[T]) -> _Found[T]:
        generation, entry, failure = self._cache.get_many([self._generation.key, key, _failure_key(key)])
        return _Found(self._kept(entry, generation, codec), _remembered(failure), generation)

    def _kept(self, entry: Any, generation: Any, codec: Codec[T]) -> _Kept[T] | None:
        try:
            made_at, made_in, is_brief, payload = entry
            if generation not in (None, made_in):
                return None
            return _Kept(codec.load(payload), _age(made_at), self._ttl(is_brief=is_brief))
        except (AttributeError, KeyError, TypeError, ValueError):
            # Nothing, or whatever somebody else put there: no answer of ours.
            return None

    def _ttl(self, *, is_brief: bool) -> float:
        return min(self._lifetimes.ttl, NOT_FOUND_SECONDS) if is_brief else self._lifetimes.ttl

    def _key(self, name: tuple[Any, ...]) -> str:
        parts = orjson.dumps([SCHEMA_VERSION, self._catalogue_id(), name])
        return f"moviecatalog:answer:{hashlib.blake2b(parts, digest_size=16).hexdigest()}"


def _failure_key(key: str) -> str:
    return f"{key}:failure"


def _remembered(failure: Any) -> _Failure | None:
    try:
        failed_at, reason, retry_after = failure
        return _Failure(SourceUnavailable(str(reason), int(retry_after)), _age(failed_at))
    except (TypeError, ValueError):
        # Nothing, or nothing of ours.
        return None


def _age(since: float) -> float:
    # What comes from the future was made before a clock stepped back. It must not stay young until that time is
    # reached again; some seconds, by which the clocks of two hosts differ, don't matter.
    return abs(time.time() - since)
