"""The cache that all processes share."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Self

import redis

from moviecatalog.domain.counts import Count
from moviecatalog.domain.errors import Unavailable
from moviecatalog.domain.findings import Finding
from moviecatalog.plugins.caches.base import Cache
from moviecatalog.plugins.caches.redis import backend
from moviecatalog.plugins.caches.redis.watch import KeyWatch
from moviecatalog.plugins.caches.region import json_region
from moviecatalog.redis_diagnosis import diagnose
from moviecatalog.redis_server import RedisServer
from moviecatalog.redis_url import RedisUrl, redis_url
from moviecatalog.settings.reader import setting

DAY = 86_400
LOCK_SECONDS = 5


@dataclass(frozen=True, kw_only=True)
class RedisCacheSettings:
    """Below `moviecatalog.cache.redis`."""

    url: RedisUrl = setting(redis_url, "the URL of a Redis server, sentinel group or cluster", secret=True)


class RedisCache(Cache):
    """Keeps answers in Redis.

        moviecatalog.cache = redis
        moviecatalog.cache.redis.url = redis://localhost:6379/0

    Every key begins with `moviecatalog:` and expires by itself. The server need not be there when the
    application starts.
    """

    Settings = RedisCacheSettings

    shared = True

    def __init__(self, url: RedisUrl) -> None:
        self._server = RedisServer(url)
        self._watches: list[KeyWatch] = []
        self.server = self._server.location
        self.region = json_region(
            backend.NAME, {"server": self._server, "entry_seconds": 2 * DAY, "lock_seconds": LOCK_SECONDS}
        )

    @classmethod
    def from_settings(cls, settings: RedisCacheSettings) -> Self:
        return cls(settings.url)

    def keep_for(self, seconds: int, lock_seconds: int) -> None:
        self.region.actual_backend.entry_seconds = seconds
        self.region.actual_backend.lock_seconds = lock_seconds

    def count(self, key: str, seconds: int, amount: int = 1) -> Count:
        return self._server.count(key, seconds, amount)

    def watch(self, key: str) -> Callable[[], Hashable] | None:
        connect = self._server.connect_apart
        if connect is None:
            return None
        watch = KeyWatch(connect, lambda key: self._server.run(lambda client: client.get(key)), key)
        self._watches.append(watch)
        return watch.version

    def diagnose(self) -> Iterator[Finding]:
        yield from diagnose(self._server)

    def check(self) -> None:
        try:
            self._server.check()
        except (redis.RedisError, OSError) as error:
            raise Unavailable(f"Redis at {self.server} fails ({type(error).__name__})") from error

    def close(self) -> None:
        for watch in self._watches:
            watch.close()
        self._server.close()
