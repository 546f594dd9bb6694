"""The lists that a movie source may be asked for, and the names of what a source can do."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import ClassVar


class Capability(enum.StrEnum):
    """What not every source can do. What one lacks is answered from the catalogue."""

    TRENDING = "trending"
    POPULAR = "popular"
    TOP_RATED = "top_rated"
    SEARCH = "search"
    RECOMMENDATIONS = "recommendations"
    GENRES = "genres"
    CATALOGUE = "catalogue"


class TimeWindow(enum.StrEnum):
    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Trending:
    capability: ClassVar[Capability] = Capability.TRENDING
    time_window: TimeWindow = TimeWindow.WEEK


@dataclass(frozen=True, slots=True)
class Popular:
    capability: ClassVar[Capability] = Capability.POPULAR


@dataclass(frozen=True, slots=True)
class TopRated:
    capability: ClassVar[Capability] = Capability.TOP_RATED


@dataclass(frozen=True, slots=True)
class Search:
    """`text` as the user typed it, trimmed; never empty.

    A source that can may narrow what it finds to a `release_year`, where one is given.
    """

    capability: ClassVar[Capability] = Capability.SEARCH
    text: str
    release_year: int | None = None


@dataclass(frozen=True, slots=True)
class Recommendations:
    """Movies for somebody who liked the movie that the source knows as `external_id`."""

    capability: ClassVar[Capability] = Capability.RECOMMENDATIONS
    external_id: str


Listing = Trending | Popular | TopRated | Search | Recommendations
