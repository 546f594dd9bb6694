"""What may be asked of the catalogue itself: filters, and an order."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Ordering(enum.StrEnum):
    """A field to order by; a leading `-` means descending. Ties are broken by the movie's id, ascending."""

    POPULARITY = "popularity"
    POPULARITY_DESCENDING = "-popularity"
    RELEASE_DATE = "release_date"
    RELEASE_DATE_DESCENDING = "-release_date"
    VOTE_AVERAGE = "vote_average"
    VOTE_AVERAGE_DESCENDING = "-vote_average"
    TITLE = "title"
    TITLE_DESCENDING = "-title"
    CREATED_AT = "created_at"
    CREATED_AT_DESCENDING = "-created_at"

    @property
    def field(self) -> str:
        return self.value.removeprefix("-")

    @property
    def descending(self) -> bool:
        return self.value.startswith("-")


@dataclass(frozen=True, slots=True, kw_only=True)
class MovieQuery:
    """Movies that pass every filter that is set, in an order.

    `words` are folded words (see `domain.text`), each of which must begin a word of the title or the
    original title; None means no such filter, an empty tuple matches nothing. `genre_ids` must all be
    among the movie's. Bounds are inclusive. Movies without a release date come last in either direction.
    """

    words: tuple[str, ...] | None = None
    release_year: int | None = None
    min_rating: float | None = None
    max_rating: float | None = None
    min_popularity: float | None = None
    min_votes: int | None = None
    genre_ids: tuple[int, ...] = ()
    language: str | None = None
    ordering: Ordering = Ordering.POPULARITY_DESCENDING
