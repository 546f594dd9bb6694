"""Around a cache that can be broken at will."""

import threading
import time

import pytest

from moviecatalog.plugins.caches.memory import MemoryCache
from moviecatalog.services import hold_off as module
from moviecatalog.services.hold_off import HoldOff
from moviecatalog.services.steady_cache import SteadyCache
from moviecatalog.services.threads import Threads


class ShakyCache(MemoryCache):
    """Shared, in that its lock is everybody's. While it is `down` everything raises, each thing something else."""

    shared = True

    def __init__(self):
        super().__init__(1_000_000)
        self.down = False
        self.lock = threading.Lock()
        real = self.region
        cache = self

        class Region:
            backend = cache

            def get_multi(self, *args, **kwargs):
                cache.fail_with(KeyError)
                return real.get_multi(*args, **kwargs)

            def set(self, *args):
                cache.fail_with(OSError)
                real.set(*args)

        self.region = Region()

    def fail_with(self, error):
        if self.down:
            raise error

    def get_mutex(self, _key):
        self.fail_with(TimeoutError)
        return self.lock


@pytest.fixture
def aside():
    with Threads(1, "aside") as threads:
        yield threads


@pytest.fixture
def cache():
    return ShakyCache()


@pytest.fixture
def steady(cache, aside, monkeypatch):
    monkeypatch.setattr(module, "HOLD_OFF_SECONDS", 0.05)
    return SteadyCache(cache, HoldOff("the cache", aside))


def until(holds):
    deadline = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_what_is_set_is_found(steady):
    steady.set("x", 1)
    assert steady.get_many(["x", "y"]) == [1, None]


def test_while_the_cache_is_away_another_stands_in(steady, cache):
    steady.set("x", 1)
    cache.down = True
    assert steady.get_many(["x"]) == [None]
    steady.set("x", 2)
    assert steady.get_many(["x"]) == [2]


def test_what_stood_in_is_forgotten_when_the_cache_is_back(steady, cache):
    steady.set("x", 1)
    cache.down = True
    steady.set("x", 2)
    cache.down = False
    until(lambda: steady.get_many(["x"]) == [1])
    cache.down = True
    assert steady.get_many(["x"]) == [None]


def test_what_was_announced_meanwhile_is_carried_back(steady, cache):
    cache.down = True
    steady.announce("generation", "new")
    assert steady.get_many(["generation"]) == ["new"]
    cache.down = False
    until(lambda: steady.get_many(["generation"]) == ["new"] and cache.region.get_multi(["generation"]) == ["new"])


def test_a_lock_is_everybodys(steady):
    one, other = steady.lock("x"), steady.lock("x")
    assert one.acquire()
    assert not other.acquire()
    one.release()
    assert other.acquire()


@pytest.mark.parametrize("when", ["before", "between", "within"])
def test_a_lock_that_is_away_is_in_nobodys_way(steady, cache, when):
    cache.down = when == "before"
    lock = steady.lock("x")
    cache.down = when != "within"
    assert lock.acquire()
    cache.down = True
    lock.release()


def test_trouble_is_one_line_in_the_log_and_its_end_another(steady, cache, caplog):
    caplog.set_level("INFO")
    cache.down = True
    for _ in range(5):
        steady.get_many(["x"])
        time.sleep(0.03)
    cache.down = False
    until(lambda: "the cache is back" in caplog.text or steady.get_many(["x"]) == 0)
    assert caplog.text.count("doing without it") == 1
