"""Filters and orders of the catalogue, in SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, Text, UnaryExpression, case, exists, func, literal, type_coerce

from moviecatalog.domain.movies import Movie
from moviecatalog.domain.queries import MovieQuery, Ordering
from moviecatalog.plugins.storages.sqlalchemy.popularity import first_place, is_least_of_its_key, last_place
from moviecatalog.plugins.storages.sqlalchemy.tables import movies
from moviecatalog.plugins.storages.sqlalchemy.terms import (
    Wanted,
    genre_terms,
    is_in_tenths,
    is_language_term,
    rated_about,
)

BY_PLACE = (movies.c.place,)

RADII = (1, 5)
"""In tenths of a vote average."""


@dataclass(frozen=True)
class Part:
    """Of a list in this order, `limit` movies from position `offset` on."""

    order: Sequence[ColumnElement[Any]]
    offset: int
    limit: int

    @property
    def is_by_place(self) -> bool:
        return tuple(self.order) == BY_PLACE

    def of(self, ids: Select[Any], order: Sequence[ColumnElement[Any]]) -> Select[Any]:
        """`order` is this order in the columns of `ids`."""
        return ids.order_by(*order).offset(self.offset).limit(self.limit)


def conditions(query: MovieQuery) -> list[ColumnElement[bool]]:
    """The query's filters that no terms tell, but for `min_popularity`."""
    found: list[ColumnElement[bool]] = []
    if query.min_rating and not is_in_tenths(query.min_rating):
        found.append(movies.c.vote_average >= query.min_rating)
    if query.max_rating is not None and not is_in_tenths(query.max_rating):
        found.append(movies.c.vote_average <= query.max_rating)
    if query.min_votes is not None:
        found.append(movies.c.vote_count >= query.min_votes)
    if query.language is not None and not is_language_term(query.language):
        found.append(movies.c.original_language == query.language)
    return found


def popular_enough(least: float | None, hits: CTE) -> list[ColumnElement[bool]]:
    """What their places tell; movies themselves are looked at only where these are among those of the last key."""
    if not least:
        return []
    within = [hits.c.place <= last_place(least)]
    if not is_least_of_its_key(least):
        found = movies.alias("found")
        is_popular = exists().where(found.c.id == hits.c.id, found.c.popularity >= least)
        within.append((hits.c.place < first_place(least)) | is_popular)
    return within


def order(ordering: Ordering) -> tuple[ColumnElement[object], ...]:
    if ordering is Ordering.POPULARITY_DESCENDING:
        return BY_PLACE
    column = movies.c["title_key" if ordering.field == "title" else ordering.field]
    directed = column.desc() if ordering.descending else column.asc()
    if column.nullable:
        directed = directed.nulls_last()
    return directed, movies.c.id.asc()


@dataclass(frozen=True)
class Circle:
    """The movies of all of a movie's genres that are rated about as it is: all that differ by less than `radius`."""

    wanted: Wanted
    radius: float

    def holds(self, movie: Movie, nearest: Sequence[Movie]) -> bool:
        """Whether no movie outside is more like this one than these, of those inside, which are most."""
        return abs(nearest[-1].vote_average - movie.vote_average) < self.radius


def circles(movie: Movie) -> Iterator[Circle]:
    """From the smallest on. Of a million movies hundreds of thousands may share a genre, but a page of them is near."""
    genres = [(term,) for term in genre_terms(movie.genre_ids)]
    for tenths in RADII:
        # A little less than what is certain, since differences of such numbers are not exact.
        yield Circle(Wanted(any_of=[*genres, rated_about(movie.vote_average, tenths)]), tenths / 10 - 0.0005)


def likeness(movie: Movie) -> tuple[UnaryExpression[object], ...]:
    """The order of movies that are like this one: most shared genres, nearest vote average, id."""
    padded = literal(", ") + func.trim(type_coerce(movies.c.genre_ids, Text), "[]") + ","
    shared = [case((padded.contains(f", {genre_id},"), 1), else_=0) for genre_id in dict.fromkeys(movie.genre_ids)]
    distance = func.abs(movies.c.vote_average - movie.vote_average)
    return sum(shared[1:], shared[0]).desc(), distance.asc(), movies.c.id.asc()
