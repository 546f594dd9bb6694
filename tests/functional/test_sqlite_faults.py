"""Whatever becomes of the database file, clients get a 503 with a time where they write, and may read."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event

from moviecatalog.plugins.storages.sqlalchemy import storage as sqlalchemy_storage
from moviecatalog.testing.client import ApiClient
from tests.engines.servers import Servers, app_of
from tests.functional.described import described
from tests.functional.traffic import is_unavailable, timed

LONG = {"rating": 5, "review": "x" * 10_000}
"""It takes several pages of the file."""


@pytest.fixture
def installation():
    return "sample, sqlite"


@pytest.fixture
def api(make_api):
    """Its own: what becomes of its connections is nobody else's business."""
    return make_api()


@pytest.fixture
def path(storage_settings):
    return storage_settings["moviecatalog.storage.sqlalchemy.url"].removeprefix("sqlite:///")


@pytest.fixture
def token(api):
    return api.sign_up("ann")


@pytest.fixture
def from_now_on(api):
    """Run a statement on each connection that the application makes from now on."""

    def run(statement):
        storage = api.registry.plugins.storage
        storage.close()
        event.listen(storage._engine, "connect", lambda connection, _: connection.execute(statement))

    return run


def reads_work(api, token):
    for path in ("/movies/?ordering=title", "/movies/2/", "/movies/search/?q=the&min_rating=1"):
        assert api.get(path, token).status_code == 200
    assert api.get("/movies/favorites/my_favorites/", token).json["count"] == 0
    assert api.get("/health/ready/").status_code == 200


class TestAWriterThatHoldsTheLock:
    @pytest.fixture
    def api(self, make_api, monkeypatch):
        monkeypatch.setattr(sqlalchemy_storage, "LOCK_PATIENCE", 0.2)
        return make_api()

    def test_for_longer_than_is_waited_is_503_on_writes_and_200_on_reads(self, api, token, path, caplog):
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            caplog.clear()
            answer, seconds = timed(lambda: api.post("/movies/1/rate/", {"rating": 5}, token))
            assert is_unavailable(answer)
            assert 0.2 <= seconds < 1
            assert caplog.text.count("StorageLocked: the database is locked") == 1
            for call in (
                lambda: api.post("/movies/1/add_to_favorites/", None, token),
                lambda: api.put("/auth/users/update_profile/", {"bio": "b"}, token),
                lambda: api.register("bob"),
            ):
                assert is_unavailable(call())
            reads_work(api, token)
        assert api.post("/movies/1/rate/", {"rating": 5}, token).status_code == 201
        assert "Traceback" not in caplog.text


def test_a_full_disk_is_503_on_writes_and_200_on_reads(api, token, path, from_now_on, caplog):
    with closing(sqlite3.connect(path)) as other:
        # Or else what was left free would do for a while.
        other.execute("VACUUM")
        pages = other.execute("PRAGMA page_count").fetchone()[0]
    from_now_on(f"PRAGMA max_page_count = {pages}")
    assert is_unavailable(api.post("/movies/1/rate/", LONG, token))
    reads_work(api, token)
    assert caplog.text.count("StorageUnavailable: the disk is full") == 1
    assert "Traceback" not in caplog.text
    from_now_on("PRAGMA max_page_count = 1000000")
    assert api.post("/movies/1/rate/", LONG, token).status_code == 201
    assert api.get("/movies/1/").json["average_rating"] == 5.0


def test_a_read_only_file_is_503_on_writes_and_200_on_reads(api, token, from_now_on, caplog):
    from_now_on("PRAGMA query_only = ON")
    assert is_unavailable(api.post("/movies/1/add_to_favorites/", None, token))
    assert is_unavailable(api.register("bob"))
    reads_work(api, token)
    assert caplog.text.count("StorageUnavailable: the database file is read-only") == 2
    assert "Traceback" not in caplog.text


def test_what_a_killed_process_left_in_the_log_is_there_after_the_next_start(storage_settings, path):
    servers = Servers(storage_settings, count=1)
    api = ApiClient(described(app_of(servers)))
    token = api.sign_up("ann")
    for movie in range(1, 21):
        assert api.post(f"/movies/{movie}/rate/", LONG, token).status_code == 201
    servers.stop()
    assert Path(f"{path}-wal").stat().st_size > 100_000
    servers = Servers(storage_settings, count=1)
    again = ApiClient(described(app_of(servers)))
    assert again.get("/movies/ratings/my_ratings/", token).json["count"] == 20
    assert again.get("/movies/20/", token).json["user_rating"] == 5
    assert again.post("/movies/21/rate/", LONG, token).status_code == 201
    servers.stop()
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
