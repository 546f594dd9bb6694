"""The use cases: how things are done, without a request in sight."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass

from limits.storage import MemoryStorage
from pyramid.config import Configurator

from moviecatalog.domain import clock
from moviecatalog.domain.errors import SourceUnavailable
from moviecatalog.plugins.loader import Plugins
from moviecatalog.security.passwords import Passwords
from moviecatalog.security.tokens import Tokens
from moviecatalog.services.accounts import Accounts
from moviecatalog.services.answers import AnswerCache, Lifetimes
from moviecatalog.services.cached_catalog import CachedCatalog
from moviecatalog.services.cached_source import CachedSource
from moviecatalog.services.catalog import Catalog
from moviecatalog.services.favorites import Favorites
from moviecatalog.services.health import HealthCheck
from moviecatalog.services.intake import Intake
from moviecatalog.services.ratings import Ratings
from moviecatalog.services.start import take_in_patiently
from moviecatalog.services.throttle import Throttle
from moviecatalog.settings.core import AuthSettings, CacheSettings, CoreSettings, RateLimitSettings

RENEWAL_THREADS = 2
FETCH_THREADS = 8


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
    executors: tuple[Executor, ...]

    def close(self) -> None:
        """Wait for what is done aside. Before the plugins, which it uses, are closed."""
        for executor in self.executors:
            executor.shutdown()


def build_services(plugins: Plugins, settings: CoreSettings) -> Services:
    """Put the services together, and the sources' whole catalogues into storage.

    Raises SettingsError where the storage can't be worked with.
    """
    storage = plugins.storage
    storage.prepare()
    renewals = ThreadPoolExecutor(RENEWAL_THREADS, thread_name_prefix="renewal")
    fetches = ThreadPoolExecutor(FETCH_THREADS, thread_name_prefix="fetch")
    answers = _answers(plugins, settings.cache, renewals)
    intake = Intake(storage, on_shown_change=answers.invalidate)
    for source in plugins.sources.values():
        take_in_patiently(intake, source)
    sources = tuple(
        CachedSource(name, source, intake, answers, fetches=fetches, search_pages=settings.source.search_pages)
        for name, source in plugins.sources.items()
    )
    cached = CachedCatalog(
        storage, sources, answers, shared=plugins.cache.shared, ttl=settings.cache.ttl, now=clock.now
    )
    tokens = Tokens(settings.auth.secret, settings.auth.access_lifetime, settings.auth.refresh_lifetime)
    throttles = _throttles(settings.rate_limits)
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
        health=HealthCheck(_checks(plugins)),
        throttles=throttles,
        tokens=tokens,
        executors=(renewals, fetches),
    )


def _checks(plugins: Plugins) -> dict[str, Callable[[], None]]:
    """Each part's own check. The sources are one part: it works while one of them does."""

    def check_sources() -> None:
        *others, last = plugins.sources.values()
        for source in others:
            try:
                return source.check()
            except SourceUnavailable:
                continue
        return last.check()

    return {"storage": plugins.storage.check, "cache": plugins.cache.check, "source": check_sources}


def _answers(plugins: Plugins, settings: CacheSettings, renewals: Executor) -> AnswerCache:
    lifetimes = Lifetimes(settings.ttl, settings.renew_ttl, settings.stale_ttl)
    return AnswerCache(plugins.cache.region, lifetimes, plugins.storage.catalogue_id, renewals)


def _passwords(settings: AuthSettings) -> Passwords:
    return Passwords(settings.argon2_memory_kib, settings.argon2_time_cost, settings.argon2_parallelism)


def _throttles(settings: RateLimitSettings) -> Throttles:
    store = MemoryStorage(settings.store)
    return Throttles(
        user=Throttle(store, "user", settings.user),
        anonymous=Throttle(store, "anonymous", settings.anonymous),
        sign_in=Throttle(store, "sign_in", settings.sign_in),
        registration=Throttle(store, "registration", settings.registration),
    )


def includeme(config: Configurator) -> None:
    config.registry.services = build_services(config.registry.plugins, config.registry.core_settings)
