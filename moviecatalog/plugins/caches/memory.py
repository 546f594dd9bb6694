"""`moviecatalog.cache = memory`: bounded, in the process."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any, Self

import cachetools
from pyramid.config import Configurator

from moviecatalog.plugins.caches.base import Cache
from moviecatalog.plugins.caches.region import json_region
from moviecatalog.settings import parsers
from moviecatalog.settings.reader import setting

ENTRY_OVERHEAD_BYTES = 300
"""What an entry costs beside its value: key, dictionary slots, list node; rounded up."""


@dataclass(frozen=True, kw_only=True)
class MemoryCacheSettings:
    """Below `moviecatalog.cache.memory`."""

    max_bytes: int = setting(parsers.integer(1), "the most memory that entries may take, in bytes", default=33_554_432)


class LockedLRU:
    """The part of a dict that dogpile's memory backend uses: least recently used entries go first.

    A bare `cachetools.LRUCache` corrupts its order under threads, so every access takes a lock.
    A value larger than the whole cache is not kept.
    """

    def __init__(self, max_bytes: int) -> None:
        self._entries: cachetools.LRUCache[str, bytes] = cachetools.LRUCache(
            max_bytes, getsizeof=lambda value: len(value) + ENTRY_OVERHEAD_BYTES
        )
        self._lock = threading.Lock()

    def get(self, key: str, default: Any = None) -> Any:
        with self._lock:
            return self._entries.get(key, default)

    def __setitem__(self, key: str, value: bytes) -> None:
        with self._lock:
            if self._entries.getsizeof(value) <= self._entries.maxsize:
                self._entries[key] = value
            else:
                self._entries.pop(key, None)

    def pop(self, key: str, default: Any = None) -> Any:
        with self._lock:
            return self._entries.pop(key, default)

    @property
    def size(self) -> float:
        """Bytes taken now."""
        return self._entries.currsize


class MemoryCache(Cache):
    """Keeps answers in the process, up to a number of bytes.

        moviecatalog.cache = memory
        moviecatalog.cache.memory.max_bytes = 33554432

    Other processes don't see its entries.
    """

    Settings = MemoryCacheSettings

    def __init__(self, max_bytes: int) -> None:
        self.region = json_region("dogpile.cache.memory", {"cache_dict": LockedLRU(max_bytes)})

    @classmethod
    def from_settings(cls, settings: MemoryCacheSettings) -> Self:
        return cls(settings.max_bytes)

    def check(self) -> None:
        pass


def includeme(config: Configurator) -> None:
    config.add_cache("memory", MemoryCache.from_settings)
