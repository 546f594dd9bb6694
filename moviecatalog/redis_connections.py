"""Connections to one Redis server, for commands that every request sends.

redis-py's own pool takes as long as the server does to give one out and take it back.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

import redis

T = TypeVar("T")

REST = 0.05
"""In seconds: a connection that nobody used for longer is looked at before it is."""


class RedisConnections:
    """As many as are in use at once, kept open. A process that was forked off makes its own. Errors are redis-py's."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._idle: deque[tuple[Any, float]] = deque()
        self._process = os.getpid()

    def use(self, work: Callable[[Any], T]) -> T:
        """What `work` makes of a connection that nobody else uses meanwhile."""
        connection = self._taken()
        try:
            return work(connection)
        except BaseException:
            # What it was asked may still be answered, which would be taken for the next answer. It connects again.
            connection.disconnect()
            raise
        finally:
            self._idle.append((connection, time.monotonic()))

    def _taken(self) -> Any:
        if self._process != os.getpid():
            self._idle, self._process = deque(), os.getpid()
        try:
            connection, rests_since = self._idle.pop()
        except IndexError:
            return self._make()
        if time.monotonic() - rests_since > REST and _was_closed(connection):
            connection.disconnect()
        return connection

    def close(self) -> None:
        while self._idle:
            self._idle.pop()[0].disconnect()


def _was_closed(connection: Any) -> bool:
    """Such as by a server that was started again: nothing is to be read of one that is idle, but its end."""
    try:
        return bool(connection.can_read())
    except (redis.RedisError, OSError):
        return True
