"""Processes that are killed while they write, and such as start at once: nothing that was acknowledged is lost."""

import http.client
import os
import random
import sqlite3
import threading
import time
from contextlib import closing
from statistics import mean

import pytest
from sqlalchemy import make_url

from moviecatalog.domain.records import FavoriteRecord, RatingRecord
from moviecatalog.domain.users import Credentials
from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage
from moviecatalog.testing.client import PASSWORD, ApiClient
from tests.engines.servers import CONTEXT, Servers, app_of
from tests.functional.conftest import migrate, sql, storage_url
from tests.functional.described import described
from tests.functional.traffic import Client

ROUNDS = int(os.environ.get("MOVIECATALOG_TEST_KILLS", "20"))
CLIENTS = 4
ACKNOWLEDGED = 40
"""In a round, before the process is killed."""


@pytest.fixture(params=["sample, sqlite", "sample, postgresql"])
def installation(request):
    return request.param


@pytest.fixture
def url(storage_settings):
    return storage_settings["moviecatalog.storage.sqlalchemy.url"]


class Writer(threading.Thread):
    """A client that makes an account, and then rates and keeps films, for as long as somebody answers."""

    def __init__(self, port, name, notes):
        super().__init__()
        self._client = Client(port)
        self._name = name
        self._notes = notes

    def run(self):
        try:
            self._write()
        except (OSError, http.client.HTTPException):
            # The process was killed: of what wasn't answered nothing is known.
            pass
        finally:
            self._client.close()

    def _write(self):
        named = {"username": self._name, "email": f"{self._name}@example.com"}
        made = self._call("/auth/users/", named | {"password": PASSWORD, "password_confirm": PASSWORD}, 201)
        self._notes.append(("account", self._name))
        user = made["user"]["id"]
        self._client.token = self._call("/auth/token/", {"username": self._name, "password": PASSWORD}, 200)["access"]
        for movie in range(1, 400):
            self._call(f"/movies/{movie}/rate/", {"rating": movie % 10 + 1}, 201)
            self._notes.append(("rating", user, movie, movie % 10 + 1))
            self._call(f"/movies/{movie}/add_to_favorites/", {}, 201)
            self._notes.append(("favourite", user, movie))

    def _call(self, path, body, expected):
        status, content = self._client.call("POST", path, body)
        assert status == expected, content
        return content


def test_what_was_acknowledged_survives_kills_in_mid_write(storage_settings, url):
    acknowledged = []
    for number in range(ROUNDS):
        servers = Servers(storage_settings, count=1, threads=CLIENTS)
        notes = []
        writers = [Writer(servers.ports[0], f"user{number}-{client}", notes) for client in range(CLIENTS)]
        for writer in writers:
            writer.start()
        while len(notes) < ACKNOWLEDGED:
            assert any(writer.is_alive() for writer in writers), "they were not answered"
            time.sleep(0.001)
        time.sleep(random.uniform(0, 0.01))
        servers.stop()
        for writer in writers:
            writer.join()
        acknowledged += notes
    assert len(acknowledged) >= ROUNDS * ACKNOWLEDGED
    kept, averages = read(url)
    assert set(acknowledged) - kept == set()
    # Of each transaction all was kept, or nothing.
    rated = {movie: [note[3] for note in kept if note[0] == "rating" and note[2] == movie] for movie in range(1, 20)}
    assert averages == {movie: pytest.approx(mean(points), abs=0.006) for movie, points in rated.items() if points}
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(make_url(url).database)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def read(url):
    """What is kept, as clients note it; and the averages of the first films that were rated."""
    storage = SqlStorage(make_url(url))
    with storage.read() as session:
        kept = {note_of(record) for record in session.dump()} - {None}
    with storage.read() as session:
        averages = {movie: session.library.standing(movie, None).average_rating for movie in range(1, 20)}
    storage.close()
    return kept, {movie: average for movie, average in averages.items() if average is not None}


def note_of(record):
    match record:
        case Credentials():
            return ("account", record.user.username)
        case RatingRecord():
            return ("rating", record.user_id, record.movie_id, record.rating)
        case FavoriteRecord():
            return ("favourite", record.user_id, record.movie_id)
        case _:
            return None


def test_six_that_migrate_at_once_and_serve_at_once_make_one_catalogue(installation, request, tmp_path):
    if installation == "sample, sqlite":
        url = storage_url(tmp_path / "new.sqlite")
    else:
        url = request.getfixturevalue("postgresql").new_database()
    barrier = CONTEXT.Barrier(6)
    processes = [CONTEXT.Process(target=migrate_with_others, args=(url, barrier)) for _ in range(6)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 6
    servers = Servers(sql(url), count=3)
    try:
        api = ApiClient(described(app_of(servers)))
        assert [api.get("/movies/?page_size=1").json["count"] for _ in range(3)] == [400] * 3
    finally:
        servers.stop()


def migrate_with_others(url, barrier):
    """Runs in a process of its own."""
    barrier.wait(30)
    migrate(url)
