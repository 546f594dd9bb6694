"""Counts events in fixed windows: requests of a client, failed sign-ins of an account."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from limits import RateLimitItem
from limits.storage import Storage as CounterStore

from moviecatalog.domain.errors import Throttled


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left in a window: `limit` in all, `remaining` now, until `reset` (Unix seconds)."""

    limit: int
    remaining: int
    reset: int

    @property
    def retry_after(self) -> int:
        """Whole seconds until the window ends, 1 or more."""
        return max(1, self.reset - math.floor(time.time()))


class OverLimit(Throttled):
    """An event that came past the limit of its window."""

    def __init__(self, allowance: Allowance) -> None:
        super().__init__(allowance.retry_after)
        self.allowance = allowance


class Throttle:
    """One limit, counted by key. With a rate of None nothing is counted and everything is allowed."""

    def __init__(self, store: CounterStore, name: str, rate: RateLimitItem | None) -> None:
        self._store = store
        self._name = name
        self._rate = rate

    def hit(self, key: str) -> Allowance | None:
        """Count one event. Raises OverLimit when it is one too many; None where there is no limit."""
        if self._rate is None:
            return None
        counter = self._rate.key_for(self._name, key)
        # Counting first and comparing afterwards lets no two events share a place, as asking first would.
        count = self._store.incr(counter, self._rate.get_expiry())
        allowance = Allowance(
            self._rate.amount, max(0, self._rate.amount - count), math.ceil(self._store.get_expiry(counter))
        )
        if count > self._rate.amount:
            raise OverLimit(allowance)
        return allowance

    def give_back(self, key: str) -> None:
        """Take back one event that turned out not to count."""
        if self._rate:
            self._store.incr(self._rate.key_for(self._name, key), self._rate.get_expiry(), amount=-1)
