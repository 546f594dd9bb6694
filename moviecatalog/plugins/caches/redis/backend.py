"""Redis as dogpile sees it.

dogpile's own backend connects to a cluster, and fails, before there is a region; its locks have keys without our
prefix, and a release that came too late is an error there.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from dogpile.cache import register_backend
from dogpile.cache.api import NO_VALUE, BytesBackend, CacheMutex, SerializedReturnType
from redis.exceptions import LockNotOwnedError

from moviecatalog.redis_server import RedisServer

NAME = "moviecatalog.redis"

POLL_SECONDS = 0.05


class ServerBackend(BytesBackend):
    """Keeps bytes on the RedisServer that is the argument `server`. Errors are redis-py's."""

    def __init__(self, arguments: dict[str, Any]) -> None:
        self._server: RedisServer = arguments["server"]
        self.entry_seconds: int = arguments["entry_seconds"]
        self.lock_seconds: int = arguments["lock_seconds"]

    def get_serialized(self, key: str) -> SerializedReturnType:
        return _found(self._server.run(lambda client: client.get(key)))

    def get_serialized_multi(self, keys: Iterable[str]) -> list[SerializedReturnType]:
        return [_found(value) for value in self._server.get_many(keys)]

    def set_serialized(self, key: str, value: bytes) -> None:
        self._server.run(lambda client: client.set(key, value, ex=self.entry_seconds))

    def set_serialized_multi(self, mapping: Mapping[str, bytes]) -> None:
        for key, value in mapping.items():
            self.set_serialized(key, value)

    def delete(self, key: str) -> None:
        self._server.run(lambda client: client.delete(key))

    def delete_multi(self, keys: Iterable[str]) -> None:
        for key in keys:
            self.delete(key)

    def get_mutex(self, key: str) -> CacheMutex:
        return _Lock(self._server, f"{key}:lock", self.lock_seconds)


class _Lock(CacheMutex):
    """redis-py's lock, which ends by itself where its holder died."""

    def __init__(self, server: RedisServer, key: str, seconds: int) -> None:
        self._server = server
        self._lock: Any = server.run(lambda client: client.lock(key, timeout=seconds, thread_local=False))

    def acquire(self, wait: bool = True) -> bool:
        while not self._server.run(lambda _client: self._lock.acquire(blocking=False)):
            if not wait:
                return False
            time.sleep(POLL_SECONDS)
        return True

    def release(self) -> None:
        # It may have ended by itself and be another's by now: nothing is left to be done then.
        with suppress(LockNotOwnedError):
            self._server.run(lambda _client: self._lock.release())

    def locked(self) -> bool:
        return bool(self._server.run(lambda _client: self._lock.locked()))


def _found(value: bytes | None) -> SerializedReturnType:
    return NO_VALUE if value is None else value


register_backend(NAME, __name__, ServerBackend.__name__)  # type: ignore[no-untyped-call]
