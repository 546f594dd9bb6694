"""Redis as dogpile sees it.

dogpile's own backend connects to a cluster, and fails, before there is a region; its locks have keys without our
prefix, and a release that came too late is an error there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from dogpile.cache import register_backend
from dogpile.cache.api import NO_VALUE, BytesBackend, CacheMutex, SerializedReturnType
from redis.exceptions import LockNotOwnedError

from moviecatalog.redis_server import RedisServer

NAME = "moviecatalog.redis"


class ServerBackend(BytesBackend):
    """Keeps bytes on the RedisServer that is the argument `server`. Errors are redis-py's."""

    def __init__(self, arguments: dict[str, Any]) -> None:
        self._server: RedisServer = arguments["server"]
        self.entry_seconds: int = arguments["entry_seconds"]
        self.lock_seconds: int = arguments["lock_seconds"]

    def get_serialized(self, key: str) -> SerializedReturnType:
        return _found(self._server.client.get(key))

    def get_serialized_multi(self, keys: Iterable[str]) -> list[SerializedReturnType]:
        return [_found(value) for value in self._server.get_many(keys)]

    def set_serialized(self, key: str, value: bytes) -> None:
        self._server.client.set(key, value, ex=self.entry_seconds)

    def set_serialized_multi(self, mapping: Mapping[str, bytes]) -> None:
        for key, value in mapping.items():
            self.set_serialized(key, value)

    def delete(self, key: str) -> None:
        self._server.client.delete(key)

    def delete_multi(self, keys: Iterable[str]) -> None:
        for key in keys:
            self.delete(key)

    def get_mutex(self, key: str) -> CacheMutex:
        return _Lock(self._server.client.lock(f"{key}:lock", timeout=self.lock_seconds, thread_local=False))


class _Lock(CacheMutex):
    """redis-py's lock, which ends by itself where its holder died."""

    def __init__(self, lock: Any) -> None:
        self._lock = lock

    def acquire(self, wait: bool = True) -> bool:
        return bool(self._lock.acquire(blocking=wait))

    def release(self) -> None:
        # It may have ended by itself and be another's by now: nothing is left to be done then.
        with suppress(LockNotOwnedError):
            self._lock.release()

    def locked(self) -> bool:
        return bool(self._lock.locked())


def _found(value: bytes | None) -> SerializedReturnType:
    return NO_VALUE if value is None else value


register_backend(NAME, __name__, ServerBackend.__name__)  # type: ignore[no-untyped-call]
