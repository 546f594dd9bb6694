"""Keeps what all processes together send to a source below its limit."""

from __future__ import annotations

import random
import time

from moviecatalog.domain.errors import SourceUnavailable
from moviecatalog.services.counters import Counters


class Pace:
    """At most `per_second` turns in each second of the clock; so twice as many at once, around its tick."""

    def __init__(self, name: str, per_second: int, counters: Counters) -> None:
        self._name = name
        self._per_second = per_second
        self._counters = counters

    def wait(self, seconds: float) -> None:
        """Sleep until it is one's turn. Raises SourceUnavailable where that takes more than `seconds`."""
        patience = time.monotonic() + seconds
        while self._count() > self._per_second:
            # Not all of those who wait should count at the same instant.
            pause = 1 - time.time() % 1 + random.uniform(0, 0.05)  # nosec B311  # how long to wait is no secret
            if time.monotonic() + pause > patience:
                raise SourceUnavailable(f"{self._name} is asked as often as it may be", retry_after=1)
            time.sleep(pause)

    def _count(self) -> int:
        second = int(time.time())
        return self._counters.count(f"moviecatalog:pace:{self._name}:{second}", seconds=2).value
