"""Keeps user-neutral answers for a while: fresh, then stale while one caller renews, then stale if the source fails."""

from __future__ import annotations

import copy
import hashlib
import logging
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import cachetools
import orjson
from dogpile.cache import CacheRegion
from dogpile.util import NameRegistry

from moviecatalog.domain.errors import MovieCatalogError, Unavailable
from moviecatalog.domain.freshness import CacheState, Freshness

T = TypeVar("T")

log = logging.getLogger(__name__)

SCHEMA_VERSION = 1
"""Part of every key: goes up when the form of any cached value changes."""

FAILURE_SECONDS = 5
"""For so long nobody tries again what has just failed: ten callers must not wait for ten time-outs in a row."""

REMEMBERED_FAILURES = 10_000


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """In seconds: fresh for `ttl`; for `renew` past it served at once; for `stale` past it if the source fails."""

    ttl: float
    renew: float
    stale: float


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    value: T
    freshness: Freshness


@dataclass(frozen=True, slots=True)
class Codec(Generic[T]):
    """How a value travels through the cache: `dump` gives what orjson can serialise, `load` takes what it parsed."""

    dump: Callable[[T], Any]
    load: Callable[[Any], T]


@dataclass(frozen=True, slots=True)
class _Kept(Generic[T]):
    value: T
    age: float


class AnswerCache:
    """Answers by key, made by their caller when there is none that will do.

    Many callers of one key wait for one of them to make the answer. Freshness is judged on reading, by the
    lifetimes given here, so two processes with different ones can share a cache.
    """

    def __init__(self, region: CacheRegion, lifetimes: Lifetimes, catalogue_id: str, renewals: Executor) -> None:
        self._region = region
        self._lifetimes = lifetimes
        self._catalogue_id = catalogue_id
        self._renewals = renewals
        self._locks = NameRegistry(lambda _key: threading.Lock())
        self._failures: cachetools.TTLCache[str, Unavailable] = cachetools.TTLCache(
            REMEMBERED_FAILURES, FAILURE_SECONDS
        )
        self._failures_lock = threading.Lock()

    def get(self, name: tuple[Any, ...], codec: Codec[T], make: Callable[[], T]) -> Answer[T]:
        """The answer called `name`, from the cache if it will do, else from `make`.

        What `make` raises goes to the caller; Unavailable only where no stale answer is left.
        """
        key = self._key(name)
        kept = self._find(key, codec)
        if kept and kept.age < self._lifetimes.ttl:
            return Answer(kept.value, Freshness(CacheState.HIT, int(kept.age)))
        if kept and kept.age < self._lifetimes.ttl + self._lifetimes.renew:
            self._renew_aside(key, codec, make)
            return Answer(kept.value, Freshness(CacheState.STALE, int(kept.age)))
        with self._locks.get(key):
            return self._make_unless_made(key, codec, make)

    def invalidate(self) -> None:
        """From now on no answer that was kept is served, by any process that shares the cache.

        A new random token goes into every key. A counter would come back to an old value after the store
        was wiped.
        """
        self._region.set(self._generation_key, secrets.token_hex(8))

    def _make_unless_made(self, key: str, codec: Codec[T], make: Callable[[], T]) -> Answer[T]:
        """The caller holds the key's lock; another may have made the answer while it waited."""
        kept = self._find(key, codec)
        if kept and kept.age < self._lifetimes.ttl:
            return Answer(kept.value, Freshness(CacheState.HIT, int(kept.age)))
        try:
            value = self._make_unless_failed(key, make)
        except Unavailable:
            if kept and kept.age < self._lifetimes.ttl + self._lifetimes.stale:
                return Answer(kept.value, Freshness(CacheState.STALE, int(kept.age)))
            raise
        self._region.set(key, codec.dump(value))
        return Answer(value, Freshness(CacheState.MISS))

    def _make_unless_failed(self, key: str, make: Callable[[], T]) -> T:
        with self._failures_lock:
            failure = self._failures.get(key)
        if failure:
            # A copy: several threads raising one exception would write into each other's tracebacks.
            raise copy.copy(failure)
        try:
            return make()
        except Unavailable as error:
            with self._failures_lock:
                self._failures[key] = error.with_traceback(None)
            raise

    def _renew_aside(self, key: str, codec: Codec[T], make: Callable[[], T]) -> None:
        lock = self._locks.get(key)
        if not lock.acquire(blocking=False):
            return

        def renew() -> None:
            try:
                self._make_unless_made(key, codec, make)
            except MovieCatalogError as error:
                log.info("an answer could not be renewed: %r", error)
            finally:
                lock.release()

        try:
            self._renewals.submit(renew)
        except RuntimeError:
            # The executor is shut down: the process is about to end.
            lock.release()

    def _find(self, key: str, codec: Codec[T]) -> _Kept[T] | None:
        kept = self._region.get_value_metadata(key, ignore_expiration=True)
        if kept is None:
            return None
        try:
            value = codec.load(kept.payload)
        except (AttributeError, KeyError, TypeError, ValueError):
            # Whatever somebody else put there, it is no answer of ours.
            return None
        # A clock that stepped back must not keep an answer young for ever: dogpile's age would be negative.
        return _Kept(value, max(0.0, time.time() - kept.cached_time))

    def _key(self, name: tuple[Any, ...]) -> str:
        parts = orjson.dumps([SCHEMA_VERSION, self._catalogue_id, self._generation(), name])
        return f"moviecatalog:{hashlib.blake2b(parts, digest_size=16).hexdigest()}"

    def _generation(self) -> Any:
        generation = self._region.get(self._generation_key, ignore_expiration=True)
        if not generation:
            self.invalidate()
            generation = self._region.get(self._generation_key, ignore_expiration=True)
        # A region that keeps nothing keeps no generation either.
        return generation or ""

    @property
    def _generation_key(self) -> str:
        return f"moviecatalog:generation:{self._catalogue_id}"
