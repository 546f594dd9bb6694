from concurrent.futures import ThreadPoolExecutor

import pytest

from moviecatalog.domain import clock
from moviecatalog.plugins.caches.memory import MemoryCache
from moviecatalog.plugins.storages.memory import MemoryStorage
from moviecatalog.services.answers import AnswerCache, Lifetimes
from moviecatalog.services.cached_catalog import CachedCatalog
from moviecatalog.services.cached_source import CachedSource
from moviecatalog.services.catalog import Catalog
from moviecatalog.services.hold_off import HoldOff
from moviecatalog.services.intake import Intake
from moviecatalog.services.steady_cache import SteadyCache


@pytest.fixture
def storage():
    storage = MemoryStorage.from_settings(MemoryStorage.Settings())
    storage.migrate()
    yield storage
    storage.close()


@pytest.fixture
def make_catalog(storage):
    """A catalogue over sources; `ttl`, `renew`, `stale` in seconds."""
    with ThreadPoolExecutor(1) as renewals, ThreadPoolExecutor(4) as fetches:

        def make(*sources, ttl=900, renew=0, stale=86_400, shared=False):
            cache = SteadyCache(MemoryCache(1_000_000), HoldOff("the cache", renewals))
            answers = AnswerCache(cache, Lifetimes(ttl, renew, stale), lambda: storage.catalogue_id, renewals)
            intake = Intake(storage, answers.invalidate)
            cached_sources = [
                CachedSource(f"source {number}", source, intake, answers, fetches=fetches, search_pages=2)
                for number, source in enumerate(sources)
            ]
            cached = CachedCatalog(storage, cached_sources, answers, shared=shared, ttl=ttl, now=clock.now)
            return Catalog(cached_sources, cached, storage)

        yield make
