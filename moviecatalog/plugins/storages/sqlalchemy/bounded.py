"""Connections to PostgreSQL whose waits come to an end, whatever becomes of the server.

Its own time-outs are no help where the server hangs, and TCP's none where its machine still answers for it.
Imported only where PostgreSQL is chosen: psycopg need not be installed.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any, TypeVar

import psycopg

T = TypeVar("T")

BRIEF_PATIENCE = 0.5
"""In seconds, for what takes no time where the server works: the pool's look at a connection, and a rollback."""


class BoundedConnection(psycopg.Connection[Any]):
    """`patience` is in seconds, for each statement; 0 is without end. Past it the connection is closed."""

    patience = 0.0
    server: Server | None = None
    _is_brief = False

    def rollback(self) -> None:
        self._is_brief = True
        try:
            super().rollback()
        finally:
            self._is_brief = False

    def wait(self, gen: Generator[Any, Any, T], *args: Any, **kwargs: Any) -> T:
        bounded = self._bounded(gen) if self.patience else gen
        result: T = super().wait(bounded, *args, **kwargs)
        return result

    def _bounded(self, gen: Generator[Any, Any, T]) -> Generator[Any, Any, T]:
        """`gen`, unless it isn't done in time: whoever waits for the socket comes by several times a second."""
        # Nothing but the pool's look is ever outside of a transaction.
        is_brief = self._is_brief or self._autocommit
        deadline = time.monotonic() + (BRIEF_PATIENCE if is_brief else self.patience)
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if not ready and time.monotonic() > deadline:
                    # Closed first, so that nobody waits for it once more to roll back.
                    self.close()
                    # Half a second is no proof: a crowded server may be slow for a moment.
                    if self.server and not is_brief:
                        self.server.hangs = True
                    raise psycopg.OperationalError("the server doesn't answer")
                wanted = gen.send(ready)
        except StopIteration as end:
            result: T = end.value
            return result


class Server:
    """One for each engine. Where it is known to hang, one connection at a time is tried; others fail at once."""

    def __init__(self, connect_patience: float, statement_patience: float) -> None:
        self.hangs = False
        self._connect_patience = connect_patience
        self._statement_patience = statement_patience
        self._tried_at = 0.0

    def connect(self, *args: Any, **kwargs: Any) -> BoundedConnection:
        now = time.monotonic()
        if self.hangs and now - self._tried_at < self._connect_patience:
            raise psycopg.OperationalError("the server didn't answer a moment ago")
        self._tried_at = now
        try:
            connection = BoundedConnection.connect(*args, **kwargs)
        except psycopg.errors.ConnectionTimeout:
            self.hangs = True
            raise
        self.hangs = False
        connection.patience = self._statement_patience
        connection.server = self
        return connection
