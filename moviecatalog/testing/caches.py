"""`CacheContract`: what every cache must keep."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from dogpile.cache.api import NO_VALUE

from moviecatalog.plugins.caches.base import Cache

PAGE = {"items": [{"id": 1, "title": "Amélie", "genre_ids": [35, 10749], "release_date": None}], "total": 1}


class CacheContract:
    """Subclass it, and give the fixture `cache`; set `keeps` to False for a cache that keeps nothing."""

    keeps = True

    def test_contract_version_is_todays(self, cache: Cache) -> None:
        assert cache.contract_version == Cache.contract_version

    def test_a_missing_key_has_no_value(self, cache: Cache) -> None:
        assert cache.region.get("contract:missing") is NO_VALUE

    def test_a_value_comes_back_as_it_went_in(self, cache: Cache) -> None:
        self._need_keeping()
        cache.region.set("contract:page", PAGE)
        assert cache.region.get("contract:page") == PAGE

    def test_a_value_says_when_it_was_kept(self, cache: Cache) -> None:
        self._need_keeping()
        cache.region.set("contract:aged", 1)
        kept = cache.region.get_value_metadata("contract:aged", ignore_expiration=True)
        assert kept is not None
        assert 0 <= kept.age < 60

    def test_changing_what_came_back_changes_nothing_for_others(self, cache: Cache) -> None:
        self._need_keeping()
        cache.region.set("contract:shared", {"items": [1]})
        found: Any = cache.region.get("contract:shared")
        found["items"].append(2)
        assert cache.region.get("contract:shared") == {"items": [1]}

    def test_a_value_set_again_is_the_new_one(self, cache: Cache) -> None:
        self._need_keeping()
        cache.region.set("contract:twice", 1)
        cache.region.set("contract:twice", 2)
        assert cache.region.get("contract:twice") == 2

    def test_a_deleted_key_has_no_value_and_may_be_deleted_again(self, cache: Cache) -> None:
        cache.region.set("contract:deleted", 1)
        cache.region.delete("contract:deleted")
        cache.region.delete("contract:deleted")
        assert cache.region.get("contract:deleted") is NO_VALUE

    def test_many_threads_do_no_harm(self, cache: Cache) -> None:
        errors: list[BaseException] = []

        def work(name: int) -> None:
            try:
                for number in range(200):
                    cache.region.set(f"contract:{name}:{number}", {"number": number})
                    found = cache.region.get(f"contract:{name}:{number}")
                    assert found is NO_VALUE or found == {"number": number}
            except BaseException as error:  # noqa: BLE001  # told to the test's own thread
                errors.append(error)

        threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []

    def test_a_cache_that_works_passes_its_own_check(self, cache: Cache) -> None:
        cache.check()

    def _need_keeping(self) -> None:
        if not self.keeps:
            pytest.skip("the cache keeps nothing")
