"""What a request costs the others: SQL statements, and round trips to Redis."""

import logging
import threading
from contextlib import contextmanager
from dataclasses import dataclass

import redis.connection
from webtest import TestApp

from moviecatalog import close, main
from moviecatalog.testing.client import ApiClient
from tests.engines.statements import noted


@contextmanager
def application(settings):
    """The API in this process, which logs nothing."""
    logging.disable(logging.INFO)
    app = main({}, **settings)
    try:
        yield ApiClient(TestApp(app))
    finally:
        close(app)


@dataclass(frozen=True)
class Counts:
    statements: int
    round_trips: int


def counts(api, ask):
    """What `ask` costs, which calls the API in this process, and is to be answered well."""
    with noted(api.registry.plugins.storage) as statements, _round_trips() as round_trips:
        assert ask().status_code == 200
    return Counts(len(statements), len(round_trips))


@contextmanager
def _round_trips():
    """Those of this thread: what others do in the background is no request's."""
    kind, asking, sent = redis.connection.AbstractConnection, threading.get_ident(), []
    send = kind.send_packed_command

    def noting(connection, *args, **kwargs):
        # A pipeline is sent as one, and so is a command.
        if threading.get_ident() == asking:
            sent.append(1)
        return send(connection, *args, **kwargs)

    kind.send_packed_command = noting
    try:
        yield sent
    finally:
        kind.send_packed_command = send
