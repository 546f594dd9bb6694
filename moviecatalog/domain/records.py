"""The rows of a whole catalogue on its way out of one storage and into another."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from moviecatalog.domain.movies import Movie
from moviecatalog.domain.users import Credentials


@dataclass(frozen=True, slots=True)
class FavoriteRecord:
    id: int
    user_id: int
    movie_id: int
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class RatingRecord:
    id: int
    user_id: int
    movie_id: int
    rating: int
    review: str | None
    created_at: dt.datetime
    updated_at: dt.datetime


@dataclass(frozen=True, slots=True)
class EndedToken:
    """The id of a refresh token, or of a family of them, that is good for nothing any more.

    From `expires_at` on it would be good for nothing anyhow, and need not be remembered.
    """

    id: str
    user_id: int
    expires_at: dt.datetime


Record = Movie | Credentials | FavoriteRecord | RatingRecord | EndedToken

RecordId = int | str

KINDS: tuple[type[Record], ...] = (Movie, Credentials, FavoriteRecord, RatingRecord, EndedToken)
"""In an order in which none refers to one that comes later."""
