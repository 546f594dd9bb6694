"""The generation of what is kept: with its end all kept answers are past, in every process that shares the cache."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable

from moviecatalog.services.steady_cache import SteadyCache


class Generation:
    """Every answer bears the generation in which its making began, and is seen in that one only.

    It is a random token: a counter would come back to an old value after the store was wiped. None is there
    at first, and none again once the last one outlived every answer that is older.
    """

    def __init__(self, cache: SteadyCache, catalogue_id: Callable[[], str]) -> None:
        self._cache = cache
        self._catalogue_id = catalogue_id
        self._ended_here = 0

    @property
    def key(self) -> str:
        return f"moviecatalog:generation:{self._catalogue_id()}"

    def end(self) -> None:
        """From now on another one is under way."""
        self._cache.announce(self.key, secrets.token_hex(8))
        # Last: who asks for the version in between, and then the cache, may get an old answer under the new one else.
        self._ended_here += 1

    def version(self) -> Hashable:
        """Another value than before if the generation may have ended since."""
        return self._ended_here, self._cache.version(self.key)
