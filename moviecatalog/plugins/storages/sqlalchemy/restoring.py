"""Whole records, put into the tables and taken out of them: as they come, with their ids and times."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Insert, Table, and_, delete, insert, select, true, tuple_

from moviecatalog.domain.movies import Movie
from moviecatalog.domain.records import EndedToken, FavoriteRecord, RatingRecord, Record, RecordId
from moviecatalog.domain.text import name_key
from moviecatalog.domain.users import Credentials
from moviecatalog.plugins.storages.sqlalchemy.dialect import Excluded
from moviecatalog.plugins.storages.sqlalchemy.places import settle
from moviecatalog.plugins.storages.sqlalchemy.rating_sums import count_ratings, remove_ratings
from moviecatalog.plugins.storages.sqlalchemy.rows import KEY_FIELDS, USER_FIELDS, fact_values
from moviecatalog.plugins.storages.sqlalchemy.staging import staged
from moviecatalog.plugins.storages.sqlalchemy.statements import STREAMED_ROWS, Statements
from moviecatalog.plugins.storages.sqlalchemy.tables import (
    ended_tokens,
    favorites,
    movies,
    ratings,
    sign_in_names,
    users,
)
from moviecatalog.plugins.storages.sqlalchemy.transfer import ENDED_FIELDS, FAVORITE_FIELDS, KEPT, RATING_FIELDS

STAGED_ROWS = 5_000
"""Movies that are taken in at once: the more there are, the less often each page of their indexes is written."""

TIMES = ("created_at", "updated_at", "refreshed_at")


def restore(statements: Statements, records: Iterable[Record]) -> None:
    for kind, group in groupby(records, type):
        while batch := list[Any](islice(group, STAGED_ROWS if kind is Movie else STREAMED_ROWS)):
            RESTORE[kind](statements, batch)
            if kind is not EndedToken:
                for statement in statements.dialect.skip_ids(KEPT[kind].table, max(it.id for it in batch)):
                    statements.run(statement)


def remove(statements: Statements, kind: type[Record], ids: Collection[RecordId]) -> None:
    left = iter(ids)
    while batch := list(islice(left, STREAMED_ROWS)):
        if kind is Credentials:
            # Or else they would go with the account, and movies' averages would not hear of it.
            remove_ratings(statements, ratings.c.user_id.in_(batch))
        if kind is RatingRecord:
            remove_ratings(statements, ratings.c.id.in_(batch))
        else:
            table = KEPT[kind].table
            statements.run(delete(table).where(table.c.id.in_(batch)))
    if kind is Movie:
        settle(statements)


def _restore_movies(statements: Statements, batch: Sequence[Any]) -> None:
    rows = [fact_values(it) | _values(it, ("id", *TIMES)) for it in batch]
    with staged(statements, movies, rows) as told:
        is_same = and_(*(movies.c[name] == told.c[name] for name in KEY_FIELDS))
        others = statements.all(select(movies.c.id).join_from(told, movies, is_same & (movies.c.id != told.c.id)))
        remove(statements, Movie, [row.id for row in others])
        statements.run(_upsert(statements, movies, rows[0]).from_select(list(rows[0]), select(told).where(true())))
    settle(statements)


def _restore_accounts(statements: Statements, batch: Sequence[Any]) -> None:
    ids = [it.id for it in batch]
    owners = {name_key(name): it.id for it in batch for name in (it.user.username, it.user.email)}
    there = statements.all(
        select(sign_in_names.c.key, sign_in_names.c.user_id).where(sign_in_names.c.key.in_(list(owners)))
    )
    remove(statements, Credentials, {row.user_id for row in there if owners[row.key] != row.user_id})
    _put(statements, users, [_values(it.user, USER_FIELDS) | {"password_hash": it.password_hash} for it in batch])
    statements.run(delete(sign_in_names).where(sign_in_names.c.user_id.in_(ids)))
    statements.run(insert(sign_in_names), [{"key": key, "user_id": owner} for key, owner in owners.items()])


def _restore_favorites(statements: Statements, batch: Sequence[Any]) -> None:
    with staged(statements, favorites, [_values(it, FAVORITE_FIELDS) for it in batch]) as told:
        for which in _in_the_way(favorites, told):
            statements.run(delete(favorites).where(which))
        statements.run(_all_of(favorites, told))


def _restore_ratings(statements: Statements, batch: Sequence[Any]) -> None:
    with staged(statements, ratings, [_values(it, RATING_FIELDS) for it in batch]) as told:
        for which in _in_the_way(ratings, told):
            remove_ratings(statements, which)
        statements.run(_all_of(ratings, told))
    count_ratings(statements, ((it.movie_id, it.rating, 1) for it in batch))


def _restore_ended_tokens(statements: Statements, batch: Sequence[Any]) -> None:
    _put(statements, ended_tokens, [_values(it, ENDED_FIELDS) for it in batch])


RESTORE: dict[type[Record], Callable[[Statements, Sequence[Any]], None]] = {
    Movie: _restore_movies,
    Credentials: _restore_accounts,
    FavoriteRecord: _restore_favorites,
    RatingRecord: _restore_ratings,
    EndedToken: _restore_ended_tokens,
}


def _put(statements: Statements, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    statements.run(_upsert(statements, table, rows[0]), rows)


def _upsert(statements: Statements, table: Table, names: Iterable[str]) -> Insert:
    """Inserts rows, or has those that are there be like them: what refers to them stays."""

    def changes(sent: Excluded) -> Mapping[str, Any]:
        return {name: sent[name] for name in names if name != "id"}

    return statements.dialect.upsert(table, ("id",), changes)


def _in_the_way(table: Table, told: Table) -> Iterable[Any]:
    """Rows of the same id, and of the same user and movie. One condition for both would be served by no index."""
    yield table.c.id.in_(select(told.c.id))
    yield tuple_(table.c.user_id, table.c.movie_id).in_(select(told.c.user_id, told.c.movie_id))


def _all_of(table: Table, told: Table) -> Insert:
    """By one statement: a trigger that ran for each row would count into one user's, found ever more slowly."""
    return insert(table).from_select(told.c.keys(), select(told))


def _values(record: Any, fields: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(record, name) for name in fields}
