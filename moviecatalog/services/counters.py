"""Counts events in fixed windows of time: for all processes where there is a server for it, else in this one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

import cachetools

from moviecatalog.domain.counts import Count
from moviecatalog.services.hold_off import HoldOff

MAX_LOCAL_COUNTERS = 100_000
"""A counter takes some 300 bytes; past this, those longest unused are forgotten."""


class Counters(Protocol):
    def count(self, key: str, seconds: int, amount: int = 1) -> Count:
        """Add `amount` to the events counted under `key`; the window ends `seconds` after its first event."""


class LocalCounters:
    """In this process."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._counts: cachetools.TLRUCache[str, Count] = cachetools.TLRUCache(
            MAX_LOCAL_COUNTERS, ttu=lambda _key, count, _now: count.ends, timer=clock
        )
        self._lock = threading.Lock()

    def count(self, key: str, seconds: int, amount: int = 1) -> Count:
        with self._lock:
            end = self._clock() + seconds
            known = self._counts.get(key)
            # A window that ends later than a new one would is from before the clock stepped back.
            if known is None or known.ends > end:
                known = Count(0, end)
            self._counts[key] = counted = Count(known.value + amount, known.ends)
        return counted


class SharedCounters:
    """On a server; in this process while that is away. Never an error, and never unlimited."""

    def __init__(self, count: Callable[[str, int, int], Count | None], hold_off: HoldOff) -> None:
        self._count = count
        self._hold_off = hold_off
        self._local = LocalCounters()

    def count(self, key: str, seconds: int, amount: int = 1) -> Count:
        if not self._hold_off.is_on():
            try:
                counted = self._count(key, seconds, amount)
            except Exception as error:  # noqa: BLE001  # anybody's cache may raise anything
                self._hold_off.begin(error)
            else:
                if counted is not None:
                    return counted
        return self._local.count(key, seconds, amount)
