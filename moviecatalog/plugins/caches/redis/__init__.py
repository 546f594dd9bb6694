"""`moviecatalog.cache = redis`: one cache for all processes."""

from __future__ import annotations

from pyramid.config import Configurator

from moviecatalog.plugins.caches.redis.cache import RedisCache


def includeme(config: Configurator) -> None:
    config.add_cache("redis", RedisCache.from_settings)
