"""How an answer came about: out of the cache, anew, or past its time."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, replace

STAND_IN_SECONDS = 0.25
"""For so long an answer lasts that stands in for a better one: that may be there again at any moment."""


class CacheState(enum.StrEnum):
    HIT = "HIT"
    MISS = "MISS"
    STALE = "STALE"


@dataclass(frozen=True, slots=True)
class Freshness:
    """`age` is in whole seconds since the answer was made.

    `lasts` is for how many seconds more the same answer would be given, unless what is kept is invalidated; 0 for one
    that was made anew, of which nobody knows whether it is kept.
    """

    state: CacheState
    age: int = 0
    lasts: float = 0.0

    def standing_in(self) -> Freshness:
        """Of the same answer, where it is given for want of a better one."""
        return replace(self, lasts=min(self.lasts, STAND_IN_SECONDS))

    @staticmethod
    def of_all(parts: Iterable[Freshness]) -> Freshness:
        """That of an answer made of several: stale if any part is, a hit only if all are, as old as the oldest.

        It lasts as long as each of them does.
        """
        parts = tuple(parts)
        states = {part.state for part in parts}
        state = next((it for it in (CacheState.STALE, CacheState.MISS) if it in states), CacheState.HIT)
        age = max((part.age for part in parts), default=0)
        return Freshness(state, age, min((part.lasts for part in parts), default=0.0))
