"""The start while something is away: the process lives, says that it isn't ready, and serves once all is there."""

import time

import psycopg
import pytest
from sqlalchemy import make_url

from moviecatalog.plugins.sources.tmdb import breaker
from moviecatalog.services import answers, hold_off
from moviecatalog.settings.reader import SettingsError
from tests.engines.redis import RedisEngine
from tests.functional.conftest import migrate, sql
from tests.functional.traffic import is_unavailable, soon, timed
from tests.standins.tmdb import TmdbStandIn


@pytest.fixture
def engine(own_postgresql):
    yield own_postgresql
    own_postgresql.go_on()


@pytest.fixture
def installation():
    return "sample, postgresql"


@pytest.fixture
def url(engine):
    return engine.new_database()


@pytest.fixture
def storage_settings(url):
    return sql(url)


def waits(api):
    """It lives, and says to everybody that they should come again."""
    assert api.get("/health/live/").status_code == 200
    ready = api.get("/health/ready/")
    assert (ready.status_code, ready.json["checks"]["storage"]["state"]) == (503, "failing")
    for answer in (api.get("/movies/"), api.register("early"), api.get("/movies/1/", "no.token.x")):
        assert is_unavailable(answer)
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
