import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import redis

from moviecatalog import redis_connections
from moviecatalog.redis_connections import RedisConnections


@pytest.fixture
def engine(own_redis):
    return own_redis


@pytest.fixture
def connections(engine):
    with redis.Redis.from_url(engine.url, socket_timeout=0.2) as client:
        connections = RedisConnections(client.connection_pool.make_connection)
        yield connections
        connections.close()


def echo(connection, text="anything"):
    connection.send_command("ECHO", text)
    return connection.read_response()


def number(connection):
    connection.send_command("CLIENT", "ID")
    return connection.read_response()


def test_one_after_the_other_is_the_same_connection(connections):
    assert len({connections.use(number) for _ in range(10)}) == 1


def test_at_once_each_has_its_own(connections):
    together = Barrier(4)

    def work(connection):
        together.wait()
        return number(connection)

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(connections.use, [work] * 4))) == 4


def test_a_server_that_was_started_again_is_nobodys_trouble(connections, engine):
    connections.use(echo)
    engine.kill()
    time.sleep(redis_connections.REST)
    engine.start()
    assert connections.use(echo) == b"anything"


def test_an_answer_that_comes_too_late_is_nobody_elses(connections, engine):
    connections.use(echo)
    engine.hang()
    with pytest.raises(redis.TimeoutError):
        connections.use(lambda connection: echo(connection, "late"))
    engine.go_on()
    assert connections.use(lambda connection: echo(connection, "right")) == b"right"


def test_a_server_that_is_gone_is_an_error_each_time_until_it_is_back(connections, engine):
    connections.use(echo)
    engine.kill()
    for _ in range(3):
        with pytest.raises(redis.ConnectionError):
            connections.use(echo)
    engine.start()
    assert connections.use(echo) == b"anything"


def test_a_process_that_was_forked_off_makes_its_own(connections, monkeypatch):
    before = connections.use(number)
    monkeypatch.setattr(redis_connections.os, "getpid", lambda: -1)
    assert connections.use(number) != before


def test_a_connection_in_steady_use_is_not_looked_at(connections, monkeypatch):
    monkeypatch.setattr(redis_connections, "REST", 60)
    connections.use(echo)
    monkeypatch.setattr(redis_connections, "_was_closed", lambda _: pytest.fail("looked at"))
    assert connections.use(echo) == b"anything"


def test_a_connection_that_rested_is_looked_at(connections, monkeypatch):
    monkeypatch.setattr(redis_connections, "REST", 0)
    before = connections.use(number)
    monkeypatch.setattr(redis_connections, "_was_closed", lambda _: True)
    assert connections.use(number) != before
