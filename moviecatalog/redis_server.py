"""A Redis server, sentinel group or cluster, of which nobody waits for long."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel

from moviecatalog.domain.counts import Count
from moviecatalog.redis_connections import RedisConnections
from moviecatalog.redis_url import RedisUrl

T = TypeVar("T")

TIMEOUT = 0.2
"""In seconds. A server on the same network answers in a hundredth of it; who waits is a user."""

NODE_TIMEOUT = 0.1
"""Of each node of several."""

DEADLINE = 0.25
"""In seconds, for all nodes together."""

THREADS = 8

COUNT = """
redis.call('SET', KEYS[1], 0, 'EX', ARGV[1], 'NX')
return {redis.call('INCRBY', KEYS[1], ARGV[2]), redis.call('PTTL', KEYS[1])}
"""
"""Opens the window where there is none, and counts; returns the count, and for how many milliseconds it goes on."""

COUNT_DIGEST = hashlib.sha1(COUNT.encode(), usedforsecurity=False).hexdigest()
"""By which a server knows a script that it has run before."""

SEVERAL = ("redis+sentinel", "redis+cluster")


class RedisServer:
    """A client made at its first use, since that of a cluster connects when it is made.

    Every call ends within 0.3 seconds, and nothing is tried twice: redis-py's own retries would keep a
    request waiting for up to 15 seconds. Errors are redis-py's.
    """

    def __init__(self, url: RedisUrl) -> None:
        self.location = url.location
        self._url = url
        self._client: Any = None
        self._connections = RedisConnections(self._made_connection)
        self._lock = threading.Lock()
        self._threads_lock = threading.Lock()
        self._threads: ThreadPoolExecutor | None = None
        self._process = 0

    def run(self, use: Callable[[Any], T]) -> T:
        """What `use` makes of the client, in time. Raises redis.RedisError."""
        if self._url.scheme not in SEVERAL:
            return use(self._connected())
        # redis-py asks the nodes of several one after another, for each the time-out anew.
        future = self._aside().submit(lambda: use(self._connected()))
        try:
            return future.result(DEADLINE)
        except TimeoutError:
            future.cancel()
            raise redis.TimeoutError(f"no answer within {DEADLINE} s") from None

    def _aside(self) -> ThreadPoolExecutor:
        # Not the client's lock, which somebody holds for as long as a cluster can't be reached.
        with self._threads_lock:
            if self._threads is None or self._process != os.getpid():
                # A server that forks its workers leaves the threads behind.
                self._threads, self._process = ThreadPoolExecutor(THREADS, "redis"), os.getpid()
            return self._threads

    def _connected(self) -> Any:
        if self._client is None:
            with self._lock:
                if self._client is None:
                    self._client = _connect(self._url)
        return self._client

    @property
    def _is_cluster(self) -> bool:
        return self._url.scheme == "redis+cluster"

    def get_many(self, keys: Iterable[str]) -> list[bytes | None]:
        """The keys' values; one round trip, on a cluster one a node."""
        # A cluster's MGET takes keys of one slot only.
        return self.run(lambda client: client.mget_nonatomic(keys) if self._is_cluster else client.mget(keys))

    def count(self, key: str, seconds: int, amount: int = 1) -> Count:
        """Add to a counter that ends `seconds` after its first event; one round trip."""
        if self._url.scheme in SEVERAL:
            value, milliseconds = self.run(lambda client: client.eval(COUNT, 1, key, seconds, amount))
        else:
            value, milliseconds = self._counted(key, seconds, amount)
        return Count(value, time.time() + max(0, milliseconds) / 1000)

    def _made_connection(self) -> Any:
        return self._connected().connection_pool.make_connection()

    def _counted(self, *arguments: str | int) -> Any:
        def count(connection: Any) -> Any:
            try:
                return _asked(connection, "EVALSHA", COUNT_DIGEST, 1, *arguments)
            except redis.exceptions.NoScriptError:
                return _asked(connection, "EVAL", COUNT, 1, *arguments)

        return self._connections.use(count)

    @property
    def connect_apart(self) -> Callable[[], Any] | None:
        """Makes a connection that is nobody else's, and speaks RESP3; None for a cluster.

        That would be one to each node, and to another one when keys move.
        """
        return None if self._is_cluster else self._apart

    def _apart(self) -> Any:
        connection = _connect(self._url, protocol=3).connection_pool.make_connection()
        self.run(lambda _client: connection.connect())
        return connection

    def check(self) -> None:
        """Raises redis.RedisError where it doesn't work."""
        self.run(lambda client: client.ping())

    def close(self) -> None:
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
        self._connections.close()
        if self._client is not None:
            self._client.close()


def _asked(connection: Any, *command: str | int) -> Any:
    connection.send_packed_command(connection.pack_command(*command))
    return connection.read_response()


def _connect(url: RedisUrl, **more: Any) -> Any:
    if url.scheme == "redis+sentinel":
        return _master(url, **more)
    if url.scheme == "redis+cluster":
        nodes = [redis.cluster.ClusterNode(host, port) for host, port in url.nodes]
        options = _options(NODE_TIMEOUT) | _credentials(url)
        return redis.RedisCluster(startup_nodes=nodes, dynamic_startup_nodes=False, **options)
    return redis.Redis.from_url(url.text, **_options(TIMEOUT), **more)


def _master(url: RedisUrl, **more: Any) -> Any:
    sentinels = Sentinel(list(url.nodes), sentinel_kwargs=_options(NODE_TIMEOUT))
    options = _options(TIMEOUT) | _credentials(url) | more
    return sentinels.master_for(url.service, db=url.database, **options)


def _options(timeout: float) -> dict[str, Any]:
    return {"socket_timeout": timeout, "socket_connect_timeout": timeout, "retry": Retry(NoBackoff(), 0)}


def _credentials(url: RedisUrl) -> dict[str, Any]:
    return {"username": url.username, "password": url.password}
