from concurrent.futures import ThreadPoolExecutor

import pytest

from moviecatalog.domain.counts import Count
from moviecatalog.services import counters as module
from moviecatalog.services.counters import LocalCounters, SharedCounters
from moviecatalog.services.hold_off import HoldOff


class Clock:
    now = 1_000.0

    def __call__(self):
        return self.now


def test_a_window_opens_with_its_first_event_and_ends():
    clock = Clock()
    counters = LocalCounters(clock)
    assert counters.count("x", 60) == Count(1, 1_060.0)
    clock.now += 59
    assert counters.count("x", 60) == Count(2, 1_060.0)
    clock.now += 1
    assert counters.count("x", 60) == Count(1, 1_120.0)


def test_a_clock_that_steps_back_keeps_nobody_out_for_as_long():
    clock = Clock()
    counters = LocalCounters(clock)
    counters.count("ann", 60, 9)
    clock.now -= 3_600
    assert counters.count("ann", 60) == Count(1, clock.now + 60)


def test_events_may_be_taken_back():
    counters = LocalCounters()
    assert [counters.count("x", 60, amount).value for amount in (1, 1, -1)] == [1, 2, 1]


def test_no_two_events_share_a_place():
    counters = LocalCounters()
    with ThreadPoolExecutor(16) as threads:
        values = list(threads.map(lambda _: counters.count("x", 60).value, range(500)))
    assert sorted(values) == list(range(1, 501))


def test_memory_is_bounded_whoever_comes(monkeypatch):
    monkeypatch.setattr(module, "MAX_LOCAL_COUNTERS", 100)
    counters = LocalCounters()
    for number in range(1_000):
        counters.count(f"client {number}", 60)
    assert len(counters._counts) == 100


class TestShared:
    @pytest.fixture
    def server(self):
        """Counts, or fails while it is `down`."""

        class Server:
            down = False
            local = LocalCounters()

            def count(self, key, seconds, amount=1):
                if self.down:
                    raise ConnectionError
                return self.local.count(key, seconds, amount)

        return Server()

    def test_while_the_server_is_away_this_process_counts(self, server):
        with ThreadPoolExecutor(1) as aside:
            counters = SharedCounters(server.count, HoldOff("the server", aside))
            assert counters.count("x", 60).value == 1
            server.down = True
            assert [counters.count("x", 60).value for _ in range(3)] == [1, 2, 3]

    def test_a_cache_that_does_not_count_leaves_it_to_this_process(self):
        with ThreadPoolExecutor(1) as aside:
            counters = SharedCounters(lambda *_: None, HoldOff("the cache", aside))
            assert [counters.count("x", 60).value for _ in range(2)] == [1, 2]
