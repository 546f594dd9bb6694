"""The contract of a cache."""

from __future__ import annotations

import abc
from typing import ClassVar

from dogpile.cache import CacheRegion

from moviecatalog.plugins.base import Plugin


class Cache(Plugin):
    """Where answers are kept for a while: a dogpile region, and what is to be known about it.

    `region` is configured, holds JSON values only, never hands out an object that somebody else can
    change, and has no expiration time of its own shorter than a day: freshness is judged by the reader.
    Its keys are short ASCII text.
    `shared` says whether all processes of one installation see the same entries.
    """

    contract_version: ClassVar[int] = 1

    region: CacheRegion
    shared: bool = False

    @abc.abstractmethod
    def check(self) -> None:
        """For the health page: raise Unavailable, in a second at most, if it doesn't work now."""

    def close(self) -> None:
        """Let go of connections. Called once, when the application ends."""
