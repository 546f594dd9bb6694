"""The statements behind nearly every request, which go to the driver as text, and whose rows come back as they are.

To build one each time would take longer than the database takes to answer, and so does SQLAlchemy's way to the driver.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Dialect,
    Engine,
    Select,
    exists,
    false,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import PoolProxiedConnection

from moviecatalog.plugins.storages.sqlalchemy.dialect import SqlDialect
from moviecatalog.plugins.storages.sqlalchemy.statements import Statements
from moviecatalog.plugins.storages.sqlalchemy.tables import favorites, movies, ratings
from moviecatalog.plugins.storages.sqlalchemy.viewer import IS_CURRENT, MOVIE, VIEWER, seen_movie

CURSOR = "moviecatalog_cursor"


@dataclass(frozen=True, eq=False)
class Glance:
    """A statement without a list of parameters that grows, whose rows no type of SQLAlchemy's would change."""

    statement: Select[Any] | CompoundSelect[Any]

    @cache  # noqa: B019  # there are five, for good
    def text(self, dialect: Dialect) -> str:
        return str(self.statement.compile(dialect=dialect))


class GlancingStatements(Statements):
    """Glances go by a connection each, all else by one that ends with the stack. No two need see one state."""

    def __init__(self, engine: Engine, stack: ExitStack, dialect: SqlDialect) -> None:
        super().__init__(lambda: stack.enter_context(engine.connect()), dialect)
        self._engine = engine

    def glance(self, glance: Glance, parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """Errors are SQLAlchemy's."""
        text = glance.text(self.dialect.driver)
        connection = None
        rows: Sequence[Sequence[Any]]
        try:
            connection = self._engine.raw_connection()
            rows = _cursor(connection).execute(text, parameters).fetchall()
        except self._engine.dialect.loaded_dbapi.Error as error:
            if connection:
                # It may have broken; if not, another one is soon made.
                connection.invalidate(error)
            raise DBAPIError(text, None, error, hide_parameters=True) from error
        else:
            return rows
        finally:
            if connection:
                connection.close()


def _cursor(connection: PoolProxiedConnection) -> Any:
    """The driver's, for glances, which a connection keeps: to make one takes a third of the time that one is used."""
    cursor = connection.info.get(CURSOR)
    if cursor is None:
        driver: Any = connection.driver_connection
        cursor = connection.info[CURSOR] = driver.cursor()
    return cursor


@cache
def marks(dialect: type[SqlDialect]) -> Glance:
    """Each favourite and each rating among `movie_ids`: the movie's id, whether it is a favourite, the rating.

    One row more, without an id, where the account is there, active, and at that token version.
    """
    among = dialect.among
    return Glance(
        union_all(
            select(favorites.c.movie_id, true(), null()).where(
                favorites.c.user_id == VIEWER, among(favorites.c.movie_id, "movie_ids")
            ),
            select(ratings.c.movie_id, false(), ratings.c.rating).where(
                ratings.c.user_id == VIEWER, among(ratings.c.movie_id, "movie_ids")
            ),
            select(null(), false(), null()).where(exists().where(IS_CURRENT)),
        )
    )


STANDING = Glance(
    select(movies.c.id, movies.c.rating_sum, movies.c.rating_count, null(), null()).where(movies.c.id == MOVIE)
)
"""The movie's id, its sum and count of ratings, and nobody's mark."""

SEEN_STANDING = Glance(seen_movie(movies.c.id, movies.c.rating_sum, movies.c.rating_count))
"""The same with the user's mark. Without an id where there is no such movie, no row for a token that is no good."""
