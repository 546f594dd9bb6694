"""Connections to PostgreSQL whose waits come to an end, whatever becomes of the server.

Its own time-outs are no help where the server hangs, and TCP's none where its machine still answers for it.
Imported only where PostgreSQL is chosen: psycopg need not be installed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Mapping, Sequence
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
    """One for each engine. Where it is known to hang all fail at once, and one connection at a time is tried aside.

    Not by whoever asks: others may wait for the very answer that he is to make, and so hold every thread.
    """

    def __init__(self, statement_patience: float) -> None:
        self.hangs = False
        self._statement_patience = statement_patience
        self._looking = threading.Lock()

    def connect(self, *args: Any, **kwargs: Any) -> BoundedConnection:
        if self.hangs:
            self._look_aside(args, kwargs)
            raise psycopg.OperationalError("the server didn't answer a moment ago")
        try:
            connection = BoundedConnection.connect(*args, **kwargs)
        except psycopg.errors.ConnectionTimeout:
            self.hangs = True
            raise
        connection.patience = self._statement_patience
        connection.server = self
        return connection

    def _look_aside(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        if self._looking.acquire(blocking=False):
            threading.Thread(target=self._look, args=(args, kwargs), name="postgresql-look", daemon=True).start()

    def _look(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        try:
            psycopg.connect(*args, **kwargs).close()
        except psycopg.errors.ConnectionTimeout:
            return
        except psycopg.Error:
            # A server that refuses doesn't hang: whoever asks it is told so at once.
            pass
        finally:
            self._looking.release()
        self.hangs = False
