"""A movie as a source tells it, as the catalogue holds it, and as one user sees it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

NEVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
"""The `refreshed_at` of a movie of which little is known: its source is to be asked when somebody opens it."""


class MovieKey(NamedTuple):
    """What a movie is known by, whatever the database: the id that a source's id space gives it."""

    namespace: str
    external_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MovieFacts:
    """What a source says about one movie.

    `genre_ids` are TMDB's genre ids, whatever the source, since that is what the API promises.
    `poster_path` and `backdrop_path` are paths below the configured image base, or whole URLs.
    `vote_average` runs from 0 to 10; `popularity` is the source's own figure, 0 or more.
    """

    namespace: str
    external_id: str
    title: str
    tmdb_id: int | None = None
    original_title: str | None = None
    overview: str = ""
    release_date: dt.date | None = None
    poster_path: str | None = None
    backdrop_path: str | None = None
    popularity: float = 0.0
    vote_average: float = 0.0
    vote_count: int = 0
    original_language: str | None = None
    genre_ids: tuple[int, ...] = ()

    @property
    def key(self) -> MovieKey:
        return MovieKey(self.namespace, self.external_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Movie(MovieFacts):
    """A movie of the catalogue: a source's facts, under the catalogue's own integer `id`.

    Times are aware, in UTC, in whole seconds. `updated_at` moves when any fact changes;
    `refreshed_at` is when the facts were last heard from the source.
    """

    id: int
    created_at: dt.datetime
    updated_at: dt.datetime
    refreshed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """What one user has made of one movie. `user_rating` is 1 to 10, or None."""

    is_favorite: bool = False
    user_rating: int | None = None


NO_MARK = Mark()


@dataclass(frozen=True, slots=True)
class Standing:
    """One movie among the users: the viewer's own mark, and the mean of all ratings (None without any)."""

    mark: Mark
    average_rating: float | None


@dataclass(frozen=True, slots=True)
class SeenMovie:
    """A movie with its viewer's mark laid over it."""

    movie: Movie
    mark: Mark = NO_MARK
