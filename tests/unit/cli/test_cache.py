import pytest

from moviecatalog.testing.application import TEST_SETTINGS, close_app, make_app
from tests.engines.redis import RedisEngine


@pytest.fixture
def engine(tmp_path):
    engine = RedisEngine(tmp_path)
    yield engine
    engine.stop()


@pytest.fixture
def ini(write_ini, run, engine):
    path = write_ini({"moviecatalog.cache": "redis", "moviecatalog.cache.redis.url": engine.url})
    assert run("migrate", path).exit_code == 0
    return path


def test_cleared_answers_are_not_served_by_a_process_that_runs(run, ini, engine, tmp_path):
    app = make_app(
        TEST_SETTINGS
        | {
            "moviecatalog.storage": "sqlalchemy",
            "moviecatalog.storage.sqlalchemy.url": f"sqlite:///{tmp_path}/catalogue.sqlite",
            "moviecatalog.source.sample.path": f"{tmp_path}/films.jsonl",
            "moviecatalog.cache": "redis",
            "moviecatalog.cache.redis.url": engine.url,
        }
    )
    states = [app.get("/api/movies/popular/").headers["X-Cache"] for _ in range(2)]
    result = run("cache", "clear", ini)
    assert (result.exit_code, result.stdout) == (
        0,
        "Of what the cache 'redis' holds now, nothing is served any more.\n",
    )
    assert [*states, app.get("/api/movies/popular/").headers["X-Cache"]] == ["MISS", "HIT", "MISS"]
    close_app(app)


def test_a_cache_that_is_away_is_told(run, ini, engine):
    engine.stop()
    result = run("cache", "clear", ini)
    assert result.exit_code == 1
    assert "Something that is needed doesn't answer: Redis at redis://127.0.0.1" in result.stderr


def test_a_cache_that_others_do_not_see_cannot_be_cleared(run, migrated):
    result = run("cache", "clear", migrated)
    assert result.exit_code == 1
    assert "The cache 'memory' is in each process for itself: it ends with the process." in result.stderr
