"""What a request costs the others: SQL statements, and round trips to Redis."""

import logging
import threading
from contextlib import contextmanager

import redis.connection
from sqlalchemy import Engine, event
from webtest import TestApp

from moviecatalog import close, main
from moviecatalog.testing.client import ApiClient

CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")


class Counts:
    """Of one thread: what others do in the background is no request's."""

    def __init__(self):
        self.statements = 0
        self.round_trips = 0
        self._thread = threading.get_ident()

    def note_statement(self, _connection, _cursor, statement, *_):
        if threading.get_ident() == self._thread and statement.split()[0].upper() not in CONTROL:
            self.statements += 1

    def note_round_trip(self):
        if threading.get_ident() == self._thread:
            self.round_trips += 1


@contextmanager
def counted():
    """What this thread has asked meanwhile, when the block is at its end."""
    counts = Counts()
    kind = redis.connection.AbstractConnection
    send = kind.send_packed_command

    def counting(connection, *args, **kwargs):
        # A pipeline is sent as one, and so is a command.
        counts.note_round_trip()
        return send(connection, *args, **kwargs)

    event.listen(Engine, "before_cursor_execute", counts.note_statement)
    kind.send_packed_command = counting
    try:
        yield counts
    finally:
        kind.send_packed_command = send
        event.remove(Engine, "before_cursor_execute", counts.note_statement)


@contextmanager
def application(settings):
    """The API in this process, which logs nothing."""
    logging.disable(logging.INFO)
    app = main({}, **settings)
    try:
        yield ApiClient(TestApp(app))
    finally:
        close(app)
