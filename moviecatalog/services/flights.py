"""One at a time does the work for a key; the others of this process wait and share what came of it."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class Flights:
    """Whoever waits does so for somebody who is at work already, never for work in a queue."""

    def __init__(self) -> None:
        self._flights: dict[str, Future[Any]] = {}
        self._lock = threading.Lock()

    def run(self, key: str, work: Callable[[], T]) -> T:
        """What `work` gives or raises, from this thread or from the one that is at it."""
        with self._lock:
            under_way = self._flights.get(key)
            if under_way is None:
                future: Future[T] = Future()
                self._flights[key] = future
        if under_way is not None:
            shared: T = _shared_result(under_way)
            return shared
        try:
            result = work()
        except BaseException as error:
            self._land(key)
            future.set_exception(error)
            raise
        self._land(key)
        future.set_result(result)
        return result

    def _land(self, key: str) -> None:
        with self._lock:
            del self._flights[key]


def _shared_result(future: Future[Any]) -> Any:
    error = future.exception()
    if error is not None:
        # A copy: several threads raising one exception would write into each other's tracebacks.
        raise copy.copy(error)
    return future.result()
