import threading

import pytest

from moviecatalog.domain.errors import SourceUnavailable
from moviecatalog.plugins.sources.tmdb.breaker import FAILURES, SECONDS, Breaker

ERROR = SourceUnavailable("down")


class Clock:
    now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def breaker(clock):
    return Breaker(clock)


def fail(breaker, times):
    for _ in range(times):
        breaker.enter()
        breaker.failed(ERROR)


def test_opens_after_some_failures_in_a_row(breaker):
    fail(breaker, FAILURES - 1)
    breaker.enter()
    breaker.succeeded()
    fail(breaker, FAILURES)
    with pytest.raises(SourceUnavailable, match="down") as raised:
        breaker.enter()
    assert raised.value.retry_after == SECONDS


def test_lets_one_alone_try_when_its_time_is_over(breaker, clock):
    fail(breaker, FAILURES)
    clock.now += SECONDS
    let_in = []

    def enter():
        try:
            breaker.enter()
            let_in.append(1)
        except SourceUnavailable:
            pass

    threads = [threading.Thread(target=enter) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert let_in == [1]
    breaker.succeeded()
    breaker.enter()


def test_stays_open_where_the_one_fails(breaker, clock):
    fail(breaker, FAILURES)
    clock.now += SECONDS
    fail(breaker, 1)
    clock.now += SECONDS - 1
    with pytest.raises(SourceUnavailable):
        breaker.enter()
    clock.now += 1
    breaker.enter()


def test_says_once_that_it_opens_and_that_it_closes(breaker, clock, caplog):
    caplog.set_level("INFO")
    fail(breaker, FAILURES)
    clock.now += SECONDS
    fail(breaker, 1)
    clock.now += SECONDS
    breaker.enter()
    breaker.succeeded()
    assert [record.getMessage() for record in caplog.records] == [
        "down; it isn't asked again for 10 s",
        "the source answers again",
    ]


def test_says_that_it_is_open_until_a_try_succeeds(breaker, clock):
    fail(breaker, FAILURES - 1)
    assert not breaker.is_open
    fail(breaker, 1)
    assert breaker.is_open
    clock.now += SECONDS
    breaker.enter()
    assert breaker.is_open
    breaker.succeeded()
    assert not breaker.is_open
