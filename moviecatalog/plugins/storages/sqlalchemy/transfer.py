"""Whole records, streamed out of the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Column, Table, select

from moviecatalog.domain.movies import Movie
from moviecatalog.domain.records import EndedToken, FavoriteRecord, RatingRecord, Record, RecordId
from moviecatalog.domain.users import Credentials
from moviecatalog.plugins.storages.sqlalchemy.rows import (
    MOVIE_COLUMNS,
    USER_COLUMNS,
    USER_WIDTH,
    as_movie,
    as_user,
)
from moviecatalog.plugins.storages.sqlalchemy.statements import Statements
from moviecatalog.plugins.storages.sqlalchemy.tables import ended_tokens, favorites, movies, ratings, users

FAVORITE_FIELDS = ("id", "user_id", "movie_id", "created_at")
RATING_FIELDS = ("id", "user_id", "movie_id", "rating", "review", "created_at", "updated_at")
ENDED_FIELDS = ("id", "user_id", "expires_at")


class Kept(NamedTuple):
    """Where the records of a kind are kept, and how a row of these columns becomes one."""

    table: Table
    columns: Sequence[Column[Any]]
    as_record: Callable[[Any], Record]


def _as_credentials(row: Sequence[Any]) -> Credentials:
    return Credentials(as_user(row), row[USER_WIDTH])


KEPT: dict[type[Record], Kept] = {
    Movie: Kept(movies, MOVIE_COLUMNS, as_movie),
    Credentials: Kept(users, (*USER_COLUMNS, users.c.password_hash), _as_credentials),
    FavoriteRecord: Kept(favorites, [favorites.c[it] for it in FAVORITE_FIELDS], lambda row: FavoriteRecord(*row)),
    RatingRecord: Kept(ratings, [ratings.c[it] for it in RATING_FIELDS], lambda row: RatingRecord(*row)),
    EndedToken: Kept(ended_tokens, [ended_tokens.c[it] for it in ENDED_FIELDS], lambda row: EndedToken(*row)),
}


def records(
    statements: Statements, kind: type[Record], after: RecordId | None, until: RecordId | None
) -> Iterator[Record]:
    table, columns, as_record = KEPT[kind]
    wanted = select(*columns).order_by(table.c.id)
    if after is not None:
        wanted = wanted.where(table.c.id > after)
    if until is not None:
        wanted = wanted.where(table.c.id <= until)
    for row in statements.stream(wanted):
        yield as_record(row)
