"""The URLs of Redis.

    redis://[user:password@]host[:port][/database]      rediss:// the same over TLS
    unix://[user:password@]/path/to.sock[?db=database]
    redis+sentinel://[user:password@]host[:port][,host[:port]…]/service[/database]
    redis+cluster://[user:password@]host[:port][,host[:port]…]

Options of redis-py's own URLs (`?ssl_ca_certs=…`) may follow those of the first line and the second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import redis

SENTINEL_PORT, REDIS_PORT = 26379, 6379

ADVICE = (
    "it must be redis://host:6379/0, rediss://…, unix:///path/to.sock, "
    "redis+sentinel://host:26379,host:26379/service or redis+cluster://host:6379,host:6379"
)


@dataclass(frozen=True)
class RedisUrl:
    """A URL that was found to be sound. Its text may hold a password; `location` doesn't."""

    text: str
    scheme: str
    nodes: tuple[tuple[str, int], ...]
    service: str
    database: int
    username: str | None
    password: str | None

    def __repr__(self) -> str:
        return f"RedisUrl({self.location!r})"

    @property
    def location(self) -> str:
        """Where the server is, for logs, and for telling servers apart."""
        where = ",".join(f"{host}:{port}" for host, port in self.nodes) or urlsplit(self.text).path
        return "/".join(part for part in (f"{self.scheme}://{where}", self.service, str(self.database)) if part)


def redis_url(value: str) -> RedisUrl:
    """Raises ValueError, with a message that says what would be right."""
    scheme, _, rest = value.partition("://")
    try:
        match scheme:
            case "redis" | "rediss" | "unix":
                return _of_one(value)
            case "redis+sentinel":
                nodes, _, path = rest.partition("/")
                service, _, database_text = path.strip("/").partition("/")
                if not service or "?" in path:
                    raise ValueError
                return _of_several(value, nodes, SENTINEL_PORT, service, int(database_text or 0))
            case "redis+cluster":
                return _of_several(value, rest.removesuffix("/"), REDIS_PORT, "", 0)
    except (TypeError, ValueError):
        # TypeError is what redis-py raises for an option that it doesn't know.
        pass
    raise ValueError(ADVICE)


def _of_one(value: str) -> RedisUrl:
    parts = urlsplit(value)
    # Made, and not connected, for what it says of the options.
    connection: Any = redis.ConnectionPool.from_url(value).make_connection()
    nodes = ((connection.host, connection.port),) if parts.scheme != "unix" else ()
    if not nodes and not connection.path:
        raise ValueError
    if nodes and parts.path.strip("/"):
        # redis-py takes a database that is no number for none.
        int(parts.path.strip("/"))
    return RedisUrl(value, parts.scheme, nodes, "", connection.db, parts.username, parts.password)


def _of_several(value: str, location: str, default_port: int, service: str, database: int) -> RedisUrl:
    """`location` is what stands where other URLs have one host; urlsplit takes none that has a bracket further on."""
    credentials, _, hosts = location.rpartition("@")
    username, _, password = credentials.partition(":")
    nodes = []
    for host in hosts.split(","):
        # One host as a network location of its own, so that [::1]:6379 is read as everywhere.
        node = urlsplit(f"//{host}")
        if not node.hostname or node.netloc != host:
            raise ValueError
        nodes.append((node.hostname, node.port or default_port))
    return RedisUrl(
        value,
        value.partition("://")[0],
        tuple(nodes),
        service,
        database,
        unquote(username) or None,
        unquote(password) or None,
    )
