"""Stops asking a server that keeps failing.

Not pybreaker: that one holds its lock during the protected call, so that calls come one after another.
"""

from __future__ import annotations

import copy
import logging
import math
import threading
import time
from collections.abc import Callable

from moviecatalog.domain.errors import SourceUnavailable

log = logging.getLogger(__name__)

FAILURES = 5
SECONDS = 10.0


class Breaker:
    """Opens after five failures in a row, for ten seconds; then one caller alone tries.

    Who was let in by `enter` says how it went: `succeeded`, `failed` or `open`.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until: float | None = None
        self._error = SourceUnavailable("")
        self._is_tried = False

    def enter(self) -> None:
        """Raises what went wrong last while the breaker is open."""
        with self._lock:
            self._check()
            self._is_tried = self._open_until is not None

    def check(self) -> None:
        """Raises what `enter` would, without being let in."""
        with self._lock:
            self._check()

    @property
    def is_open(self) -> bool:
        """Until somebody's try has succeeded."""
        return self._open_until is not None

    def _check(self) -> None:
        if self._open_until is None:
            return
        left = self._open_until - self._clock()
        if left > 0 or self._is_tried:
            error = copy.copy(self._error)
            error.retry_after = max(1, math.ceil(left))
            raise error

    def succeeded(self) -> None:
        with self._lock:
            if self._open_until is not None:
                log.info("the source answers again")
            self._failures, self._open_until, self._is_tried = 0, None, False

    def failed(self, error: SourceUnavailable) -> None:
        with self._lock:
            self._failures += 1
            if self._is_tried or self._failures >= FAILURES:
                self._open(error, SECONDS)

    def open(self, error: SourceUnavailable, seconds: float) -> None:
        """At once, whatever went before."""
        with self._lock:
            self._open(error, seconds)

    def _open(self, error: SourceUnavailable, seconds: float) -> None:
        if self._open_until is None:
            log.warning("%s; it isn't asked again for %d s", error, math.ceil(seconds))
        self._error, self._open_until, self._is_tried = error, self._clock() + seconds, False
