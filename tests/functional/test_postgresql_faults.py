"""Whatever PostgreSQL does, clients get a 503 with a time while it lasts, in time, and nothing of it afterwards."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import psycopg
import pytest
from sqlalchemy import make_url

from moviecatalog.plugins.storages.sqlalchemy import postgresql
from moviecatalog.plugins.storages.sqlalchemy import storage as sqlalchemy_storage
from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage
from moviecatalog.testing.application import close_app, make_app
from moviecatalog.testing.client import ApiClient
from tests.engines.postgresql import PostgresqlEngine
from tests.engines.servers import Servers, app_of
from tests.functional.traffic import Traffic, timed

SLOWEST = 2.5 + 0.5
"""Seconds that are promised, and what a crowded machine adds."""


@pytest.fixture(scope="module")
def engine():
    """One that may be stopped: the others' is another."""
    engine = PostgresqlEngine()
    yield engine
    engine.go_on()
    engine.close()


@pytest.fixture(scope="module")
def template(engine):
    url = engine.new_database()
    storage = SqlStorage(make_url(url))
    storage.migrate()
    storage.close()
    close_app(make_app(settings_of(url)))
    return make_url(url).database


def settings_of(url):
    return {"moviecatalog.storage": "sqlalchemy", "moviecatalog.storage.sqlalchemy.url": url}


@pytest.fixture
def installation():
    return "sample, postgresql"


@pytest.fixture
def storage_settings(engine, template):
    return settings_of(engine.new_database(template))


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


def is_unavailable(answer):
    assert (answer.status_code, answer.json) == (503, {"detail": "The service is unavailable."})
    assert int(answer.headers["Retry-After"]) >= 1
    return True


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
            time.sleep(2)
        assert {200, 201, 503} >= traffic.statuses()
        assert 503 in traffic.statuses()
        assert traffic.statuses(since=back + 1) <= {200, 201}
        assert traffic.count(since=back + 1) > 20
        assert all(int(seen.retry_after) >= 1 for seen in traffic.seen if seen.status == 503)
        assert traffic.slowest() < SLOWEST
        assert "Traceback" not in caplog.text

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
    assert_soon(lambda: api.post("/movies/1/rate/", {"rating": 5}, token).status_code == 201)


def assert_soon(holds, seconds=1):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


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
        assert_soon(lambda: operator.execute(deadlocks).fetchone()[0] == 1, seconds=5)

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
    assert_soon(lambda: operator.execute(waiting).fetchone()[0], seconds=5)


def average(api):
    return api.get("/movies/1/").json["average_rating"]


class TestAReadOnlyServer:
    @pytest.mark.parametrize("scope", ["DATABASE", "SYSTEM"])
    def test_refuses_writes_and_is_read(self, api, operator, dsn, scope):
        token = api.sign_up("ann")
        with read_only(operator, dsn, scope):
            # What was set for a database counts for new connections.
            api.registry.plugins.storage.close()
            assert_soon(lambda: api.register("soon").status_code == 503)
            writes_fail_and_reads_work(api, token)
            assert api.get("/health/ready/").status_code == 200
        api.registry.plugins.storage.close()
        assert_soon(lambda: api.post("/movies/1/rate/", {"rating": 5}, token).status_code == 201)


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


class TestAServerThatHangs:
    @pytest.fixture(autouse=True)
    def _goes_on(self, engine):
        yield
        engine.go_on()

    def test_is_503_in_time_and_at_once_after_that_until_it_goes_on(self, api, engine):
        with Traffic(api) as traffic:
            time.sleep(0.3)
            engine.hang()
            hung = time.monotonic()
            time.sleep(4)
            engine.go_on()
            back = time.monotonic()
            time.sleep(2)
        during = [seen for seen in traffic.seen if hung < seen.at and seen.at + seen.seconds < back]
        assert {seen.status for seen in during} == {503}
        assert traffic.slowest() < 7
        # One request at a time looks whether the server is there again; all others don't wait.
        later = [seen for seen in during if seen.at > hung + SLOWEST]
        assert sum(seen.seconds > 0.5 for seen in later) <= 2
        assert len(later) > 100
        assert traffic.statuses(since=back + 1) <= {200, 201}
        assert traffic.count(since=back + 1) > 20

    def test_is_named_by_readiness_within_two_seconds_and_the_process_lives(self, api, engine):
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
        assert_soon(lambda: api.get("/health/ready/").status_code == 200, seconds=3)

    def test_in_the_middle_of_a_statement_is_503(self, make_api, engine, operator, monkeypatch):
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
        assert_soon(lambda: api.post("/movies/1/rate/", {"rating": 5}, token).status_code == 201)

    def test_leaves_threads_to_those_who_ask_whether_the_process_lives(self, engine, storage_settings):
        """More clients than a process has threads, of which each would else wait for the server."""
        servers = Servers(storage_settings, count=1, threads=4)
        try:
            api = ApiClient(app_of(servers))
            with Traffic(api, threads=12):
                time.sleep(0.3)
                engine.hang()
                # Each of the four threads may be in the middle of a statement, once.
                first, *others = [timed(lambda: api.get("/health/live/")) for _ in range(6)]
                engine.go_on()
        finally:
            servers.stop()
        assert {answer.status_code for answer, _ in (first, *others)} == {200}
        assert first[1] < 7
        assert max(seconds for _, seconds in others) < 1
