"""The whole catalogue, streamed out and in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import Any

from sqlalchemy import exists, func, insert, or_, select, update

from moviecatalog.domain.errors import StorageNotEmpty
from moviecatalog.domain.movies import Movie
from moviecatalog.domain.records import EndedToken, FavoriteRecord, RatingRecord, Record
from moviecatalog.domain.text import name_key
from moviecatalog.domain.users import Credentials
from moviecatalog.plugins.storages.sqlalchemy.places import settle
from moviecatalog.plugins.storages.sqlalchemy.rows import (
    MOVIE_COLUMNS,
    USER_COLUMNS,
    USER_FIELDS,
    USER_WIDTH,
    as_movie,
    as_user,
    fact_values,
)
from moviecatalog.plugins.storages.sqlalchemy.statements import STREAMED_ROWS, Statements
from moviecatalog.plugins.storages.sqlalchemy.tables import (
    ended_tokens,
    favorites,
    movies,
    ratings,
    sign_in_names,
    users,
)

FAVORITE_FIELDS = ("id", "user_id", "movie_id", "created_at")
RATING_FIELDS = ("id", "user_id", "movie_id", "rating", "review", "created_at", "updated_at")
ENDED_FIELDS = ("id", "user_id", "expires_at")


def dump(statements: Statements) -> Iterator[Record]:
    for row in statements.stream(select(*MOVIE_COLUMNS).order_by(movies.c.id)):
        yield as_movie(row)
    for row in statements.stream(select(*USER_COLUMNS, users.c.password_hash).order_by(users.c.id)):
        yield Credentials(as_user(row), row[USER_WIDTH])
    for row in statements.stream(select(*(favorites.c[it] for it in FAVORITE_FIELDS)).order_by(favorites.c.id)):
        yield FavoriteRecord(*row)
    for row in statements.stream(select(*(ratings.c[it] for it in RATING_FIELDS)).order_by(ratings.c.id)):
        yield RatingRecord(*row)
    for row in statements.stream(select(*(ended_tokens.c[it] for it in ENDED_FIELDS)).order_by(ended_tokens.c.id)):
        yield EndedToken(*row)


def restore(statements: Statements, records: Iterable[Record]) -> None:
    if any(statements.all(select(or_(exists(select(movies.c.id)), exists(select(users.c.id)))))[0]):
        raise StorageNotEmpty
    for kind, group in groupby(records, type):
        while batch := list(islice(group, STREAMED_ROWS)):
            INSERTS[kind](statements, batch)
    for statement in (_sum_up_ratings(), *statements.dialect.after_restore()):
        statements.run(statement)


def _insert_movies(statements: Statements, batch: Sequence[Any]) -> None:
    times = ("id", "created_at", "updated_at", "refreshed_at")
    statements.run(insert(movies), [fact_values(it) | {name: getattr(it, name) for name in times} for it in batch])
    settle(statements)


def _insert_accounts(statements: Statements, batch: Sequence[Any]) -> None:
    accounts = [
        {name: getattr(it.user, name) for name in USER_FIELDS} | {"password_hash": it.password_hash} for it in batch
    ]
    names = [
        {"key": key, "user_id": it.user.id}
        for it in batch
        for key in {name_key(it.user.username), name_key(it.user.email)}
    ]
    statements.run(insert(users), accounts)
    statements.run(insert(sign_in_names), names)


def _insert_favorites(statements: Statements, batch: Sequence[Any]) -> None:
    statements.run(insert(favorites), [{name: getattr(it, name) for name in FAVORITE_FIELDS} for it in batch])


def _insert_ratings(statements: Statements, batch: Sequence[Any]) -> None:
    statements.run(insert(ratings), [{name: getattr(it, name) for name in RATING_FIELDS} for it in batch])


def _insert_ended_tokens(statements: Statements, batch: Sequence[Any]) -> None:
    statements.run(insert(ended_tokens), [{name: getattr(it, name) for name in ENDED_FIELDS} for it in batch])


INSERTS: dict[type, Callable[[Statements, Sequence[Any]], None]] = {
    Movie: _insert_movies,
    Credentials: _insert_accounts,
    FavoriteRecord: _insert_favorites,
    RatingRecord: _insert_ratings,
    EndedToken: _insert_ended_tokens,
}


def _sum_up_ratings() -> Any:
    own = ratings.c.movie_id == movies.c.id
    return (
        update(movies)
        .where(movies.c.id.in_(select(ratings.c.movie_id)))
        .values(
            rating_sum=select(func.sum(ratings.c.rating)).where(own).scalar_subquery(),
            rating_count=select(func.count()).select_from(ratings).where(own).scalar_subquery(),
        )
    )
