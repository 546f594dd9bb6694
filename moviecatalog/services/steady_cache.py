"""A cache that never fails: around anybody's dogpile region stands what dogpile lacks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Protocol, TypeVar

from dogpile.cache.api import NO_VALUE

from moviecatalog.plugins.caches.base import Cache
from moviecatalog.plugins.caches.memory import MemoryCache
from moviecatalog.services.hold_off import HoldOff

T = TypeVar("T")

STAND_IN_BYTES = 33_554_432

PROBE = "moviecatalog:probe"


class Lock(Protocol):
    def acquire(self) -> bool:
        """Without waiting. True also where nobody else could hold it."""

    def release(self) -> None: ...


class SteadyCache:
    """While the cache is away a bounded one in the process stands in, empty each time anew.

    Nothing here raises. Of what the stand-in holds nothing is carried back but what was `announced`.
    """

    def __init__(self, cache: Cache, hold_off: HoldOff) -> None:
        self._cache = cache
        self._region = cache.region
        self._shared = cache.shared
        self._hold_off = hold_off
        self._stand_in = MemoryCache(STAND_IN_BYTES).region
        self._owed: dict[str, Any] = {}
        self._watch: Callable[[], Hashable] | None = None
        self._watching = threading.Lock()
        self._outages = 0
        hold_off.looks_by(self._return)

    def get_many(self, keys: Sequence[str]) -> list[Any]:
        """The keys' values in one go; None for those that are not there."""
        found = self._either(lambda region: region.get_multi(keys, ignore_expiration=True))
        return [None if value is NO_VALUE else value for value in found]

    def set(self, key: str, value: Any) -> None:
        self._either(lambda region: region.set(key, value))

    def announce(self, key: str, value: Any) -> None:
        """Set what all processes must see: at once, or else as soon as the cache is back."""
        self._owed[key] = value
        self.set(key, value)

    def version(self, key: str) -> Hashable:
        """Another value than before if another process may have set the key since. It is always the same key.

        Where the cache can be watched this takes no round trip.
        """
        if not self._shared:
            return None
        # One at a time: of many who come just when the server hangs, one finds out.
        with self._watching:
            if not self._hold_off.is_on():
                try:
                    self._watch = self._watch or self._cache.watch(key) or (lambda: self._asked(key))
                    return self._watch()
                except Exception as error:  # noqa: BLE001  # anybody's cache may raise anything
                    self._hold_off.begin(error)
        return f"outage {self._outages}"

    def _asked(self, key: str) -> Hashable:
        value = self._region.get(key, ignore_expiration=True)
        return None if value is NO_VALUE else str(value)

    def lock(self, key: str) -> Lock:
        """A lock that all processes share, as far as there is one now."""
        if self._shared and not self._hold_off.is_on():
            return _SharedLock(lambda: self._region.backend.get_mutex(key), self._hold_off)
        return _NoLock()

    def _either(self, use: Callable[[Any], T]) -> T:
        if not self._hold_off.is_on():
            try:
                if self._owed:
                    self._pay()
                return use(self._region)
            except Exception as error:  # noqa: BLE001  # anybody's cache may raise anything
                self._hold_off.begin(error)
        return use(self._stand_in)

    def _pay(self) -> None:
        for key, value in list(self._owed.items()):
            self._region.set(key, value)
            if self._owed.get(key) is value:
                del self._owed[key]

    def _return(self) -> None:
        """Raises whatever the cache does where it is still away. One that is full can be read, but not used."""
        self._region.set(PROBE, 1)
        self._pay()
        # Or else the next outage would begin with answers that were invalidated meanwhile.
        self._stand_in = MemoryCache(STAND_IN_BYTES).region
        self._outages += 1


class _NoLock:
    def acquire(self) -> bool:
        return True

    def release(self) -> None:
        pass


class _SharedLock:
    def __init__(self, make: Callable[[], Any], hold_off: HoldOff) -> None:
        self._make = make
        self._mutex: Any = None
        self._is_held = False
        self._hold_off = hold_off

    def acquire(self) -> bool:
        if self._hold_off.is_on():
            return True
        try:
            self._mutex = self._mutex or self._make()
            self._is_held = self._mutex is not None and bool(self._mutex.acquire(False))
        except Exception as error:  # noqa: BLE001  # anybody's lock may raise anything
            self._hold_off.begin(error)
            return True
        return self._mutex is None or self._is_held

    def release(self) -> None:
        if not self._is_held or self._hold_off.is_on():
            return
        try:
            self._mutex.release()
        except Exception as error:  # noqa: BLE001  # anybody's lock may raise anything
            self._hold_off.begin(error)
