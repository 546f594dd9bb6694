"""The start while something is away: the process lives, says that it isn't ready, and serves once all is there."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from moviecatalog.plugins.sources.tmdb import breaker
from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage
from moviecatalog.services import answers, hold_off
from moviecatalog.settings.reader import SettingsError
from moviecatalog.testing.application import TEST_SETTINGS
from moviecatalog.testing.client import ApiClient
from tests.engines.binaries import free_port
from tests.engines.postgresql import PostgresqlEngine
from tests.engines.redis import RedisEngine
from tests.engines.servers import app_of
from tests.functional.conftest import sql, sqlite
from tests.functional.traffic import timed
from tests.standins.tmdb import KEY, TmdbStandIn

AT_ONCE = 1.5
"""Seconds after an engine is back: one that is promised, and what a crowded machine adds."""


@pytest.fixture(scope="module")
def engine():
    """One that may be stopped: the others' is another."""
    engine = PostgresqlEngine()
    yield engine
    engine.go_on()
    engine.close()


@pytest.fixture
def installation():
    return "sample, postgresql"


@pytest.fixture
def url(engine):
    return engine.new_database()


@pytest.fixture
def storage_settings(url):
    return sql(url)


def migrate(url):
    storage = SqlStorage(make_url(url))
    storage.migrate()
    storage.close()


def soon(holds, seconds=AT_ONCE):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def waits(api):
    """It lives, and says to everybody that they should come again."""
    assert api.get("/health/live/").status_code == 200
    ready = api.get("/health/ready/")
    assert (ready.status_code, ready.json["checks"]["storage"]["state"]) == (503, "failing")
    for answer in (api.get("/movies/"), api.register("early"), api.get("/movies/1/", "no.token.x")):
        assert (answer.status_code, answer.json) == (503, {"detail": "The service is unavailable."})
        assert int(answer.headers["Retry-After"]) >= 1
    assert api.get("/openapi.json").status_code == 200
    return True


def serves(api):
    """With all films of the source, which couldn't be stored at the start."""
    assert api.get("/health/ready/").status_code == 200
    assert api.get("/movies/?page_size=1").json["count"] == 400
    token = api.sign_up("ann")
    assert api.post("/movies/1/rate/", {"rating": 5}, token).status_code == 201
    return True


class TestPostgresql:
    @pytest.mark.parametrize("mode", ["fast", "immediate"])
    def test_that_is_down(self, make_api, engine, url, mode, caplog):
        migrate(url)
        engine.stop(mode)
        api = make_api()
        waits(api)
        assert caplog.text.count("nobody is served yet: the database can't be reached") == 1
        engine.start()
        soon(lambda: api.get("/movies/").status_code == 200)
        serves(api)
        assert caplog.text.count("the storage is there") == 1
        assert "Traceback" not in caplog.text

    def test_that_hangs(self, make_api, engine, url):
        migrate(url)
        engine.hang()
        api, seconds = timed(make_api)
        assert seconds < 5
        for path, status in (("/movies/", 503), ("/health/ready/", 503), ("/health/live/", 200)):
            answer, seconds = timed(lambda path=path: api.get(path))
            assert (answer.status_code, seconds < 2) == (status, True)
        engine.go_on()
        soon(lambda: api.get("/movies/").status_code == 200, seconds=4)
        serves(api)

    def test_that_was_away_and_has_no_schema_says_what_to_run(self, make_api, engine, url, caplog):
        engine.stop()
        api = make_api()
        engine.start()
        time.sleep(0.3)
        waits(api)
        time.sleep(0.3)
        waits(api)
        (line,) = [it for it in caplog.messages if "has not the schema" in it and it.startswith("nobody")]
        assert "run `moviecatalog migrate YOUR.ini`" in line
        migrate(url)
        soon(lambda: api.get("/movies/").status_code == 200)
        serves(api)

    def test_that_is_there_and_has_no_schema_is_no_start(self, make_api):
        with pytest.raises(SettingsError, match="run `moviecatalog migrate"):
            make_api()

    @pytest.mark.parametrize(
        ("before", "after", "reason"),
        [
            ("/db", "/nowhere", "there is no such database"),
            ("postgres@", "nobody@", "there is no such database, or no such user"),
        ],
        ids=["database", "user"],
    )
    def test_that_lets_nobody_in_is_no_start(self, make_api, url, before, after, reason):
        with pytest.raises(SettingsError, match=reason):
            make_api(sql(url.replace(before, after)))

    def test_whose_connections_are_all_taken(self, make_api, engine, url):
        migrate(url)
        name = make_url(url).database
        with psycopg.connect(engine.url.replace("+psycopg", ""), autocommit=True) as operator:
            operator.execute("CREATE ROLE somebody LOGIN CONNECTION LIMIT 0")
            operator.execute(f"ALTER DATABASE {name} OWNER TO somebody")
            api = make_api(sql(url.replace("postgres@", "somebody@")))
            waits(api)
            operator.execute("ALTER ROLE somebody SUPERUSER CONNECTION LIMIT -1")
        soon(lambda: api.get("/movies/").status_code == 200)


