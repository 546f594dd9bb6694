"""Every setting that is not a plugin's own, with its default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import limits

from moviecatalog.settings import parsers
from moviecatalog.settings.reader import SettingsReader, setting

if TYPE_CHECKING:
    from moviecatalog.redis_url import RedisUrl

DAY = 86_400


@dataclass(frozen=True, kw_only=True)
class PluginChoice:
    """`moviecatalog.source`, `.cache`, `.storage`, `.includes`: what is plugged in."""

    source: tuple[str, ...] = setting(parsers.names, "the movie source's name", default=("sample",))
    cache: tuple[str, ...] = setting(parsers.names, "the cache's name", default=("memory",))
    storage: tuple[str, ...] = setting(parsers.names, "the storage's name", default=("sqlalchemy",))
    includes: tuple[str, ...] = setting(parsers.names, "further Pyramid includables", default=())


@dataclass(frozen=True, kw_only=True)
class AuthSettings:
    """Below `moviecatalog.auth`."""

    secret: tuple[str, ...] = setting(
        parsers.secrets,
        "the secret that signs tokens, 64 bytes or more; of several, separated by white space, "
        "the first signs and all verify",
        secret=True,
    )
    argon2_memory_kib: int = setting(
        parsers.integer(8, 4_194_304), "memory of one password hash, in KiB", default=19_456, name="argon2.memory_kib"
    )
    argon2_time_cost: int = setting(
        parsers.integer(1, 1_000), "passes of one password hash", default=2, name="argon2.time_cost"
    )
    argon2_parallelism: int = setting(
        parsers.integer(1, 255), "lanes of one password hash", default=1, name="argon2.parallelism"
    )
    access_lifetime: int = setting(parsers.integer(1, 366 * DAY), "seconds that an access token lives", default=3_600)
    refresh_lifetime: int = setting(
        parsers.integer(1, 3_660 * DAY), "seconds that a refresh token lives", default=7 * DAY
    )
    rotate_refresh_tokens: bool = setting(
        parsers.boolean, "whether a refresh token is good for one use, which gives the next one", default=False
    )
    registration: str = setting(parsers.choice("open", "closed"), "whether anybody may make an account", default="open")


@dataclass(frozen=True, kw_only=True)
class SourceSettings:
    """Below `moviecatalog.source`, whatever the source."""

    search_pages: int = setting(
        parsers.integer(1, 500), "the source's pages that are stored before a search with filters", default=5
    )


@dataclass(frozen=True, kw_only=True)
class CacheSettings:
    """Below `moviecatalog.cache`: lifetimes, whatever the cache."""

    ttl: int = setting(parsers.integer(1, 366 * DAY), "seconds for which a cached answer is fresh", default=900)
    renew_ttl: int = setting(
        parsers.integer(0, DAY),
        "seconds past the ttl in which the old answer is served at once while one caller renews it",
        default=60,
    )
    stale_ttl: int = setting(
        parsers.integer(0, 366 * DAY), "seconds for which an answer may be served while the source fails", default=DAY
    )


@dataclass(frozen=True, kw_only=True)
class RateLimitSettings:
    """Below `moviecatalog.ratelimit`; a rate of None switches that limit off."""

    user: limits.RateLimitItem | None = setting(
        parsers.rate, "requests of a signed-in user", default=limits.parse("1000 per hour")
    )
    anonymous: limits.RateLimitItem | None = setting(
        parsers.rate, "requests of an anonymous client address", default=limits.parse("100 per hour")
    )
    sign_in: limits.RateLimitItem | None = setting(
        parsers.rate,
        "failed sign-ins, for an address and for an account each",
        default=limits.parse("10 per 5 minutes"),
    )
    registration: limits.RateLimitItem | None = setting(
        parsers.rate, "registrations from one client address", default=limits.parse("20 per hour")
    )
    store: RedisUrl | None = setting(
        parsers.counter_store,
        "where counters are kept: memory:// (in each process for itself), or a Redis URL",
        default=None,
        secret=True,
    )


@dataclass(frozen=True, kw_only=True)
class HttpSettings:
    """`moviecatalog.public_url` and the others that shape requests and answers."""

    public_url: str | None = setting(
        parsers.origin, "what next and previous start with; unset, the request's own host", default=None
    )
    image_base_url: str = setting(
        parsers.url_prefix, "what the URLs of pictures start with", default="https://image.tmdb.org/t/p/"
    )
    trusted_proxies: tuple[parsers.Network, ...] = setting(
        parsers.networks, "proxies whose X-Forwarded-* headers are believed", default=()
    )
    cors_origins: tuple[str, ...] = setting(parsers.origins, "origins whose scripts may read answers", default=())
    max_body_bytes: int = setting(parsers.integer(1), "the largest body that a request may have", default=65_536)
    hot_path: bool = setting(
        parsers.boolean,
        "whether each process keeps finished answers, and gives them again by a short way",
        default=True,
    )
    metrics: bool = setting(parsers.boolean, "whether /metrics tells figures to Prometheus", default=False)


@dataclass(frozen=True, kw_only=True)
class LogSettings:
    """Below `moviecatalog.log`."""

    format: str = setting(parsers.choice("text", "json"), "the form of log lines", default="text")


@dataclass(frozen=True, kw_only=True)
class CoreSettings:
    plugins: PluginChoice
    auth: AuthSettings
    source: SourceSettings
    cache: CacheSettings
    rate_limits: RateLimitSettings
    http: HttpSettings
    log: LogSettings

    @classmethod
    def read(cls, reader: SettingsReader) -> CoreSettings:
        """Read all of them; problems stay with the reader until its `finish`."""
        return cls(
            plugins=reader.read(PluginChoice, "moviecatalog"),
            auth=reader.read(AuthSettings, "moviecatalog.auth"),
            source=reader.read(SourceSettings, "moviecatalog.source"),
            cache=reader.read(CacheSettings, "moviecatalog.cache"),
            rate_limits=reader.read(RateLimitSettings, "moviecatalog.ratelimit"),
            http=reader.read(HttpSettings, "moviecatalog"),
            log=reader.read(LogSettings, "moviecatalog.log"),
        )
