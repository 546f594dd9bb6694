"""The use cases: how things are done, without a request in sight."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from limits import RateLimitItem
from pyramid.config import Configurator

from moviecatalog.domain import clock
from moviecatalog.plugins.loader import Plugins
from moviecatalog.security.passwords import Passwords
from moviecatalog.security.tokens import Tokens
from moviecatalog.services.accounts import Accounts
from moviecatalog.services.answers import AnswerCache, Lifetimes
from moviecatalog.services.cached_catalog import CachedCatalog
from moviecatalog.services.cached_source import CachedSource
from moviecatalog.services.catalog import Catalog
from moviecatalog.services.counters import Counters, LocalCounters, SharedCounters
from moviecatalog.services.favorites import Favorites
from moviecatalog.services.health import HealthCheck, check_sources
from moviecatalog.services.hold_off import HoldOffs
from moviecatalog.services.intake import Intake
from moviecatalog.services.pacing import Pace
from moviecatalog.services.ratings import Ratings
from moviecatalog.services.start import take_in_patiently
from moviecatalog.services.steady_cache import SteadyCache
from moviecatalog.services.threads import Threads
from moviecatalog.services.throttle import Throttle
from moviecatalog.settings.core import AuthSettings, CacheSettings, CoreSettings, RateLimitSettings, SourceSettings

if TYPE_CHECKING:
    from moviecatalog.redis_url import RedisUrl

RENEWAL_THREADS = 4
FETCH_THREADS = 8

LOCK_MARGIN = 2
"""In seconds past a source's time-out: for storing what it said."""


@dataclass(frozen=True)
class Throttles:
    user: Throttle
    anonymous: Throttle
    sign_in: Throttle
    registration: Throttle


@dataclass(frozen=True)
class Services:
    """One of each for the whole process; all of them may be used from several threads."""

    catalog: Catalog
    favorites: Favorites
    ratings: Ratings
    accounts: Accounts
    health: HealthCheck
    throttles: Throttles
    tokens: Tokens
    answers: AnswerCache
    resources: ExitStack

    def close(self) -> None:
        """Wait for what is being done aside. Before the plugins, which it uses, are closed."""
        self.resources.close()


def build_services(plugins: Plugins, settings: CoreSettings) -> Services:
    """Put the services together, and the sources' whole catalogues into storage.

    Raises SettingsError where the storage can't be worked with.
    """
    storage = plugins.storage
    storage.prepare()
    resources = ExitStack()
    renewals = _threads("renewal", RENEWAL_THREADS, resources)
    fetches = _threads("fetch", FETCH_THREADS, resources)
    hold_offs = HoldOffs(renewals)
    answers = _answers(plugins, settings.cache, hold_offs, renewals)
    sources = _sources(plugins, settings.source, answers, fetches)
    _pace(plugins, hold_offs)
    cached = CachedCatalog(
        storage, sources, answers, shared=plugins.cache.shared, ttl=settings.cache.ttl, now=clock.now
    )
    tokens = Tokens(settings.auth.secret, settings.auth.access_lifetime, settings.auth.refresh_lifetime)
    throttles = _throttles(settings.rate_limits, storage.catalogue_id, hold_offs, resources)
    checks = _checks(plugins)
    return Services(
        catalog=Catalog(sources, cached, storage),
        favorites=Favorites(storage),
        ratings=Ratings(storage),
        accounts=Accounts(
            storage,
            _passwords(settings.auth),
            tokens,
            sign_ins=throttles.sign_in,
            registrations=throttles.registration,
        ),
        health=HealthCheck(checks, _threads("health", len(checks), resources)),
        throttles=throttles,
        tokens=tokens,
        answers=answers,
        resources=resources,
    )


def _threads(name: str, count: int, resources: ExitStack) -> Threads:
    threads = Threads(count, name)
    resources.callback(threads.shutdown, cancel_futures=True)
    return threads


def _answers(plugins: Plugins, settings: CacheSettings, hold_offs: HoldOffs, renewals: Executor) -> AnswerCache:
    patience = math.ceil(max(source.timeout for source in plugins.sources.values())) + LOCK_MARGIN
    lifetimes = Lifetimes(settings.ttl, settings.renew_ttl, settings.stale_ttl, patience)
    plugins.cache.keep_for(settings.ttl + max(settings.renew_ttl, settings.stale_ttl), patience)
    cache = SteadyCache(plugins.cache, hold_offs.of(plugins.cache.server or "the cache"))
    return AnswerCache(cache, lifetimes, plugins.storage.catalogue_id, renewals)


def _sources(
    plugins: Plugins, settings: SourceSettings, answers: AnswerCache, fetches: Executor
) -> tuple[CachedSource, ...]:
    """Each with the cache before it, and with what it has whole in storage."""
    sources: list[CachedSource] = []
    id_spaces: set[str] = set()
    for name, source in plugins.sources.items():
        intake = Intake(plugins.storage, answers.invalidate, adds_only=source.namespace in id_spaces)
        take_in_patiently(intake, name, source)
        sources.append(CachedSource(name, source, intake, answers, fetches=fetches, search_pages=settings.search_pages))
        id_spaces.add(source.namespace)
    return tuple(sources)


def _pace(plugins: Plugins, hold_offs: HoldOffs) -> None:
    counters = SharedCounters(plugins.cache.count, hold_offs.of(plugins.cache.server or "the cache"))
    for name, source in plugins.sources.items():
        if source.requests_per_second is not None:
            source.take_turns(Pace(name, source.requests_per_second, counters).wait)


def _checks(plugins: Plugins) -> dict[str, Callable[[], None]]:
    """Each part's own check. The sources are one part."""
    return {
        "storage": plugins.storage.check,
        "cache": plugins.cache.check,
        "source": lambda: check_sources(plugins.sources.values()),
    }


def _passwords(settings: AuthSettings) -> Passwords:
    return Passwords(settings.argon2_memory_kib, settings.argon2_time_cost, settings.argon2_parallelism)


def _throttles(settings: RateLimitSettings, catalogue_id: str, hold_offs: HoldOffs, resources: ExitStack) -> Throttles:
    counters = _counters(settings.store, hold_offs, resources)

    def throttle(name: str, rate: RateLimitItem | None) -> Throttle:
        # Several catalogues may count on one server.
        return Throttle(counters, f"{catalogue_id} {name}", rate)

    return Throttles(
        user=throttle("user", settings.user),
        anonymous=throttle("anonymous", settings.anonymous),
        sign_in=throttle("sign_in", settings.sign_in),
        registration=throttle("registration", settings.registration),
    )


def _counters(url: RedisUrl | None, hold_offs: HoldOffs, resources: ExitStack) -> Counters:
    if url is None:
        return LocalCounters()
    # Only where it is chosen: everything else works without the package.
    from moviecatalog.redis_server import RedisServer  # noqa: PLC0415

    server = RedisServer(url)
    resources.callback(server.close)
    hold_off = hold_offs.of(server.location)
    hold_off.looks_by(server.check)
    return SharedCounters(server.count, hold_off)


def includeme(config: Configurator) -> None:
    config.registry.services = build_services(config.registry.plugins, config.registry.core_settings)
