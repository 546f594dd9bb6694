"""Counts events in fixed windows: requests of a client, failed sign-ins of an account."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from limits import RateLimitItem

from moviecatalog.domain.errors import Throttled
from moviecatalog.services.counters import Counters


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left in a window: `limit` in all, `remaining` now, until `reset` (Unix seconds).

    `retry_after` is in whole seconds from now until the window ends, 1 or more.
    """

    limit: int
    remaining: int
    reset: int
    retry_after: int


class OverLimit(Throttled):
    """An event that came past the limit of its window."""

    def __init__(self, allowance: Allowance) -> None:
        super().__init__(allowance.retry_after)
        self.allowance = allowance


class Throttle:
    """One limit, counted by key. With a rate of None nothing is counted and everything is allowed.

    `of` tells the catalogue: several may count on one server. `when_over` is called for each event that comes past it.
    """

    def __init__(
        self,
        counters: Counters,
        name: str,
        rate: RateLimitItem | None,
        *,
        of: Callable[[], str],
        when_over: Callable[[], None] = lambda: None,
    ) -> None:
        self._counters = counters
        self._name = name
        self._of = of
        self._rate = rate
        self._when_over = when_over

    def hit(self, key: str) -> Allowance | None:
        """Count one event. Raises OverLimit when it is one too many; None where there is no limit."""
        if self._rate is None:
            return None
        # Counting first and comparing afterwards lets no two events share a place, as asking first would.
        count, end = self._counters.count(self._counter(key), self._rate.get_expiry())
        allowance = Allowance(
            limit=self._rate.amount,
            remaining=max(0, self._rate.amount - count),
            reset=math.ceil(end),
            retry_after=max(1, math.ceil(end - time.time())),
        )
        if count > self._rate.amount:
            self._when_over()
            raise OverLimit(allowance)
        return allowance

    def give_back(self, key: str) -> None:
        """Take back one event that turned out not to count."""
        if self._rate:
            self._counters.count(self._counter(key), self._rate.get_expiry(), -1)

    def _counter(self, key: str) -> str:
        """Digested: a client's address or an account's name may be long, and is nobody's business."""
        digest = hashlib.blake2b(f"{self._of()} {self._name} {self._rate} {key}".encode(), digest_size=16).hexdigest()
        return f"moviecatalog:limit:{digest}"
