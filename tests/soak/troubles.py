"""What goes wrong, in turn, and is put right again."""

import itertools
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass


def _nothing():
    pass


@dataclass(frozen=True)
class Trouble:
    name: str
    begin: Callable[[], None]
    end: Callable[[], None] = _nothing

    @contextmanager
    def under_way(self):
        self.begin()
        try:
            yield
        finally:
            self.end()


KINDS = 10


def troubles(installation):
    """For ever, each in its turn."""
    redis, postgresql, tmdb = installation.redis, installation.postgresql, installation.tmdb

    def wipe():
        with redis.client() as client:
            client.flushall()

    yield from itertools.cycle(
        [
            Trouble("Redis is killed", redis.kill, redis.start),
            Trouble("PostgreSQL is restarted", lambda: postgresql.restart("fast")),
            Trouble("TMDB hangs", tmdb.hang, tmdb.go_on),
            Trouble("Redis hangs", redis.hang, redis.go_on),
            Trouble("PostgreSQL is stopped", postgresql.stop, postgresql.start),
            Trouble("TMDB is killed", tmdb.kill, tmdb.start),
            Trouble("Redis is wiped", wipe),
            Trouble("PostgreSQL hangs", postgresql.hang, postgresql.go_on),
            Trouble("PostgreSQL crashes", lambda: postgresql.restart("immediate")),
            Trouble("everything hangs", *_all("hang", "go_on", redis, postgresql, tmdb)),
        ]
    )


def _all(begin, end, *engines):
    def each(name):
        return lambda: [getattr(engine, name)() for engine in engines]

    return each(begin), each(end)