@pytest.fixture
def soon_again(monkeypatch):
    """Whoever is left alone after a failure is tried again after some tenths of a second."""
    monkeypatch.setattr(breaker, "SECONDS", 0.2)
    monkeypatch.setattr(answers, "FAILURE_SECONDS", 0.2)
    monkeypatch.setattr(hold_off, "HOLD_OFF_SECONDS", 0.2)


@pytest.mark.usefixtures("soon_again")
def test_with_everything_down_it_starts_and_serves_each_part_that_is_back(make_api, engine, url, tmp_path):
    migrate(url)
    redis = RedisEngine(tmp_path)
    tmdb = TmdbStandIn()
    settings = tmdb.settings | {"moviecatalog.cache": "redis", "moviecatalog.cache.redis.url": redis.url}
    settings |= {"moviecatalog.ratelimit.store": redis.url, "moviecatalog.ratelimit.anonymous": "10000 per hour"}
    engine.stop()
    redis.kill()
    tmdb.close()
    api = make_api(settings)
    assert api.get("/health/live/").status_code == 200
    ready, seconds = timed(lambda: api.get("/health/ready/"))
    assert ready.status_code == 503
    assert {part["state"] for part in ready.json["checks"].values()} == {"failing"}
    assert seconds < 2
    engine.start()
    soon(lambda: api.get("/movies/").status_code == 200)
    degraded = api.get("/health/ready/")
    assert (degraded.status_code, degraded.json["status"]) == (200, "degraded")
    assert api.get("/movies/popular/").status_code == 503
    tmdb = TmdbStandIn(tmdb.port)
    soon(lambda: api.get("/movies/popular/").status_code == 200, seconds=5)
    redis.start()
    soon(lambda: api.get("/health/ready/").json["status"] == "ok", seconds=5)
    redis.stop()
    tmdb.close()


@pytest.fixture
def serve(tmp_path, filled_sqlite):
    """`moviecatalog serve` in a process of its own, with these lines, and what it writes to stderr going there."""
    started = []
    shutil.copy(filled_sqlite, tmp_path / "movies.sqlite")

    def serve(settings, stderr):
        port = free_port()
        lines = TEST_SETTINGS | sqlite(tmp_path / "movies.sqlite") | settings
        ini = tmp_path / "catalogue.ini"
        app = "".join(f"{name} = {value}\n" for name, value in lines.items())
        server = f"[server:main]\nuse = egg:waitress#main\nlisten = 127.0.0.1:{port}\n"
        ini.write_text(f"[app:main]\nuse = egg:moviecatalog\n{app}{server}", encoding="utf-8")
        program = "from moviecatalog.cli import main; main(prog_name='moviecatalog')"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MOVIECATALOG_")}
        process = subprocess.Popen(
            [sys.executable, "-c", program, "serve", str(ini)],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env=environment,
        )
        started.append(process)
        return process, port

    yield serve
    for process in started:
        process.kill()
        process.communicate()


def test_without_the_sources_key_it_does_not_start_and_names_the_setting(serve):
    process, _ = serve({"moviecatalog.source": "tmdb"}, subprocess.PIPE)
    _, stderr = process.communicate(timeout=20)
    assert process.returncode != 0
    assert "moviecatalog.source.tmdb.api_key" in stderr
    assert "Traceback" not in stderr
    assert KEY not in stderr


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_with_a_full_disk_for_its_log_it_answers_nevertheless(serve, log_format):
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        process, port = serve({"moviecatalog.log.format": log_format}, full)
        assert process.stdout.readline().startswith("Serving on")
        api = ApiClient(app_of(One(port)))
        token = api.sign_up("ann")
        for path in ("/movies/", "/movies/1/", "/auth/users/me/", "/health/ready/"):
            assert api.get(path, token).status_code == 200
        assert api.post("/movies/1/rate/", {"rating": 5}, token).status_code == 201
        assert api.get("/movies/0/").status_code == 404
        assert process.poll() is None


class One:
    def __init__(self, port):
        self.ports = [port]
