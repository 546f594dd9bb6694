"""Hears from a Redis server when a key changes, by its client-side caching (Redis 6 and later), without asking."""

from __future__ import annotations

import logging
import select
import time
from collections.abc import Callable, Hashable
from functools import partial
from typing import Any

import redis

log = logging.getLogger(__name__)

TRUST = 1.0
"""In seconds: of a connection that said nothing for longer, it isn't known whether it is still one."""


class KeyWatch:
    """One connection of its own, made at the first use, on which the server says that the key was set, or is gone.

    `connect` opens it, for RESP3, in which answers and such messages share one. A server that refuses is asked by
    `ask` for the key's value, each time. Errors are redis-py's.
    """

    def __init__(self, connect: Callable[[], Any], ask: Callable[[str], Hashable], key: str) -> None:
        self._connect = connect
        self._ask = ask
        self._key = key
        self._refuses = False
        self._connection: Any = None
        self._stirs: Callable[[], Any] | None = None
        self._version = 0
        self._heard = 0.0

    def version(self) -> Hashable:
        """Another value than before if the key may have changed since."""
        try:
            if self._connection is not None:
                self._listen()
                return self._version
        except (redis.RedisError, OSError):
            # The server may have been started again: only where it isn't there either, it is in trouble.
            self.close()
        if not self._refuses:
            try:
                self._begin()
            except redis.ResponseError as error:
                self._refuses = True
                log.warning("Redis can't say when %s changes, so it is asked each time: %s", self._key, error)
            else:
                return self._version
        return self._ask(self._key)

    def _listen(self) -> None:
        if self._stirs is None or self._stirs():
            self._hear()
        if time.monotonic() - self._heard > TRUST:
            self._ping()

    def _hear(self) -> None:
        """All that was said."""
        while self._connection.can_read(timeout=0):
            # Nothing else is ever sent on this connection.
            self._connection.read_response(push_request=True)
            self._version += 1

    def _ping(self) -> None:
        """Raises redis.RedisError where the server doesn't answer. What it has to say comes before its answer."""
        self._connection.send_command("PING", check_health=False)
        while self._connection.read_response(push_request=True) != b"PONG":
            self._version += 1
        # What came together with the answer stirs nothing any more.
        self._hear()
        self._heard = time.monotonic()

    def _begin(self) -> None:
        connection = self._connect()
        try:
            connection.send_command("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", self._key)
            connection.read_response()
        except BaseException:
            connection.disconnect()
            raise
        self._connection = connection
        self._stirs = _stirring(connection)
        # What was said before nobody has heard.
        self._version += 1
        self._hear()
        self._heard = time.monotonic()

    def close(self) -> None:
        """Let go of the connection; the next use makes another one."""
        if self._connection is not None:
            self._connection.disconnect()
            self._connection = self._stirs = None


def _stirring(connection: Any) -> Callable[[], Any] | None:
    """Tells whether something has come on the connection, or its end; None where that can't be told in this way.

    redis-py's own `can_read` takes five times as long, which nearly every request would wait for.
    """
    socket = getattr(connection, "_sock", None)
    if socket is None or not hasattr(select, "poll"):
        return None
    poll = select.poll()
    poll.register(socket, select.POLLIN)
    return partial(poll.poll, 0)
