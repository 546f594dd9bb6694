"""Filters and orders of the catalogue, in SQL."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, UnaryExpression, and_, case, false, func, literal, true

from moviecatalog.domain.movies import Movie
from moviecatalog.domain.queries import MovieQuery, Ordering
from moviecatalog.plugins.storages.sqlalchemy.dialect import SqlDialect
from moviecatalog.plugins.storages.sqlalchemy.rows import genre_tokens
from moviecatalog.plugins.storages.sqlalchemy.tables import movies


def filters(query: MovieQuery, dialect: SqlDialect) -> ColumnElement[bool]:
    """The movies that pass every filter that is set."""
    conditions: list[ColumnElement[bool]] = []
    if query.min_rating is not None:
        conditions.append(movies.c.vote_average >= query.min_rating)
    if query.max_rating is not None:
        conditions.append(movies.c.vote_average <= query.max_rating)
    if query.min_popularity is not None:
        conditions.append(movies.c.popularity >= query.min_popularity)
    if query.min_votes is not None:
        conditions.append(movies.c.vote_count >= query.min_votes)
    if query.language is not None:
        conditions.append(movies.c.original_language == query.language)
    if query.release_year is not None:
        conditions.append(_released_in(query.release_year))
    if query.words is not None and not query.words:
        return false()
    if query.words or query.genre_ids:
        conditions.append(dialect.matches(query.words or (), genre_tokens(query.genre_ids)))
    return and_(true(), *conditions)


def _released_in(year: int) -> ColumnElement[bool]:
    # By the bounds, not by the year of each row: so the index on the date serves.
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        return false()
    return movies.c.release_date.between(dt.date(year, 1, 1), dt.date(year, 12, 31))


def order(ordering: Ordering) -> tuple[UnaryExpression[object], ...]:
    column = movies.c["title_key" if ordering.field == "title" else ordering.field]
    directed = column.desc() if ordering.descending else column.asc()
    if column.nullable:
        directed = directed.nulls_last()
    return directed, movies.c.id.asc()


def likeness(movie: Movie) -> tuple[UnaryExpression[object], ...]:
    """The order of movies that are like this one: most shared genres, nearest vote average, id."""
    padded = literal(" ") + movies.c.search_genres + " "
    shared = [
        case((padded.contains(f" {token} ", autoescape=True), 1), else_=0) for token in genre_tokens(movie.genre_ids)
    ]
    distance = func.abs(movies.c.vote_average - movie.vote_average)
    return sum(shared[1:], shared[0]).desc(), distance.asc(), movies.c.id.asc()
