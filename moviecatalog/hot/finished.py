"""Finished answers, kept in the process: those asked for last, up to a number of bytes."""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable
from dataclasses import dataclass

import cachetools

from moviecatalog.domain.freshness import CacheState, Freshness
from moviecatalog.hot.asking import Question

MAX_BYTES = 12_582_912
OVERHEAD_BYTES = 2_000
"""What an answer takes beside its body: key, headers, ids; rounded up."""


def now() -> float:
    """By the monotonic clock, in seconds."""
    return time.monotonic()


@dataclass(frozen=True, slots=True)
class FinishedAnswer:
    """What somebody who hasn't signed in is answered, in parts.

    `headers` are those that are the same each time. `made_at` is in Unix seconds. It holds until `ends_at`, by `now`,
    and as long as `version` is that of the cached answers, as it was before this one was asked for.
    """

    body: bytes
    movie_ids: tuple[int, ...]
    rated: bool
    headers: tuple[tuple[str, str], ...]
    etag: str
    route: str
    state: CacheState
    made_at: float
    ends_at: float
    version: Hashable

    def holds(self, version: Hashable) -> bool:
        """`version` is that of the cached answers now."""
        return self.version == version and now() < self.ends_at

    @property
    def freshness(self) -> Freshness:
        return Freshness(self.state, int(abs(time.time() - self.made_at)))


class FinishedAnswers:
    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._answers: cachetools.LRUCache[Question, FinishedAnswer] = cachetools.LRUCache(
            max_bytes, getsizeof=lambda answer: len(answer.body) + OVERHEAD_BYTES
        )
        self._lock = threading.Lock()

    def get(self, question: Question) -> FinishedAnswer | None:
        with self._lock:
            return self._answers.get(question)

    def keep(self, question: Question, answer: FinishedAnswer) -> None:
        """Unless it is larger than all together may be."""
        with self._lock:
            if self._answers.getsizeof(answer) <= self._answers.maxsize:
                self._answers[question] = answer
