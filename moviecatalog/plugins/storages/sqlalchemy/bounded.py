"""Connections to PostgreSQL whose waits come to an end, whatever becomes of the server.

Its own time-outs are no help where the server hangs, and TCP's none where its machine still answers for it.
Imported only where PostgreSQL is chosen: psycopg need not be installed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

T = TypeVar("T")

BRIEF_PATIENCE = 0.5
"""In seconds, for what takes no time where the server works: the pool's look at a connection, and a rollback."""

REST = 0.05
"""In seconds: a connection that nobody used for longer is looked at before it is. A look costs a round trip."""

RESTS_SINCE = "moviecatalog_rests_since"


class BoundedConnection(psycopg.Connection[Any]):
    """`patience` is in seconds, for each statement; 0 is without end. Past it the connection is closed."""

    patience = 0.0
    server: Server | None = None
    _is_brief = False

    def rollback(self) -> None:
        with self._briefly():
            super().rollback()

    def works(self) -> bool:
        """Whether the server answers, in no time. Only between two transactions."""
        try:
            with self._briefly():
                self.execute("")
        except psycopg.Error:
            return False
        return True

    @contextmanager
    def _briefly(self) -> Iterator[None]:
        self._is_brief = True
        try:
            yield
        finally:
            self._is_brief = False

    def wait(self, gen: Generator[Any, Any, T], *args: Any, **kwargs: Any) -> T:
        bounded = self._bounded(gen) if self.patience else gen
        result: T = super().wait(bounded, *args, **kwargs)
        return result

    def _bounded(self, gen: Generator[Any, Any, T]) -> Generator[Any, Any, T]:
        """`gen`, unless it isn't done in time: whoever waits for the socket comes by several times a second."""
        is_brief = self._is_brief
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


def note_rest(_connection: BoundedConnection | None, record: ConnectionPoolEntry) -> None:
    record.info[RESTS_SINCE] = time.monotonic()


def look_after_rest(connection: BoundedConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Have the pool replace a connection that broke while nobody used it, as all do when the server restarts.

    SQLAlchemy's own `pool_pre_ping` does so at each use, which makes short statements take twice as long.
    """
    rests_since = record.info.get(RESTS_SINCE)
    if rests_since is not None and time.monotonic() - rests_since > REST and not connection.works():
        raise InvalidatePoolError
