import pytest

from moviecatalog.plugins.caches.memory import MemoryCache
from moviecatalog.plugins.caches.none import NoCache
from moviecatalog.testing.caches import CacheContract


class TestMemoryCache(CacheContract):
    @pytest.fixture
    def cache(self):
        return MemoryCache(max_bytes=1_000_000)


class TestNoCache(CacheContract):
    keeps = False

    @pytest.fixture
    def cache(self):
        return NoCache()
