"""The table of plugin kinds."""

from __future__ import annotations

from dataclasses import dataclass

from moviecatalog.plugins.base import Plugin
from moviecatalog.plugins.caches.base import Cache
from moviecatalog.plugins.sources.base import MovieSource
from moviecatalog.plugins.storages.base import Storage


@dataclass(frozen=True)
class Kind:
    """A kind of plugin: `moviecatalog.<name>` chooses one by its entry point's name in `group`.

    Where it `takes_several`, they are named in the order in which they are asked.
    """

    name: str
    group: str
    contract: type[Plugin]
    takes_several: bool = False

    @property
    def setting(self) -> str:
        return f"moviecatalog.{self.name}"


SOURCE = Kind("source", "moviecatalog.sources", MovieSource, takes_several=True)  # type: ignore[type-abstract]  # never instantiated
CACHE = Kind("cache", "moviecatalog.caches", Cache)  # type: ignore[type-abstract]  # never instantiated
STORAGE = Kind("storage", "moviecatalog.storages", Storage)  # type: ignore[type-abstract]  # never instantiated

KINDS = (SOURCE, CACHE, STORAGE)
