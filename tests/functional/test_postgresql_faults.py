"""Whatever PostgreSQL does, clients get a 503 with a time while it lasts, in time, and nothing of it afterwards."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import psycopg
import pytest
from sqlalchemy import make_url

from moviecatalog.plugins.storages.sqlalchemy import postgresql
from moviecatalog.plugins.storages.sqlalchemy import storage as sqlalchemy_storage
from tests.functional.conftest import sql
from tests.functional.traffic import SLOWEST, Traffic, is_quiet, is_unavailable, soon, timed


@pytest.fixture
def engine(own_postgresql):
    return own_postgresql


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
def url(storage_settings):
    return storage_settings["moviecatalog.storage.sqlalchemy.url"]


@pytest.fixture
def dsn(url):
    return url.replace("+psycopg", "")


@pytest.fixture
def operator(dsn):
    """A connection beside the application's."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield connection


def writes_fail_and_reads_work(api, token):
    assert is_unavailable(api.post("/movies/1/rate/", {"rating": 5}, token))
    assert is_unavailable(api.post("/movies/1/add_to_favorites/", None, token))
    assert is_unavailable(api.register("late"))
    for path in ("/movies/?ordering=title", "/movies/2/", "/movies/ratings/my_ratings/"):
        assert api.get(path, token).status_code == 200


class TestARestart:
    @pytest.mark.parametrize("mode", ["fast", "immediate"])
    def test_in_traffic_is_503_only_while_it_lasts(self, api, engine, mode, caplog):
        with Traffic(api) as traffic:
            time.sleep(0.5)
            engine.stop(mode)
            time.sleep(0.3)
            engine.start()
            back = time.monotonic()
            time.sleep(1.6)
        assert {200, 201, 503} >= traffic.statuses()
        assert 503 in traffic.statuses()
        assert traffic.statuses(since=back + 1) <= {200, 201}
        assert traffic.count(since=back + 1) > 20
        assert all(int(seen.retry_after) >= 1 for seen in traffic.seen if seen.status == 503)
        assert traffic.slowest() < SLOWEST
        assert is_quiet(caplog)

    @pytest.mark.parametrize("mode", ["fast", "immediate"])
    def test_while_nobody_asks_is_not_noticed(self, api, engine, mode):
        with Traffic(api):
            time.sleep(0.3)
        engine.restart(mode)
        assert [api.get("/movies/?ordering=title").status_code for _ in range(12)] == [200] * 12


def test_connections_that_an_operator_ends_are_503_at_most_once(api, operator):
    with Traffic(api) as traffic:
        time.sleep(0.3)
        operator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'moviecatalog'"
        )
        ended = time.monotonic()
        time.sleep(1.5)
    assert {200, 201, 503} >= traffic.statuses()
    assert traffic.statuses(since=ended + 0.5) <= {200, 201}


def test_no_connection_to_be_had_is_503_until_there_is_one(make_api, operator, dsn):
    api = make_api()
    token = api.sign_up("ann")
    api.registry.plugins.storage.close()
    with ExitStack() as others:
        # All of them, the ones that are kept for superusers included: tests are one.
        for _ in range(1_000):
            try:
                others.enter_context(psycopg.connect(dsn))
            except psycopg.OperationalError:
                break
        for call in (
            lambda: api.get("/movies/?ordering=title"),
            lambda: api.post("/movies/1/rate/", {"rating": 5}, token),
        ):
            answer, seconds = timed(call)
            assert is_unavailable(answer)
            assert seconds < SLOWEST
        assert api.get("/health/ready/").json["checks"]["storage"]["state"] == "failing"
    soon(lambda: api.post("/movies/1/rate/", {"rating": 5}, token).status_code == 201)


@pytest.mark.parametrize(
    ("statement", "patience"),
    [
        ("SELECT * FROM movies WHERE id = 1 FOR UPDATE", {"lock": 0.3, "statement": 2}),
        ("LOCK TABLE movies IN ACCESS EXCLUSIVE MODE", {"lock": 0.3, "statement": 2}),
        ("LOCK TABLE movies IN ACCESS EXCLUSIVE MODE", {"lock": 0.8, "statement": 0.8}),
    ],
    ids=["of a row", "of a table", "for longer than a statement may take"],
)
def test_a_lock_that_somebody_holds_is_503(make_api, operator, monkeypatch, statement, patience):
    monkeypatch.setattr(sqlalchemy_storage, "LOCK_PATIENCE", patience["lock"])
    monkeypatch.setattr(postgresql, "STATEMENT_PATIENCE", patience["statement"])
    api = make_api()
    token = api.sign_up("ann")
    with operator.transaction():
        operator.execute(statement)
        answer, seconds = timed(lambda: api.post("/movies/1/rate/", {"rating": 5}, token))
        assert is_unavailable(answer)
        assert seconds < 2
    assert api.post("/movies/1/rate/", {"rating": 5}, token).status_code == 201


