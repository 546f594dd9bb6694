"""Makes an API as new: nobody has an account, and nothing is cached or counted."""

import sqlite3
from contextlib import closing

import psycopg
import redis
from sqlalchemy import make_url

# The rest goes with the accounts.
FORGET_RATINGS = "UPDATE movies SET rating_sum = 0, rating_count = 0 WHERE rating_count > 0"


def wiping(api, settings):
    """The function that does it, for an API that is new by now."""
    steps = [_storage(api, settings)]
    if "moviecatalog.cache.redis.url" in settings:
        steps.append(lambda: _wipe_redis(settings["moviecatalog.cache.redis.url"]))
    else:
        steps.append(api.registry.services.answers.invalidate)

    def wipe():
        for step in steps:
            step()

    return wipe


def _storage(api, settings):
    if settings["moviecatalog.storage"] == "memory":
        storage = api.registry.plugins.storage
        # It is never changed, only replaced.
        state = storage._state
        return lambda: setattr(storage, "_state", state)
    url = make_url(settings["moviecatalog.storage.sqlalchemy.url"])
    if url.get_backend_name() == "sqlite":
        return lambda: _wipe_sqlite(url.database)
    return lambda: _wipe_postgresql(url.set(drivername="postgresql").render_as_string(hide_password=False))


def _wipe_sqlite(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("DELETE FROM users")
        connection.execute("DELETE FROM sqlite_sequence")
        connection.execute(FORGET_RATINGS)
        connection.execute("COMMIT")


def _wipe_postgresql(url):
    with psycopg.connect(url) as connection:
        connection.execute("TRUNCATE users RESTART IDENTITY CASCADE")
        connection.execute(FORGET_RATINGS)


def _wipe_redis(url):
    with redis.Redis.from_url(url) as client:
        client.flushdb()
