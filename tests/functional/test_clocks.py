"""Hosts whose clocks differ by seconds, and a clock that was an hour ahead until somebody set it right."""

import json
import sqlite3
import time
from contextlib import closing

import jwt
import pytest
import redis

from moviecatalog.testing.application import TEST_SECRET
from tests.standins import faults

HOUR = 3_600


@pytest.fixture
def installation():
    return "tmdb, sqlite"


@pytest.fixture
def api(make_api):
    return make_api()


@pytest.fixture
def tmdb(own_tmdb):
    return own_tmdb


@pytest.fixture
def store(redis_server):
    with redis.Redis.from_url(redis_server) as client:
        client.flushdb()
        yield client


@pytest.fixture
def on_redis(redis_server):
    return {"moviecatalog.cache": "redis", "moviecatalog.cache.redis.url": redis_server}


class TestTokens:
    @pytest.mark.parametrize(
        ("seconds", "status"), [(3, 200), (-3, 200), (0, 200), (HOUR, 401), (-2 * HOUR, 401)], ids="{:+} s".format
    )
    def test_of_a_host_whose_clock_differs_by_seconds_work(self, make_api, seconds, status):
        api = make_api({"moviecatalog.auth.access_lifetime": "60"})
        claims = jwt.decode(api.sign_up("ann"), options={"verify_signature": False})
        claims["iat"] += seconds
        claims["exp"] += seconds
        token = jwt.encode(claims, TEST_SECRET, algorithm="HS256")
        assert api.get("/auth/users/me/", token).status_code == status


class TestAnswersInRedis:
    @pytest.fixture
    def api(self, make_api, on_redis, store):
        return make_api(on_redis | {"moviecatalog.cache.ttl": "600", "moviecatalog.cache.stale_ttl": "1200"})

    @pytest.mark.parametrize(("seconds", "state"), [(3, "HIT"), (-3, "HIT"), (HOUR, "MISS"), (-HOUR, "MISS")])
    def test_count_as_old_as_their_time_is_away(self, api, store, seconds, state):
        assert api.get("/movies/popular/").headers["X-Cache"] == "MISS"
        restamp(store, seconds)
        assert api.get("/movies/popular/").headers["X-Cache"] == state
        assert api.get("/movies/popular/").headers["X-Cache"] == "HIT"

    def test_end_by_redis_own_clock(self, api, store):
        api.get("/movies/popular/")
        restamp(store, HOUR)
        assert all(0 < store.ttl(key) <= 1_800 for key in store.keys("moviecatalog:answer:*"))

    def test_that_are_failures_of_the_source_are_not_remembered_for_an_hour(self, api, store, tmdb):
        tmdb.fault = faults.status(500)
        assert api.get("/movies/top_rated/").status_code == 503
        tmdb.fault = None
        assert api.get("/movies/top_rated/").status_code == 503
        restamp(store, HOUR)
        assert api.get("/movies/top_rated/").status_code == 200


def restamp(store, seconds):
    """Whatever is kept was made so many seconds later, as a host would say whose clock is ahead."""
    for key in store.keys("moviecatalog:answer:*"):
        if store.type(key) != b"string" or b"|" not in (value := store.get(key)):
            continue
        metadata, _, payload = value.partition(b"|")
        made_at, *rest = json.loads(payload)
        store.set(key, metadata + b"|" + json.dumps([made_at + seconds, *rest]).encode(), keepttl=True)


@pytest.mark.parametrize(("when", "asked"), [("-10 seconds", 0), ("+10 seconds", 0), ("+1 hour", 1), ("-1 hour", 1)])
def test_a_film_that_was_heard_in_the_future_is_heard_anew(make_api, tmdb, storage_settings, when, asked):
    path = storage_settings["moviecatalog.storage.sqlalchemy.url"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE movies SET refreshed_at = datetime('now', ?) WHERE id = 1", (when,))
    assert make_api().get("/movies/1/").status_code == 200
    assert sum(it.startswith("movie/") for it in tmdb.paths()) == asked


@pytest.mark.parametrize("shared", [False, True], ids=["in the process", "in Redis"])
def test_limits_are_over_with_their_window(make_api, redis_server, store, shared):
    settings = {"moviecatalog.ratelimit.anonymous": "3 per 2 seconds"}
    api = make_api(settings | ({"moviecatalog.ratelimit.store": redis_server} if shared else {}))
    seen = [api.get("/movies/").status_code for _ in range(3)]
    refused = api.get("/movies/")
    assert (seen, refused.status_code) == ([200] * 3, 429)
    assert 1 <= int(refused.headers["Retry-After"]) <= 2
    time.sleep(max(0, int(refused.headers["X-RateLimit-Reset"]) - time.time()) + 0.05)
    again = api.get("/movies/")
    assert (again.status_code, again.headers["X-RateLimit-Remaining"]) == (200, "2")
