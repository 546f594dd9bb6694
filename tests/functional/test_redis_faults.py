"""Whatever Redis does, clients notice nothing but, once, a third of a second."""

import logging
import threading
import time
from statistics import median

import pytest

from moviecatalog.services import hold_off
from tests.engines.redis import Cluster, SentinelGroup

ONCE = 0.5
"""Seconds that a request may take which finds Redis out of order: 0.3, and what a crowded machine adds."""

AFTERWARDS = 0.05
"""Seconds of a request in the middle of those that follow: a single time-out would be four times as long."""


@pytest.fixture(params=["sample, sqlite", "sample, postgresql"])
def installation(request):
    return request.param


@pytest.fixture
def engine(own_redis):
    return own_redis


@pytest.fixture
def on_redis(make_api):
    """An API over the Redis of a URL; counted, so that limiters have to do with it too."""

    def on(url):
        return make_api(
            {
                "moviecatalog.cache": "redis",
                "moviecatalog.cache.redis.url": url,
                "moviecatalog.ratelimit.store": url,
                "moviecatalog.ratelimit.anonymous": "100000 per hour",
            }
        )

    return on


@pytest.fixture
def api(on_redis, engine):
    api = on_redis(engine.url)
    warm(api)
    return api


@pytest.fixture
def soon_again(monkeypatch):
    monkeypatch.setattr(hold_off, "HOLD_OFF_SECONDS", 0.2)


def warm(api):
    """A second request finds everything in Redis."""
    for path in PATHS:
        assert api.get(path).status_code == 200
        assert api.get(path).headers["X-Cache"] == "HIT"


PATHS = ["/movies/popular/", "/movies/", "/movies/1/", "/movies/search/?q=the&min_rating=5"]


def timed(api, path):
    start = time.monotonic()
    answer = api.get(path)
    return answer.status_code, time.monotonic() - start


def notices_nothing(api):
    """All paths answer; the first request may take longer. The second time they come from the stand-in."""
    first, *others = [timed(api, path) for path in PATHS * 2]
    assert {status for status, _ in (first, *others)} == {200}
    assert first[1] < ONCE
    assert median(seconds for _, seconds in others) < AFTERWARDS
    assert api.get(PATHS[0]).headers["X-Cache"] == "HIT"


def recovers(api, client):
    """After a while new answers are kept in Redis again."""
    deadline = time.monotonic() + 5
    while True:
        api.get(f"/movies/search/?q=x{time.monotonic_ns()}")
        if client.keys("moviecatalog:answer:*"):
            return
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.usefixtures("soon_again")
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


def test_being_wiped_in_between_costs_an_answer_anew(api, engine):
    with engine.client() as client:
        client.flushall()
        # A server tells who wiped it that it is done before it tells those who listen, but both before this.
        client.ping()
    assert [api.get("/movies/popular/").headers["X-Cache"] for _ in range(2)] == ["MISS", "HIT"]


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"garbage",
        b"\x80\x04\x95",
        b"cos\nsystem\n(S'echo pwned > /tmp/pwned'\ntR.",
        b'{"v": 1}',
        b"null",
        b'{"ct": 1}|[1, null, false, {"items": 5}]',
        b'{"ct": 9e99, "v": 1}|[9e99, null, false, {"items": [], "total": "x"}]',
        b"[" * 5_000,
    ],
    ids=repr,
)
def test_whatever_somebody_puts_there_is_no_answer_of_ours(api, engine, garbage):
    with engine.client() as client:
        for key in client.keys("moviecatalog:answer:*"):
            client.set(key, garbage)
        for path in PATHS:
            assert timed(api, path)[0] == 200
        assert api.get("/movies/popular/").headers["X-Cache"] == "HIT"


def test_keys_of_the_wrong_type_are_done_without(api, engine):
    with engine.client() as client:
        for key in client.keys("moviecatalog:*"):
            client.delete(key)
            client.rpush(key, "x")
        notices_nothing(api)


def test_a_server_that_is_away_at_the_start_is_no_reason_not_to_start(on_redis, engine):
    engine.kill()
    api = on_redis(engine.url)
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


@pytest.mark.usefixtures("soon_again")
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


@pytest.mark.usefixtures("soon_again")
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


def test_its_password_is_nowhere_in_the_log(on_redis, engine, caplog):
    caplog.set_level(logging.DEBUG)
    api = on_redis(engine.url.replace("//", "//:not-for-anybody@"))
    notices_nothing(api)
    api.get("/health/ready/")
    assert "not-for-anybody" not in caplog.text


@pytest.mark.usefixtures("soon_again")
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


@pytest.fixture
def group(tmp_path):
    group = SentinelGroup(tmp_path)
    yield group
    group.stop()


@pytest.fixture
def cluster(tmp_path):
    cluster = Cluster(tmp_path)
    yield cluster
    cluster.stop()


@pytest.mark.usefixtures("soon_again")
def test_behind_sentinels_another_takes_over(on_redis, group):
    api = on_redis(group.url)
    warm(api)
    group.master.kill()
    notices_nothing(api)
    with group.replica.client() as client:
        deadline = time.monotonic() + 20
        while client.info("replication")["role"] != "master":
            assert time.monotonic() < deadline
            time.sleep(0.1)
        client.flushall()
        recovers(api, client)


def test_of_a_cluster_one_node_may_die(on_redis, cluster):
    api = on_redis(cluster.url)
    warm(api)
    cluster.nodes[1].kill()
    notices_nothing(api)


def test_of_a_cluster_all_nodes_may_hang(on_redis, cluster):
    api = on_redis(cluster.url)
    warm(api)
    for node in cluster.nodes:
        node.hang()
    notices_nothing(api)


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
