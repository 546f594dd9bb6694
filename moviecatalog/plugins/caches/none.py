"""`moviecatalog.cache = none`: every answer is worked out anew."""

from __future__ import annotations

from typing import Any, Self

from pyramid.config import Configurator

from moviecatalog.plugins.caches.base import Cache
from moviecatalog.plugins.caches.region import json_region


class NoCache(Cache):
    """Keeps nothing.

    moviecatalog.cache = none
    """

    def __init__(self) -> None:
        self.region = json_region("dogpile.cache.null")

    @classmethod
    def from_settings(cls, settings: Any) -> Self:  # noqa: ARG003  # the contract's; there is nothing to set
        return cls()

    def check(self) -> None:
        pass


def includeme(config: Configurator) -> None:
    config.add_cache("none", NoCache.from_settings)
