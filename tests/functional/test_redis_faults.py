"""Whatever Redis does, clients notice nothing but, once, a third of a second."""

import logging
import threading
import time
from statistics import median

import pytest

from tests.functional.noticing import AFTERWARDS, PATHS, notices_nothing, recovers, timed, warm


@pytest.fixture(params=["sample, sqlite", "sample, postgresql"])
def installation(request):
    return request.param


@pytest.fixture
def engine(own_redis):
    return own_redis


@pytest.fixture
def api(api_on_redis, engine):
    api = api_on_redis(engine.url)
    warm(api)
    return api


@pytest.mark.usefixtures("looks_soon_again")
class TestRecovery:
    def test_from_being_killed_and_started_empty(self, api, engine, caplog):
        engine.kill()
        notices_nothing(api)
        engine.start()
        with engine.client() as client:
            recovers(api, client)
        assert caplog.text.count("doing without it until it is back") == 1
        assert "is back" in caplog.text
        assert "Traceback" not in caplog.text

    def test_from_hanging(self, api, engine):
        engine.hang()
        notices_nothing(api)
        nobody_waits(api, seconds=1)
        engine.go_on()
        with engine.client() as client:
            client.flushall()
            recovers(api, client)

    def test_from_being_full(self, api, engine):
        with engine.client() as client:
            client.config_set("maxmemory", "1")
            notices_nothing(api)
            client.config_set("maxmemory", "0")
            client.flushall()
            recovers(api, client)

    def test_from_being_a_replica_that_cannot_be_written(self, api, engine):
        with engine.client() as client:
            client.replicaof("127.0.0.1", 1)
            notices_nothing(api)
            client.replicaof("no", "one")
            client.flushall()
            recovers(api, client)

    def test_from_asking_for_a_password_that_nobody_gave(self, api, engine):
        with engine.client() as client:
            client.config_set("requirepass", "secret")
            client.client_kill_filter(_type="normal", skipme=True)
            notices_nothing(api)
            client.config_set("requirepass", "")
            client.flushall()
            recovers(api, client)


def nobody_waits(api, seconds):
    """Looks at Redis, of which there are several in this time, are taken aside."""
    end = time.monotonic() + seconds
    waited = []
    while time.monotonic() < end:
        waited.append(timed(api, PATHS[0])[1])
    # Somebody whom a time-out of 0.2 s had kept waiting several times would have come a few times only.
    assert len(waited) > 20
    assert median(waited) < AFTERWARDS


def test_a_server_that_is_away_at_the_start_is_no_reason_not_to_start(api_on_redis, engine):
    engine.kill()
    api = api_on_redis(engine.url)
    notices_nothing(api)
    health = api.get("/health/ready/")
    assert (health.status_code, health.json["status"], health.json["checks"]["cache"]["state"]) == (
        200,
        "degraded",
        "failing",
    )


def test_health_says_so_within_two_seconds_where_it_hangs(api, engine):
    engine.hang()
    start = time.monotonic()
    assert api.get("/health/ready/").json["checks"]["cache"]["state"] == "failing"
    assert time.monotonic() - start < 2


@pytest.mark.usefixtures("looks_soon_again")
def test_a_change_made_while_it_was_away_ends_what_it_had_kept(api, engine):
    engine.hang()
    api.get(PATHS[0])
    api.registry.services.answers.invalidate()
    engine.go_on()
    deadline = time.monotonic() + 5
    # Until then the stand-in answers, which has none of it either.
    with engine.client() as client:
        while not client.keys("moviecatalog:generation:*"):
            api.get("/health/live/")
            api.get(PATHS[0])
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert [api.get("/movies/1/").headers["X-Cache"] for _ in range(2)] == ["MISS", "HIT"]


@pytest.mark.usefixtures("looks_soon_again")
def test_limits_go_on_in_the_process_while_it_is_away(make_api, engine):
    api = make_api({"moviecatalog.ratelimit.store": engine.url, "moviecatalog.ratelimit.anonymous": "5 per hour"})
    assert api.get("/movies/").headers["X-RateLimit-Remaining"] == "4"
    engine.kill()
    statuses = [api.get("/movies/").status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    engine.start()
    deadline = time.monotonic() + 5
    while api.get("/movies/").status_code == 429:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_its_password_is_nowhere_in_the_log(api_on_redis, engine, caplog):
    caplog.set_level(logging.DEBUG)
    api = api_on_redis(engine.url.replace("//", "//:not-for-anybody@"))
    notices_nothing(api)
    api.get("/health/ready/")
    assert "not-for-anybody" not in caplog.text


@pytest.mark.usefixtures("looks_soon_again")
def test_threads_in_traffic_never_see_an_error_while_it_hangs_dies_and_comes_back(api, engine):
    seen = []
    stop = threading.Event()

    def ask(number):
        while not stop.is_set():
            seen.append(timed(api, PATHS[number % len(PATHS)]))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for trouble in (engine.hang, engine.go_on, engine.kill, engine.start):
        time.sleep(0.4)
        trouble()
    time.sleep(0.6)
    stop.set()
    for thread in threads:
        thread.join()
    assert {status for status, _ in seen} == {200}
    assert max(seconds for _, seconds in seen) < 1


def test_without_the_package_it_is_a_sentence(monkeypatch, make_api):
    import sys

    from moviecatalog.settings.reader import SettingsError

    for name in [name for name in sys.modules if name == "redis" or name.startswith(("redis.", "moviecatalog.redis"))]:
        monkeypatch.delitem(sys.modules, name)
    for name in [name for name in sys.modules if name.startswith("moviecatalog.plugins.caches.redis")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(SettingsError, match=r"pip install 'moviecatalog\[redis\]'"):
        make_api({"moviecatalog.cache": "redis", "moviecatalog.cache.redis.url": "redis://localhost"})
    with pytest.raises(SettingsError, match=r"pip install 'moviecatalog\[redis\]'"):
        make_api({"moviecatalog.ratelimit.store": "redis://localhost"})
    assert make_api().get("/movies/popular/").status_code == 200
