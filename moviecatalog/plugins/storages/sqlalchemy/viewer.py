"""What an account sees and keeps. Every statement checks on its way that the account is active and its token current.

They are built once, with the account in their parameters: to build one takes longer than the database takes over it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, Table, and_, bindparam, select

from moviecatalog.domain.movies import Mark
from moviecatalog.domain.users import Identity
from moviecatalog.plugins.storages.sqlalchemy.rows import MOVIE_COLUMNS
from moviecatalog.plugins.storages.sqlalchemy.tables import favorites, movies, ratings, users

# Not named as any column: a statement that writes would take them for values.
VIEWER: BindParameter[int] = bindparam("viewer")
MOVIE: BindParameter[int] = bindparam("movie")
IS_CURRENT = and_(users.c.id == VIEWER, users.c.is_active, users.c.token_version == bindparam("version"))

# What makes a mark: statements select these last.
MARK_COLUMNS = (favorites.c.id, ratings.c.rating)


def viewed_by(identity: Identity) -> dict[str, Any]:
    """The parameters of `IS_CURRENT`."""
    return {"viewer": identity.user_id, "version": identity.token_version}


def as_mark(row: Sequence[Any]) -> Mark:
    """The mark in the last columns of a row."""
    favorite_id, user_rating = row[-len(MARK_COLUMNS) :]
    return Mark(favorite_id is not None, user_rating)


def account(*columns: ColumnElement[Any]) -> Select[Any]:
    """These columns of the account's; no row means a bad token."""
    return select(*columns).where(IS_CURRENT)


def seen_movie(*columns: ColumnElement[Any]) -> Select[Any]:
    """These columns of a movie, and the account's mark on it; of None where there is no such movie.

    The account comes first and the movie is joined to it: no row means a bad token.
    """
    own = movies.c.id
    joined = (
        users.outerjoin(movies, own == MOVIE)
        .outerjoin(favorites, and_(favorites.c.user_id == users.c.id, favorites.c.movie_id == own))
        .outerjoin(ratings, and_(ratings.c.user_id == users.c.id, ratings.c.movie_id == own))
    )
    return account(*columns, *MARK_COLUMNS).select_from(joined)


def page(kept: Table, *columns: ColumnElement[Any]) -> Select[Any]:
    """A page of what the account keeps in a table, newest first: the movies, these columns, and the marks."""
    other = ratings if kept is favorites else favorites
    joined = kept.join(movies, movies.c.id == kept.c.movie_id).outerjoin(
        other, and_(other.c.user_id == kept.c.user_id, other.c.movie_id == kept.c.movie_id)
    )
    return (
        select(*MOVIE_COLUMNS, *columns, *MARK_COLUMNS)
        .select_from(joined)
        .where(kept.c.user_id == VIEWER)
        .order_by(kept.c.created_at.desc(), kept.c.id.desc())
        .offset(bindparam("offset"))
        .limit(bindparam("limit"))
    )


def keeps(kept: Table) -> ColumnElement[bool]:
    """Of a row in a table, that it is the account's, and about the movie."""
    return and_(kept.c.user_id == VIEWER, kept.c.movie_id == MOVIE)
