"""`CacheContract`: what every cache must keep."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from dogpile.cache.api import NO_VALUE

from moviecatalog.plugins.caches.base import Cache
from moviecatalog.testing.gauges import assert_gauges
from moviecatalog.testing.lacks import lacks

PAGE = {"items": [{"id": 1, "title": "Amélie", "genre_ids": [35, 10749], "release_date": None}], "total": 1}


class CacheContract:
    """Subclass it, and give the fixture `make_cache`; set `keeps` to False for a cache that keeps nothing.

    What `make_cache` returns gives, at each call, a cache as another process of the same installation would
    have it: one that is `shared` sees what the others keep.
    """

    keeps = True

    @pytest.fixture
    def cache(self, make_cache: Callable[[], Cache]) -> Cache:
        return make_cache()

    def test_contract_version_is_todays(self, cache: Cache) -> None:
        assert cache.contract_version == Cache.contract_version

    def test_a_missing_key_has_no_value(self, cache: Cache) -> None:
        assert cache.region.get("moviecatalog:contract:missing") is NO_VALUE

    def test_a_value_comes_back_as_it_went_in(self, cache: Cache) -> None:
        self._need_keeping()
        cache.region.set("moviecatalog:contract:page", PAGE)
        assert cache.region.get("moviecatalog:contract:page") == PAGE

    def test_a_value_says_when_it_was_kept(self, cache: Cache) -> None:
        self._need_keeping()
        cache.region.set("moviecatalog:contract:aged", 1)
        kept = cache.region.get_value_metadata("moviecatalog:contract:aged", ignore_expiration=True)
        assert kept is not None
        assert 0 <= kept.age < 60

    def test_changing_what_came_back_changes_nothing_for_others(self, cache: Cache) -> None:
        self._need_keeping()
        cache.region.set("moviecatalog:contract:shared", {"items": [1]})
        found: Any = cache.region.get("moviecatalog:contract:shared")
        found["items"].append(2)
        assert cache.region.get("moviecatalog:contract:shared") == {"items": [1]}

    def test_a_value_set_again_is_the_new_one(self, cache: Cache) -> None:
        self._need_keeping()
        cache.region.set("moviecatalog:contract:twice", 1)
        cache.region.set("moviecatalog:contract:twice", 2)
        assert cache.region.get("moviecatalog:contract:twice") == 2

    def test_a_deleted_key_has_no_value_and_may_be_deleted_again(self, cache: Cache) -> None:
        cache.region.set("moviecatalog:contract:deleted", 1)
        cache.region.delete("moviecatalog:contract:deleted")
        cache.region.delete("moviecatalog:contract:deleted")
        assert cache.region.get("moviecatalog:contract:deleted") is NO_VALUE

    def test_whoever_watches_a_key_sees_that_another_process_set_it(self, make_cache: Callable[[], Cache]) -> None:
        cache, other = make_cache(), make_cache()
        version = cache.watch("moviecatalog:contract:watched")
        if version is None:
            lacks("a watch")
        seen = [version()]
        assert version() == seen[0]
        for number in range(100):
            other.region.set("moviecatalog:contract:watched", number)
            # As a client would notice it, who is told that something was done, and asks another process.
            other.region.get("moviecatalog:contract:watched")
            assert version() not in seen
            seen.append(version())
        other.region.set("moviecatalog:contract:other", 1)
        assert version() == seen[-1]

    def test_many_threads_do_no_harm(self, cache: Cache) -> None:
        errors: list[BaseException] = []

        def work(name: int) -> None:
            try:
                for number in range(50):
                    cache.region.set(f"moviecatalog:contract:{name}:{number}", {"number": number})
                    found = cache.region.get(f"moviecatalog:contract:{name}:{number}")
                    assert found is NO_VALUE or found == {"number": number}
            except BaseException as error:  # noqa: BLE001  # told to the test's own thread
                errors.append(error)

        threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []

    def test_several_keys_are_read_in_one_go(self, cache: Cache) -> None:
        self._need_keeping()
        cache.region.set("moviecatalog:contract:one", 1)
        cache.region.set("moviecatalog:contract:two", 2)
        keys = ["moviecatalog:contract:two", "moviecatalog:contract:nothing", "moviecatalog:contract:one"]
        found: Any = cache.region.get_multi(keys, ignore_expiration=True)  # type: ignore[no-untyped-call]
        assert found == [2, NO_VALUE, 1]

    def test_what_one_process_keeps_the_others_see(self, make_cache: Callable[[], Cache]) -> None:
        one, other = self._two_processes(make_cache)
        one.region.set("moviecatalog:contract:seen", {"by": "all"})
        assert other.region.get("moviecatalog:contract:seen") == {"by": "all"}
        other.region.delete("moviecatalog:contract:seen")
        assert one.region.get("moviecatalog:contract:seen") is NO_VALUE

    def test_a_lock_is_held_by_one_process_at_a_time(self, make_cache: Callable[[], Cache]) -> None:
        one, other = self._two_processes(make_cache)
        held, wanted = (it.region.backend.get_mutex("moviecatalog:contract:locked") for it in (one, other))
        assert held.acquire(False)
        assert not wanted.acquire(False)
        held.release()
        assert wanted.acquire(False)
        wanted.release()

    def test_a_lock_whose_holder_died_ends_by_itself(self, make_cache: Callable[[], Cache]) -> None:
        one, other = self._two_processes(make_cache)
        one.keep_for(60, lock_seconds=1)
        held = one.region.backend.get_mutex("moviecatalog:contract:left behind")
        assert held.acquire(False)
        wanted = other.region.backend.get_mutex("moviecatalog:contract:left behind")
        deadline = time.monotonic() + 5
        while not wanted.acquire(False):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        # The one that was away for too long must not take it from who has it now.
        held.release()
        assert wanted.locked()
        wanted.release()

    def test_counts_are_those_of_all_processes(self, make_cache: Callable[[], Cache]) -> None:
        one, other = make_cache(), make_cache()
        if one.count("moviecatalog:contract:counted", 60) is None:
            lacks("the cache does not count")
        counts = [cache.count("moviecatalog:contract:counted", 60) for cache in (other, one)]
        assert [count and count.value for count in counts] == [2, 3]
        back = one.count("moviecatalog:contract:counted", 60, -1)
        assert back is not None
        assert back.value == 2
        assert 0 < back.ends - time.time() <= 61

    def test_a_count_ends_with_its_window(self, cache: Cache) -> None:
        if cache.count("moviecatalog:contract:brief", 1) is None:
            lacks("the cache does not count")
        deadline = time.monotonic() + 5
        while (count := cache.count("moviecatalog:contract:brief", 1)) and count.value > 1:
            assert time.monotonic() < deadline
            time.sleep(0.3)

    def test_a_cache_that_works_passes_its_own_check(self, cache: Cache) -> None:
        cache.check()

    def test_its_gauges_can_be_shown(self, cache: Cache) -> None:
        assert_gauges(cache)

    def _two_processes(self, make_cache: Callable[[], Cache]) -> tuple[Cache, Cache]:
        one, other = make_cache(), make_cache()
        if not one.shared:
            lacks("each process has a cache of its own")
        return one, other

    def _need_keeping(self) -> None:
        if not self.keeps:
            lacks("the cache keeps nothing")
