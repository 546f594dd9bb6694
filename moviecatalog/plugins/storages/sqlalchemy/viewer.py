"""What an account sees. Every statement checks on its way that the account is active and its token current."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, func, select

from moviecatalog.domain.errors import InvalidToken
from moviecatalog.domain.movies import Mark
from moviecatalog.domain.users import Identity
from moviecatalog.plugins.storages.sqlalchemy.accounts import is_current
from moviecatalog.plugins.storages.sqlalchemy.rows import MOVIE_COLUMNS
from moviecatalog.plugins.storages.sqlalchemy.statements import AnyRow, Statements
from moviecatalog.plugins.storages.sqlalchemy.tables import favorites, movies, ratings, users

# What makes a mark: statements select these last.
MARK_COLUMNS = (favorites.c.id, ratings.c.rating)


def as_mark(row: Sequence[Any]) -> Mark:
    """The mark in the last columns of a row."""
    favorite_id, user_rating = row[-len(MARK_COLUMNS) :]
    return Mark(favorite_id is not None, user_rating)


class Viewer:
    def __init__(self, statements: Statements, identity: Identity) -> None:
        self._statements = statements
        self._identity = identity

    def check(self) -> None:
        """Raises InvalidToken, as every method does."""
        self._rows(select(users.c.id).where(is_current(self._identity)))

    def look(self, columns: Sequence[ColumnElement[Any]], which: ColumnElement[bool]) -> Sequence[AnyRow]:
        """These columns of movies, and the account's marks on them; one row of None where there are no such movies.

        The account comes first and the movies are joined to it: no row at all means a bad token.
        """
        own = movies.c.id
        joined = (
            users.outerjoin(movies, which)
            .outerjoin(favorites, and_(favorites.c.user_id == users.c.id, favorites.c.movie_id == own))
            .outerjoin(ratings, and_(ratings.c.user_id == users.c.id, ratings.c.movie_id == own))
        )
        return self._rows(select(*columns, *MARK_COLUMNS).select_from(joined).where(is_current(self._identity)))

    def page(
        self, kept: Table, columns: Sequence[ColumnElement[Any]], offset: int, limit: int
    ) -> tuple[int, Sequence[AnyRow]]:
        """A page of what the account keeps in a table, newest first, with the movies and its marks; and the total."""
        other = ratings if kept is favorites else favorites
        count = select(func.count()).select_from(kept).where(kept.c.user_id == users.c.id).scalar_subquery()
        total = self._rows(select(count).where(is_current(self._identity)))[0][0]
        joined = kept.join(movies, movies.c.id == kept.c.movie_id).outerjoin(
            other, and_(other.c.user_id == kept.c.user_id, other.c.movie_id == kept.c.movie_id)
        )
        page = (
            select(*MOVIE_COLUMNS, *columns, *MARK_COLUMNS)
            .select_from(joined)
            .where(kept.c.user_id == self._identity.user_id)
            .order_by(kept.c.created_at.desc(), kept.c.id.desc())
            .offset(offset)
            .limit(limit)
        )
        return total, self._statements.all(page)

    def keeps(self, kept: Table, movie_id: int) -> ColumnElement[bool]:
        return and_(kept.c.user_id == self._identity.user_id, kept.c.movie_id == movie_id)

    def _rows(self, statement: Any) -> Sequence[AnyRow]:
        rows = self._statements.all(statement)
        if not rows:
            raise InvalidToken
        return rows
