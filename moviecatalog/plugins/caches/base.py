"""The contract of a cache."""

from __future__ import annotations

import abc
from collections.abc import Callable, Hashable
from typing import ClassVar

from dogpile.cache import CacheRegion

from moviecatalog.domain.counts import Count
from moviecatalog.plugins.base import Plugin


class Cache(Plugin):
    """Where answers are kept for a while: a dogpile region, and what is to be known about it.

    `region` is configured, holds JSON values only, never hands out an object that somebody else can
    change, and has no expiration time of its own but that of `keep_for`: freshness is judged by the reader.
    Its keys are short ASCII text that begins with `moviecatalog:`.
    `shared` says whether all processes of one installation see the same entries; then
    `region.backend.get_mutex(key)` gives a lock, in dogpile's sense, that they share: one that ends by
    itself `lock_seconds` after its holder died.
    `server` names what the cache is kept on, as text without secrets; empty where that is the process.

    The region, its locks and `count` may raise anything when the server is in trouble, but must do so
    within 0.3 seconds: the application then goes on without them for a while.
    """

    contract_version: ClassVar[int] = 1

    region: CacheRegion
    shared: bool = False
    server: str = ""

    @abc.abstractmethod
    def check(self) -> None:
        """For the health page: raise Unavailable, in a second at most, if it doesn't work now."""

    def keep_for(self, seconds: int, lock_seconds: int) -> None:  # a cache may have nothing that expires
        """Called once, before the first use: nobody wants an entry that is older than `seconds`."""

    def count(self, key: str, seconds: int, amount: int = 1) -> Count | None:  # noqa: ARG002  # for those who do
        """Add `amount` to the events counted under `key` in its window, which the first of them opens.

        Atomic over all processes that share the cache; a window ends after `seconds`, and its count with it.
        None where the cache doesn't count: each process then counts for itself.
        """
        return None

    def watch(self, key: str) -> Callable[[], Hashable] | None:  # noqa: ARG002  # for those who can
        """A function that gives another value than before if the key may have been set since, by any process.

        It hears of that, rather than asking: where all is well it waits for no server. One thread at a time calls
        it, for each request; as all else it raises what it likes, within 0.3 seconds, where the server is in trouble.
        None where the cache has nothing of the kind: its region is then asked for the key each time.
        """
        return None

    def close(self) -> None:
        """Let go of connections. Called once, when the application ends."""
