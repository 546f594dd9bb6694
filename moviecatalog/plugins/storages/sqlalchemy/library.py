"""What users keep: favourites and ratings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Executable, delete, update
from sqlalchemy.sql.dml import ReturningInsert

from moviecatalog.domain import clock
from moviecatalog.domain.errors import FavoriteNotFound, InvalidToken, MovieNotFound, RatingNotFound
from moviecatalog.domain.library import Favorite, Rating, RatingChange
from moviecatalog.domain.movies import Mark, Movie, SeenMovie, Standing
from moviecatalog.domain.pages import Slice
from moviecatalog.domain.unset import UNSET
from moviecatalog.domain.users import Identity
from moviecatalog.plugins.storages.averages import average
from moviecatalog.plugins.storages.sqlalchemy import glances
from moviecatalog.plugins.storages.sqlalchemy.dialect import Excluded, SqlDialect
from moviecatalog.plugins.storages.sqlalchemy.rating_sums import COUNTED
from moviecatalog.plugins.storages.sqlalchemy.rows import MOVIE_COLUMNS, MOVIE_WIDTH, as_movie
from moviecatalog.plugins.storages.sqlalchemy.statements import Statements
from moviecatalog.plugins.storages.sqlalchemy.tables import favorites, movies, ratings, users
from moviecatalog.plugins.storages.sqlalchemy.viewer import account, as_mark, keeps, page, seen_movie, viewed_by
from moviecatalog.plugins.storages.stores import LibraryStore

FAVORITE_COLUMNS = (favorites.c.id, favorites.c.created_at)
RATING_COLUMNS = (
    ratings.c.id,
    ratings.c.rating,
    ratings.c.review,
    ratings.c.created_at,
    ratings.c.updated_at,
)

ACCOUNT = account(users.c.id)
FOUND_MOVIE = seen_movie(movies.c.id)
RATEABLE_MOVIE = seen_movie(*MOVIE_COLUMNS)
FAVORITE_COUNT = account(users.c.favorite_count)
RATING_COUNT = account(users.c.rating_count)
FAVORITES_PAGE = page(favorites, *FAVORITE_COLUMNS)
RATINGS_PAGE = page(ratings, *RATING_COLUMNS)
REMOVED_FAVORITE = delete(favorites).where(keeps(favorites)).returning(favorites.c.id)
REMOVED_RATING = delete(ratings).where(keeps(ratings)).returning(ratings.c.rating)


@cache
def _kept_favorite(dialect: type[SqlDialect]) -> ReturningInsert[Any]:
    """No row where it was kept already."""
    return dialect.insert_missing(favorites).returning(favorites.c.id)


@cache
def _kept_rating(dialect: type[SqlDialect], *changing: str) -> ReturningInsert[Any]:
    """A new row, or these columns changed of the one that is there; and the rating before."""

    def replace(sent: Excluded) -> dict[str, Any]:
        return {name: sent[name] for name in changing} | {"previous_rating": ratings.c.rating}

    upsert = dialect.upsert(ratings, ("user_id", "movie_id"), replace)
    return upsert.returning(*RATING_COLUMNS, ratings.c.previous_rating)


class SqlLibraryStore(LibraryStore):
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    @property
    def _dialect(self) -> type[SqlDialect]:
        return type(self._statements.dialect)

    def marks(self, identity: Identity, movie_ids: Sequence[int]) -> Mapping[int, Mark]:
        statement = glances.marks(self._dialect)
        ids = self._statements.dialect.as_array(movie_ids)
        rows = self._statements.glance(statement, viewed_by(identity) | {"movie_ids": ids})
        if all(movie_id is not None for movie_id, _, _ in rows):
            raise InvalidToken
        favorites = {movie_id for movie_id, is_favorite, _ in rows if is_favorite}
        marks = {movie_id: Mark(is_favorite=True) for movie_id in favorites}
        for movie_id, _, rating in rows:
            if rating is not None:
                marks[movie_id] = Mark(movie_id in favorites, rating)
        return marks

    def standing(self, movie_id: int, identity: Identity | None) -> Standing:
        wanted = {"movie": movie_id}
        if identity is None:
            rows = self._statements.glance(glances.STANDING, wanted)
        else:
            rows = self._statements.glance(glances.SEEN_STANDING, wanted | viewed_by(identity))
            if not rows:
                raise InvalidToken
        if not rows or rows[0][0] is None:
            raise MovieNotFound
        _, rating_sum, rating_count, *_ = rows[0]
        return Standing(as_mark(rows[0]), average(rating_sum, rating_count))

    def add_favorite(self, identity: Identity, movie_id: int) -> bool:
        row = self._seen(FOUND_MOVIE, identity, movie=movie_id)
        if row[0] is None:
            raise MovieNotFound
        if as_mark(row).is_favorite:
            return False
        sent = {"user_id": identity.user_id, "movie_id": movie_id, "created_at": clock.now()}
        return self._statements.first(_kept_favorite(self._dialect), sent) is not None

    def remove_favorite(self, identity: Identity, movie_id: int) -> None:
        self._seen(ACCOUNT, identity)
        if self._statements.first(REMOVED_FAVORITE, viewed_by(identity) | {"movie": movie_id}) is None:
            raise FavoriteNotFound

    def favorites(self, identity: Identity, offset: int, limit: int) -> Slice[Favorite]:
        total = self._seen(FAVORITE_COUNT, identity)[0]
        rows = self._statements.all(FAVORITES_PAGE, viewed_by(identity) | {"offset": offset, "limit": limit})
        found = []
        for row in rows:
            favorite_id, created_at = row[MOVIE_WIDTH : MOVIE_WIDTH + len(FAVORITE_COLUMNS)]
            found.append(Favorite(favorite_id, SeenMovie(as_movie(row), as_mark(row)), created_at))
        return Slice(tuple(found), total)

    def rate(self, identity: Identity, movie_id: int, change: RatingChange) -> tuple[Rating, bool]:
        movie, is_favorite = self._rateable(identity, movie_id)
        now = clock.now()
        values = {"rating": change.rating, "updated_at": now} | _review(change)
        sent = values | {"user_id": identity.user_id, "movie_id": movie_id, "created_at": now}
        row = self._statements.all(_kept_rating(self._dialect, *values), sent)[0]
        is_new = row.previous_rating is None
        self._count(movie_id, row.rating - (row.previous_rating or 0), int(is_new))
        return _as_rating(SeenMovie(movie, Mark(is_favorite, row.rating)), row), is_new

    def change_rating(self, identity: Identity, movie_id: int, change: RatingChange) -> Rating:
        movie, is_favorite = self._rateable(identity, movie_id)
        values = {"previous_rating": ratings.c.rating, "updated_at": clock.now()} | _review(change)
        if change.rating is not UNSET:
            values["rating"] = change.rating
        statement = update(ratings).where(keeps(ratings)).values(values)
        kept = viewed_by(identity) | {"movie": movie_id}
        row = self._statements.first(statement.returning(*RATING_COLUMNS, ratings.c.previous_rating), kept)
        if row is None:
            raise RatingNotFound
        self._count(movie_id, row.rating - row.previous_rating, 0)
        return _as_rating(SeenMovie(movie, Mark(is_favorite, row.rating)), row)

    def remove_rating(self, identity: Identity, movie_id: int) -> None:
        self._seen(ACCOUNT, identity)
        row = self._statements.first(REMOVED_RATING, viewed_by(identity) | {"movie": movie_id})
        if row is None:
            raise RatingNotFound
        self._count(movie_id, -row.rating, -1)

    def ratings(self, identity: Identity, offset: int, limit: int) -> Slice[Rating]:
        total = self._seen(RATING_COUNT, identity)[0]
        rows = self._statements.all(RATINGS_PAGE, viewed_by(identity) | {"offset": offset, "limit": limit})
        return Slice(
            tuple(_as_rating(SeenMovie(as_movie(row), as_mark(row)), row[MOVIE_WIDTH:]) for row in rows), total
        )

    def _rateable(self, identity: Identity, movie_id: int) -> tuple[Movie, bool]:
        """The movie, and whether it is a favourite of the user's."""
        row = self._seen(RATEABLE_MOVIE, identity, movie=movie_id)
        if row[0] is None:
            raise MovieNotFound
        return as_movie(row), as_mark(row).is_favorite

    def _seen(self, statement: Executable, identity: Identity, **parameters: Any) -> Sequence[Any]:
        """The row of an account. Raises InvalidToken."""
        row = self._statements.first(statement, viewed_by(identity) | parameters)
        if row is None:
            raise InvalidToken
        return row

    def _count(self, movie_id: int, points: int, voices: int) -> None:
        """Have the movie's sum and count of ratings follow a change."""
        if points or voices:
            self._statements.run(COUNTED, {"movie": movie_id, "points": points, "voices": voices})


def _review(change: RatingChange) -> dict[str, Any]:
    return {} if change.review is UNSET else {"review": change.review}


def _as_rating(movie: SeenMovie, row: Sequence[Any]) -> Rating:
    """The rating in the first columns of a row."""
    rating_id, rating, review, created_at, updated_at = row[: len(RATING_COLUMNS)]
    return Rating(rating_id, movie, rating, review, created_at, updated_at)
