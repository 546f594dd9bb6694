from dogpile.cache.api import NO_VALUE

from moviecatalog.plugins.caches.memory import ENTRY_OVERHEAD_BYTES, LockedLRU, MemoryCache


def test_least_recently_used_entries_go_first():
    entries = LockedLRU(max_bytes=3 * (10 + ENTRY_OVERHEAD_BYTES))
    for key in "abc":
        entries[key] = b"0123456789"
    entries.get("a")
    entries["d"] = b"0123456789"
    assert entries.get("b") is None
    assert entries.get("a") == entries.get("c") == entries.get("d") == b"0123456789"


def test_many_entries_stay_within_the_bound():
    entries = LockedLRU(max_bytes=100_000)
    for number in range(5_000):
        entries[f"key {number}"] = b"x" * 100
    assert entries.size <= 100_000


def test_a_value_larger_than_the_cache_is_not_kept_and_ends_the_old_one():
    cache = MemoryCache(max_bytes=1_000)
    cache.region.set("page", "short")
    cache.region.set("page", "x" * 2_000)
    assert cache.region.get("page") is NO_VALUE


def test_broken_bytes_are_no_value():
    cache = MemoryCache(max_bytes=10_000)
    cache.region.backend._cache["page"] = b'{"ct": 1, "v": 2}|{"items": ['
    assert cache.region.get("page") is NO_VALUE
