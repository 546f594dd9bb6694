"""The limits that there are, and where they are counted."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from limits import RateLimitItem

from moviecatalog.metrics.meters import Meters
from moviecatalog.services.counters import Counters, LocalCounters, SharedCounters
from moviecatalog.services.hold_off import HoldOffs
from moviecatalog.services.throttle import Allowance, Throttle
from moviecatalog.settings.core import RateLimitSettings

if TYPE_CHECKING:
    from moviecatalog.redis_url import RedisUrl


@dataclass(frozen=True)
class Throttles:
    user: Throttle
    anonymous: Throttle
    sign_in: Throttle
    registration: Throttle

    def hit(self, user_id: int | None, address: Callable[[], str]) -> Allowance | None:
        """Count a request: for the user or, where nobody signed in, for the client's address. Raises OverLimit."""
        return self.anonymous.hit(address()) if user_id is None else self.user.hit(str(user_id))


def build_throttles(
    settings: RateLimitSettings,
    catalogue_id: Callable[[], str],
    hold_offs: HoldOffs,
    resources: ExitStack,
    meters: Meters,
) -> Throttles:
    counters = _counters(settings.store, hold_offs, resources)

    def throttle(name: str, rate: RateLimitItem | None) -> Throttle:
        return Throttle(counters, name, rate, of=catalogue_id, when_over=partial(meters.rejection, name))

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
