"""Over a real Redis, which goes away in every way."""

import time

import pytest
import redis

from moviecatalog.plugins.caches.redis import watch as module
from moviecatalog.plugins.caches.redis.watch import KeyWatch
from moviecatalog.redis_server import RedisServer
from moviecatalog.redis_url import redis_url

KEY = "moviecatalog:generation:of-a-test"


@pytest.fixture
def engine(own_redis):
    return own_redis


@pytest.fixture
def watch(engine):
    server = RedisServer(redis_url(engine.url))
    watch = KeyWatch(server.connect_apart, lambda key: server.run(lambda client: client.get(key)), KEY)
    yield watch
    watch.close()
    server.close()


@pytest.fixture
def commands(engine):
    """How many commands the server has been sent, its own question aside."""
    with engine.client() as client:
        yield lambda: client.info("stats")["total_commands_processed"]


def test_nothing_is_asked_to_find_that_nothing_happened(watch, commands):
    before = watch.version()
    at_first = commands()
    for _ in range(1_000):
        assert watch.version() == before
    assert commands() == at_first + 1


@pytest.mark.parametrize("change", ["set", "delete", "expire", "flushall", "flushdb"])
def test_every_change_is_heard(engine, watch, change):
    with engine.client() as client:
        client.set(KEY, "1")
        before = watch.version()
        match change:
            case "set":
                client.set(KEY, "1")
            case "expire":
                client.pexpire(KEY, 1)
                time.sleep(0.01)
                client.get(KEY)
            case "delete":
                client.delete(KEY)
            case _:
                getattr(client, change)()
        client.ping()
        assert watch.version() != before


def test_what_was_set_while_nobody_listened_may_have_been_anything(engine, watch):
    before = watch.version()
    engine.kill()
    engine.start()
    after = watch.version()
    assert after != before
    assert watch.version() == after


def test_a_server_that_is_gone_is_an_error(engine, watch):
    watch.version()
    engine.kill()
    with pytest.raises(redis.RedisError):
        watch.version()
    engine.start()
    watch.version()


def test_a_server_that_hangs_is_found_out_within_a_second(engine, watch, monkeypatch):
    monkeypatch.setattr(module, "TRUST", 0.05)
    watch.version()
    engine.hang()
    time.sleep(0.06)
    start = time.monotonic()
    with pytest.raises(redis.RedisError):
        watch.version()
    assert time.monotonic() - start < 1
    engine.go_on()


def test_one_that_refuses_is_asked_each_time(engine, watch, caplog):
    with engine.client() as client:
        client.execute_command("ACL", "SETUSER", "default", "-client")
        before = watch.version()
        assert watch.version() == before
        client.set(KEY, "1")
        assert watch.version() != before
    assert caplog.text.count("is asked each time") == 1


def test_what_comes_together_with_a_servers_answer_is_heard(engine, watch, monkeypatch):
    with engine.client() as client:
        for number in range(200):
            # Each time it is asked whether it is still there, while somebody sets the key.
            monkeypatch.setattr(module, "TRUST", 0.0)
            before = watch.version()
            client.set(KEY, number)
            watch.version()
            monkeypatch.setattr(module, "TRUST", 60.0)
            assert watch.version() != before


def test_changes_are_heard_where_nothing_stirs(engine, watch, monkeypatch):
    monkeypatch.setattr(module, "_stirring", lambda _: None)
    with engine.client() as client:
        before = watch.version()
        assert watch.version() == before
        client.set(KEY, "1")
        assert watch.version() != before
