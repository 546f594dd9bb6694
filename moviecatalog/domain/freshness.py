"""How an answer came about: out of the cache, anew, or past its time."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass


class CacheState(enum.StrEnum):
    HIT = "HIT"
    MISS = "MISS"
    STALE = "STALE"


@dataclass(frozen=True, slots=True)
class Freshness:
    """`age` is in whole seconds since the answer was made."""

    state: CacheState
    age: int = 0

    @staticmethod
    def of_all(parts: Iterable[Freshness]) -> Freshness:
        """That of an answer made of several: stale if any part is, a hit only if all are, as old as the oldest."""
        parts = tuple(parts)
        states = {part.state for part in parts}
        for state in (CacheState.STALE, CacheState.MISS):
            if state in states:
                return Freshness(state, max(part.age for part in parts))
        return Freshness(CacheState.HIT, max((part.age for part in parts), default=0))
