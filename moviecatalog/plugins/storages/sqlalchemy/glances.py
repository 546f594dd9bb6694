"""The statements behind nearly every request, built once: to build one takes longer than to run it."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    exists,
    false,
    null,
    select,
    true,
    union_all,
)

from moviecatalog.plugins.storages.sqlalchemy.dialect import SqlDialect
from moviecatalog.plugins.storages.sqlalchemy.tables import favorites, movies, ratings, users

USER: BindParameter[int] = bindparam("user_id")
MOVIE: BindParameter[int] = bindparam("movie_id")
IS_CURRENT = and_(users.c.id == USER, users.c.is_active, users.c.token_version == bindparam("token_version"))


@cache
def marks(dialect: type[SqlDialect]) -> CompoundSelect[Any]:
    """Each favourite and each rating among `movie_ids`: the movie's id, whether it is a favourite, the rating.

    One row more, without an id, where the account is there, active, and at that token version.
    """
    among = dialect.among
    return union_all(
        select(favorites.c.movie_id, true(), null()).where(
            favorites.c.user_id == USER, among(favorites.c.movie_id, "movie_ids")
        ),
        select(ratings.c.movie_id, false(), ratings.c.rating).where(
            ratings.c.user_id == USER, among(ratings.c.movie_id, "movie_ids")
        ),
        select(null(), false(), null()).where(exists().where(IS_CURRENT)),
    )


STANDING: Select[Any] = select(movies.c.id, movies.c.rating_sum, movies.c.rating_count, null(), null()).where(
    movies.c.id == MOVIE
)
"""The movie's id, its sum and count of ratings, and nobody's mark."""

SEEN_STANDING: Select[Any] = (
    select(movies.c.id, movies.c.rating_sum, movies.c.rating_count, favorites.c.id, ratings.c.rating)
    .select_from(
        users.outerjoin(movies, movies.c.id == MOVIE)
        .outerjoin(favorites, and_(favorites.c.user_id == users.c.id, favorites.c.movie_id == movies.c.id))
        .outerjoin(ratings, and_(ratings.c.user_id == users.c.id, ratings.c.movie_id == movies.c.id))
    )
    .where(IS_CURRENT)
)
"""The same with the user's mark. Without an id where there is no such movie, no row for a token that is no good."""
