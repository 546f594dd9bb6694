"""The use cases: how things are done, without a request in sight."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

from pyramid.config import Configurator

from moviecatalog.domain import clock
from moviecatalog.metrics.meters import Meters
from moviecatalog.plugins.loader import Plugins
from moviecatalog.security.passwords import Passwords
from moviecatalog.security.tokens import Tokens
from moviecatalog.services.accounts import Accounts
from moviecatalog.services.answers import AnswerCache, Lifetimes
from moviecatalog.services.authentication import Authentication
from moviecatalog.services.cached_catalog import CachedCatalog
from moviecatalog.services.cached_source import CachedSource
from moviecatalog.services.catalog import Catalog
from moviecatalog.services.counters import SharedCounters
from moviecatalog.services.favorites import Favorites
from moviecatalog.services.health import HealthCheck, check_sources
from moviecatalog.services.hold_off import HoldOffs
from moviecatalog.services.intake import Intake
from moviecatalog.services.opening import Opening
from moviecatalog.services.pacing import Pace
from moviecatalog.services.password_check import PasswordCheck
from moviecatalog.services.ratings import Ratings
from moviecatalog.services.start import take_in_patiently
from moviecatalog.services.steady_cache import SteadyCache
from moviecatalog.services.threads import Threads
from moviecatalog.services.throttles import Throttles, build_throttles
from moviecatalog.settings.core import AuthSettings, CacheSettings, CoreSettings, SourceSettings

RENEWAL_THREADS = 4
FETCH_THREADS = 8

LOCK_MARGIN = 2
"""In seconds past a source's time-out: for storing what it said."""


@dataclass(frozen=True)
class Services:
    """One of each for the whole process; all of them may be used from several threads."""

    catalog: Catalog
    favorites: Favorites
    ratings: Ratings
    accounts: Accounts
    authentication: Authentication
    health: HealthCheck
    opening: Opening
    throttles: Throttles
    tokens: Tokens
    answers: AnswerCache
    resources: ExitStack

    def close(self) -> None:
        """Wait for what is being done aside. Before the plugins, which it uses, are closed."""
        self.resources.close()


def build_services(plugins: Plugins, settings: CoreSettings, meters: Meters) -> Services:
    """Put the services together, and the sources' whole catalogues into storage.

    Where the storage is away that is done as soon as it is back. Raises SettingsError where somebody must see to it.
    """
    storage = plugins.storage

    def catalogue_id() -> str:
        return storage.catalogue_id

    resources = ExitStack()
    renewals = _threads("renewal", RENEWAL_THREADS, resources)
    fetches = _threads("fetch", FETCH_THREADS, resources)
    hold_offs = HoldOffs(renewals)
    answers = _answers(plugins, settings.cache, catalogue_id, hold_offs, renewals, meters=meters)
    intakes = _intakes(plugins, answers)
    sources = _sources(plugins, settings.source, intakes, answers, fetches, meters=meters)
    _pace(plugins, hold_offs)
    cached = CachedCatalog(
        storage, sources, answers, shared=plugins.cache.shared, ttl=settings.cache.ttl, now=clock.now, meters=meters
    )
    tokens = Tokens(settings.auth.secret, settings.auth.access_lifetime, settings.auth.refresh_lifetime)
    throttles = build_throttles(settings.rate_limits, catalogue_id, hold_offs, resources, meters)
    passwords = _passwords(settings.auth)
    check = PasswordCheck(storage, passwords, throttles.sign_in)
    opening = Opening(partial(_prepare, plugins, intakes), _threads("opening", 1, resources))
    try:
        opening.begin()
    except BaseException:
        resources.close()
        raise
    checks = _checks(plugins, opening)
    return Services(
        catalog=Catalog(sources, cached, storage),
        favorites=Favorites(storage),
        ratings=Ratings(storage),
        accounts=Accounts(storage, check, passwords, registrations=throttles.registration),
        authentication=Authentication(storage, check, passwords, tokens, rotates=settings.auth.rotate_refresh_tokens),
        health=HealthCheck(checks, _threads("health", len(checks), resources)),
        opening=opening,
        throttles=throttles,
        tokens=tokens,
        answers=answers,
        resources=resources,
    )


def _threads(name: str, count: int, resources: ExitStack) -> Threads:
    threads = Threads(count, name)
    resources.callback(threads.shutdown, cancel_futures=True)
    return threads


def _answers(
    plugins: Plugins,
    settings: CacheSettings,
    catalogue_id: Callable[[], str],
    hold_offs: HoldOffs,
    renewals: Executor,
    *,
    meters: Meters,
) -> AnswerCache:
    patience = math.ceil(max(source.timeout for source in plugins.sources.values())) + LOCK_MARGIN
    lifetimes = Lifetimes(settings.ttl, settings.renew_ttl, settings.stale_ttl, patience)
    plugins.cache.keep_for(settings.ttl + max(settings.renew_ttl, settings.stale_ttl), patience)
    cache = SteadyCache(plugins.cache, hold_offs.of(plugins.cache.server or "the cache"))
    return AnswerCache(cache, lifetimes, catalogue_id, renewals, meters)


def _intakes(plugins: Plugins, answers: AnswerCache) -> dict[str, Intake]:
    """By the source's name. Of one id space the first source has the say."""
    intakes: dict[str, Intake] = {}
    id_spaces: set[str] = set()
    for name, source in plugins.sources.items():
        intakes[name] = Intake(plugins.storage, answers.invalidate, adds_only=source.namespace in id_spaces)
        id_spaces.add(source.namespace)
    return intakes


def _sources(
    plugins: Plugins,
    settings: SourceSettings,
    intakes: Mapping[str, Intake],
    answers: AnswerCache,
    fetches: Executor,
    *,
    meters: Meters,
) -> tuple[CachedSource, ...]:
    """Each with the cache before it."""
    return tuple(
        CachedSource(
            name, source, intakes[name], answers, fetches=fetches, search_pages=settings.search_pages, meters=meters
        )
        for name, source in plugins.sources.items()
    )


def _prepare(plugins: Plugins, intakes: Mapping[str, Intake]) -> None:
    """See that the storage will do, and put into it what the sources have whole."""
    plugins.storage.prepare()
    for name, source in plugins.sources.items():
        take_in_patiently(intakes[name], name, source)


def _pace(plugins: Plugins, hold_offs: HoldOffs) -> None:
    counters = SharedCounters(plugins.cache.count, hold_offs.of(plugins.cache.server or "the cache"))
    for name, source in plugins.sources.items():
        if source.requests_per_second is not None:
            source.take_turns(Pace(name, source.requests_per_second, counters).wait)


def _checks(plugins: Plugins, opening: Opening) -> dict[str, Callable[[], None]]:
    """Each part's own check. The sources are one part."""

    def check_storage() -> None:
        opening.require()
        plugins.storage.check()

    return {
        "storage": check_storage,
        "cache": plugins.cache.check,
        "source": lambda: check_sources(plugins.sources.values()),
    }


def _passwords(settings: AuthSettings) -> Passwords:
    return Passwords(settings.argon2_memory_kib, settings.argon2_time_cost, settings.argon2_parallelism)


def includeme(config: Configurator) -> None:
    registry = config.registry
    registry.services = build_services(registry.plugins, registry.core_settings, registry.meters)
