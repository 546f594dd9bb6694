"""What users keep: favourites, ratings with their reviews."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from moviecatalog.domain.movies import SeenMovie
from moviecatalog.domain.unset import UNSET, Unset


@dataclass(frozen=True, slots=True)
class Favorite:
    id: int
    movie: SeenMovie
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Rating:
    """`rating` is 1 to 10; `review` is None where there is none, never empty."""

    id: int
    movie: SeenMovie
    rating: int
    review: str | None
    created_at: dt.datetime
    updated_at: dt.datetime


@dataclass(frozen=True, slots=True)
class RatingChange:
    """What to change of a rating; what is left UNSET stays as it is. A review of None clears it."""

    rating: int | Unset = UNSET
    review: str | Unset | None = UNSET
