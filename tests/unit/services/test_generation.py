import pytest

from moviecatalog.plugins.caches.memory import MemoryCache
from moviecatalog.services.generation import Generation
from moviecatalog.services.hold_off import HoldOff
from moviecatalog.services.steady_cache import SteadyCache
from moviecatalog.services.threads import Threads


class SharedCache(MemoryCache):
    """What any process sets all see; `down` is what it raises instead."""

    shared = True
    down: Exception | None = None

    def watch(self, key):
        def version():
            if self.down:
                raise self.down
            return self.region.get(key)

        return version


@pytest.fixture
def hold_off():
    threads = Threads(1, "aside")
    yield HoldOff("the cache", threads)
    threads.shutdown()


@pytest.fixture
def cache():
    return SharedCache(1_000_000)


@pytest.fixture
def generation(cache, hold_off):
    return Generation(SteadyCache(cache, hold_off), lambda: "catalogue")


def test_has_one_version_until_it_ends(generation):
    before = generation.version()
    assert generation.version() == before
    generation.end()
    assert generation.version() != before


def test_ends_for_other_processes_too(cache, hold_off, generation):
    before = generation.version()
    Generation(SteadyCache(cache, hold_off), lambda: "catalogue").end()
    assert generation.version() != before


def test_of_a_cache_in_the_process_ends_here(hold_off):
    generation = Generation(SteadyCache(MemoryCache(1_000_000), hold_off), lambda: "catalogue")
    before = generation.version()
    generation.end()
    assert generation.version() != before


def test_while_the_cache_is_away_it_is_another_one(cache, hold_off, generation):
    before = generation.version()
    cache.down = OSError("gone")
    away = generation.version()
    assert away not in (before, None)
    assert generation.version() == away
    assert hold_off.is_on()
    generation.end()
    assert generation.version() != away


def test_each_outage_has_one_of_its_own(cache, hold_off, generation):
    versions = []
    for _ in range(3):
        cache.down = OSError("gone")
        versions.append(generation.version())
        cache.down = None
        hold_off._look()
    assert len(set(versions)) == 3


def test_a_cache_that_cannot_be_watched_is_asked(cache, hold_off, generation, monkeypatch):
    monkeypatch.setattr(SharedCache, "watch", lambda *_: None)
    before = generation.version()
    assert generation.version() == before
    Generation(SteadyCache(cache, hold_off), lambda: "catalogue").end()
    assert generation.version() != before
