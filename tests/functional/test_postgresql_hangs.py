"""A PostgreSQL that stands still, with all its connections open: no time-out of its own ends, and none of TCP's."""

import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from moviecatalog.plugins.storages.sqlalchemy import postgresql
from moviecatalog.plugins.storages.sqlalchemy import storage as sqlalchemy_storage
from moviecatalog.testing.client import ApiClient
from tests.engines.servers import Servers, app_of
from tests.functional.conftest import sql
from tests.functional.described import described
from tests.functional.traffic import SLOWEST, Traffic, is_quiet, is_unavailable, soon, timed


@pytest.fixture
def engine(own_postgresql):
    yield own_postgresql
    own_postgresql.go_on()


@pytest.fixture
def installation():
    return "sample, postgresql"


@pytest.fixture
def api(make_api):
    return make_api()


@pytest.fixture
def storage_settings(engine, own_filled_postgresql):
    return sql(engine.new_database(own_filled_postgresql))


@pytest.fixture
def operator(storage_settings):
    """A connection beside the application's."""
    dsn = storage_settings["moviecatalog.storage.sqlalchemy.url"].replace("+psycopg", "")
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield connection


def test_is_503_in_time_and_at_once_after_that_until_it_goes_on(make_api, engine, caplog, monkeypatch):
    # Whoever it leaves in the middle of a statement waits as long as for two looks, and so is done in time too.
    monkeypatch.setattr(postgresql, "STATEMENT_PATIENCE", 0.5)
    monkeypatch.setattr(sqlalchemy_storage, "LOCK_PATIENCE", 0.5)
    with Traffic(make_api()) as traffic:
        time.sleep(0.3)
        engine.hang()
        hung = time.monotonic()
        time.sleep(SLOWEST + 1.6)
        engine.go_on()
        back = time.monotonic()
        time.sleep(1.5)
    during = [seen for seen in traffic.seen if hung < seen.at and seen.at + seen.seconds < back]
    assert {seen.status for seen in during} == {503}
    assert traffic.slowest() < SLOWEST + 1
    # One request at a time looks whether the server is there again; all others don't wait.
    later = [seen for seen in during if seen.at > hung + SLOWEST]
    # On a crowded machine some others wait for their turn on a core.
    assert sum(seen.seconds > 0.5 for seen in later) <= 2 + len(later) // 20
    assert len(later) > 20
    assert traffic.statuses(since=back + 1) <= {200, 201}
    assert traffic.count(since=back + 1) > 20
    assert is_quiet(caplog)


def test_is_named_by_readiness_within_two_seconds_and_the_process_lives(api, engine):
    assert api.get("/health/ready/").status_code == 200
    engine.hang()
    for _ in range(2):
        ready, seconds = timed(lambda: api.get("/health/ready/"))
        assert (ready.status_code, ready.json["checks"]["storage"]["state"]) == (503, "failing")
        assert ready.json["checks"]["source"]["state"] == "ok"
        assert seconds < 2
    live, seconds = timed(lambda: api.get("/health/live/"))
    assert (live.status_code, seconds < 0.1) == (200, True)
    engine.go_on()
    soon(lambda: api.get("/health/ready/").status_code == 200, seconds=3)


def test_in_the_middle_of_a_statement_is_503(make_api, engine, operator, monkeypatch):
    monkeypatch.setattr(postgresql, "STATEMENT_PATIENCE", 1.0)
    monkeypatch.setattr(sqlalchemy_storage, "LOCK_PATIENCE", 1.0)
    api = make_api()
    token = api.sign_up("ann")
    with operator.transaction(), ThreadPoolExecutor(1) as aside:
        operator.execute("SELECT * FROM movies WHERE id = 1 FOR UPDATE")
        rated = aside.submit(timed, lambda: api.post("/movies/1/rate/", {"rating": 5}, token))
        time.sleep(0.3)
        engine.hang()
        answer, seconds = rated.result()
        engine.go_on()
    assert is_unavailable(answer)
    assert 1 < seconds < SLOWEST
    soon(lambda: api.post("/movies/1/rate/", {"rating": 5}, token).status_code == 201)


def test_leaves_threads_to_those_who_ask_whether_the_process_lives(engine, storage_settings):
    """More clients than a process has threads, of which each would else wait for the server."""
    servers = Servers(storage_settings, count=1, threads=4)
    try:
        api = ApiClient(described(app_of(servers)))
        with Traffic(api, threads=12):
            time.sleep(0.3)
            engine.hang()
            # Each of the four threads may be in the middle of a statement, once.
            first, *others = [timed(lambda: api.get("/health/live/")) for _ in range(6)]
            engine.go_on()
    finally:
        servers.stop()
    assert {answer.status_code for answer, _ in (first, *others)} == {200}
    # The statements in hand, one look at a connection, and one try of another: 5.5, 0.5 and 2 seconds at most.
    assert first[1] < 8 + 1
    # Whoever waited for somebody's try of a connection would have waited for two seconds.
    assert max(seconds for _, seconds in others) < 2
