"""What is to be said of a Redis that is chosen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import redis

from moviecatalog.domain import clock, findings
from moviecatalog.domain.findings import Finding
from moviecatalog.redis_server import RedisServer

OLDEST = (6, 2)

REMEDIES: tuple[tuple[type[Exception], str], ...] = (
    (redis.AuthenticationError, "put the right user and password into its URL"),
    (redis.TimeoutError, "see why it doesn't answer, and whether a firewall stands between"),
    (redis.ConnectionError, "start it, or mend its URL"),
)


def diagnose(server: RedisServer) -> Iterator[Finding]:
    """Where it works, its version, how it makes room, and its clock."""
    try:
        told: dict[str, Any] = server.run(lambda client: client.info())
        seconds, microseconds = server.run(lambda client: client.time())
    except (redis.RedisError, OSError) as error:
        remedy = next((it for kind, it in REMEDIES if isinstance(error, kind)), "let its user run INFO and TIME")
        yield findings.problem(f"Redis at {server.location} fails ({type(error).__name__})", remedy)
        return
    # A cluster tells these of each of its nodes.
    told = told if "redis_version" in told else next(iter(told.values()))
    version = str(told["redis_version"])
    if tuple(map(int, version.split(".")[:2])) < OLDEST:
        yield findings.warning(
            f"Redis {version} at {server.location} is older than what this was tried with",
            f"take {'.'.join(map(str, OLDEST))} or later",
        )
    else:
        yield findings.ok(f"Redis {version} at {server.location} answers")
    if told.get("maxmemory", 0) and told.get("maxmemory_policy") == "noeviction":
        yield findings.warning(
            f"Redis at {server.location} refuses writes once it is full", "set its maxmemory-policy to allkeys-lru"
        )
    theirs = dt.datetime.fromtimestamp(seconds + microseconds / 1_000_000, dt.UTC)
    yield findings.compared_clocks(f"Redis at {server.location}", theirs, clock.exact_now())
