"""Filters and orders of the catalogue, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, UnaryExpression, case, func, literal, type_coerce

from moviecatalog.domain.movies import Movie
from moviecatalog.domain.queries import MovieQuery, Ordering
from moviecatalog.plugins.storages.sqlalchemy.popularity import is_least_of_its_key, last_place
from moviecatalog.plugins.storages.sqlalchemy.tables import movies
from moviecatalog.plugins.storages.sqlalchemy.terms import is_language_term

BY_PLACE = (movies.c.place,)


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
    """What the terms of the search index don't tell of the query's filters, or not to the last digit."""
    found: list[ColumnElement[bool]] = []
    if query.min_rating is not None and (query.min_rating < 1 or query.min_rating % 1):
        found.append(movies.c.vote_average >= query.min_rating)
    if query.max_rating is not None:
        found.append(movies.c.vote_average <= query.max_rating)
    if query.min_popularity and not is_least_of_its_key(query.min_popularity):
        found.append(movies.c.popularity >= query.min_popularity)
    if query.min_votes is not None:
        found.append(movies.c.vote_count >= query.min_votes)
    if query.language is not None and not is_language_term(query.language):
        found.append(movies.c.original_language == query.language)
    return found


def reach(query: MovieQuery) -> int | None:
    """The place behind which no movie is popular enough; None where all are."""
    return last_place(query.min_popularity) if query.min_popularity else None


def order(ordering: Ordering) -> tuple[ColumnElement[object], ...]:
    if ordering is Ordering.POPULARITY_DESCENDING:
        return BY_PLACE
    column = movies.c["title_key" if ordering.field == "title" else ordering.field]
    directed = column.desc() if ordering.descending else column.asc()
    if column.nullable:
        directed = directed.nulls_last()
    return directed, movies.c.id.asc()


def likeness(movie: Movie) -> tuple[UnaryExpression[object], ...]:
    """The order of movies that are like this one: most shared genres, nearest vote average, id."""
    padded = literal(", ") + func.trim(type_coerce(movies.c.genre_ids, Text), "[]") + ","
    shared = [case((padded.contains(f", {genre_id},"), 1), else_=0) for genre_id in dict.fromkeys(movie.genre_ids)]
    distance = func.abs(movies.c.vote_average - movie.vote_average)
    return sum(shared[1:], shared[0]).desc(), distance.asc(), movies.c.id.asc()