class TestTransactionsInEachOthersWay:
    def test_of_two_that_wait_for_each_other_both_succeed(self, api, operator, dsn):
        token = api.sign_up("ann")
        # The application looks whether it waits in vain, and gives way, long before the other does.
        operator.execute(f"ALTER DATABASE {name_of(dsn)} SET deadlock_timeout = '300ms'")
        api.registry.plugins.storage.close()
        with psycopg.connect(dsn) as other, ThreadPoolExecutor(1) as aside:
            other.execute("SET deadlock_timeout = '10s'")
            other.execute("UPDATE movies SET popularity = popularity WHERE id = 1")
            rated = aside.submit(api.post, "/movies/1/rate/", {"rating": 5}, token)
            wait_for_lock(operator)
            other.execute("LOCK TABLE ratings IN SHARE MODE")
            other.commit()
            assert rated.result().status_code == 201
        assert average(api) == 5.0
        # A connection tells what it counted when it ends.
        api.registry.plugins.storage.close()
        deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        soon(lambda: operator.execute(deadlocks).fetchone()[0] == 1, seconds=5)

    def test_one_that_another_was_quicker_than_runs_again(self, make_api, operator, dsn, monkeypatch):
        """Without READ COMMITTED, as if a later version forgot it."""
        monkeypatch.setattr(postgresql.PostgresqlDialect, "writing", {"isolation_level": "SERIALIZABLE"})
        api = make_api()
        token = api.sign_up("ann")
        with psycopg.connect(dsn) as other, ThreadPoolExecutor(1) as aside:
            other.execute("UPDATE movies SET popularity = popularity WHERE id = 1")
            rated = aside.submit(api.post, "/movies/1/rate/", {"rating": 5}, token)
            wait_for_lock(operator)
            other.commit()
            assert rated.result().status_code == 201
        assert average(api) == 5.0


def name_of(dsn):
    return make_url(dsn).database


def wait_for_lock(operator):
    waiting = (
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'moviecatalog' AND wait_event_type = 'Lock'"
    )
    soon(lambda: operator.execute(waiting).fetchone()[0], seconds=5)


def average(api):
    return api.get("/movies/1/").json["average_rating"]


class TestAReadOnlyServer:
    @pytest.mark.parametrize("scope", ["DATABASE", "SYSTEM"])
    def test_refuses_writes_and_is_read(self, api, operator, dsn, scope):
        token = api.sign_up("ann")
        with read_only(operator, dsn, scope):
            # What was set for a database counts for new connections.
            api.registry.plugins.storage.close()
            soon(lambda: api.register("soon").status_code == 503)
            writes_fail_and_reads_work(api, token)
            assert api.get("/health/ready/").status_code == 200
        api.registry.plugins.storage.close()
        soon(lambda: api.post("/movies/1/rate/", {"rating": 5}, token).status_code == 201)


@contextmanager
def read_only(operator, dsn, scope):
    named = f"DATABASE {name_of(dsn)}" if scope == "DATABASE" else "SYSTEM"
    operator.execute(f"ALTER {named} SET default_transaction_read_only = on")
    operator.execute("SELECT pg_reload_conf()")
    yield
    operator.execute("SET default_transaction_read_only = off")
    operator.execute(f"ALTER {named} RESET default_transaction_read_only")
    operator.execute("SELECT pg_reload_conf()")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("post", "/movies/1/rate/", {"rating": 5, "review": "a\0b"}),
        ("put", "/auth/users/update_profile/", {"bio": "a\0b"}),
        ("post", "/auth/token/", {"username": "a\0b", "password": "correct horse battery"}),
        ("post", "/auth/users/", {"username": "a\0b"}),
        ("get", "/movies/search/?q=a%00b", None),
        ("get", "/movies/?language=a%00b", None),
    ],
)
def test_nul_is_400_and_never_reaches_it(api, method, path, body):
    token = api.sign_up("ann")
    answer = api.call(method, path, token, **({"json": body} if body else {}))
    assert answer.status_code == 400
