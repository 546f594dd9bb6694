"""What users keep: favourites and ratings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, update

from moviecatalog.domain import clock
from moviecatalog.domain.errors import FavoriteNotFound, InvalidToken, MovieNotFound, RatingNotFound
from moviecatalog.domain.library import Favorite, Rating, RatingChange
from moviecatalog.domain.movies import Mark, Movie, SeenMovie, Standing
from moviecatalog.domain.pages import Slice
from moviecatalog.domain.unset import UNSET
from moviecatalog.domain.users import Identity
from moviecatalog.plugins.storages.averages import average
from moviecatalog.plugins.storages.sqlalchemy import glances
from moviecatalog.plugins.storages.sqlalchemy.dialect import Excluded
from moviecatalog.plugins.storages.sqlalchemy.rows import MOVIE_COLUMNS, MOVIE_WIDTH, as_movie
from moviecatalog.plugins.storages.sqlalchemy.statements import Statements
from moviecatalog.plugins.storages.sqlalchemy.tables import favorites, movies, ratings
from moviecatalog.plugins.storages.sqlalchemy.viewer import Viewer, as_mark
from moviecatalog.plugins.storages.stores import LibraryStore

FAVORITE_COLUMNS = (favorites.c.id, favorites.c.created_at)
RATING_COLUMNS = (
    ratings.c.id,
    ratings.c.rating,
    ratings.c.review,
    ratings.c.created_at,
    ratings.c.updated_at,
)


class SqlLibraryStore(LibraryStore):
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def _viewer(self, identity: Identity) -> Viewer:
        return Viewer(self._statements, identity)

    def marks(self, identity: Identity, movie_ids: Sequence[int]) -> Mapping[int, Mark]:
        statement = glances.marks(type(self._statements.dialect))
        ids = self._statements.dialect.as_array(movie_ids)
        rows = self._statements.glance(statement, _bound(identity) | {"movie_ids": ids})
        if all(movie_id is not None for movie_id, _, _ in rows):
            raise InvalidToken
        favorites = {movie_id for movie_id, is_favorite, _ in rows if is_favorite}
        marks = {movie_id: Mark(is_favorite=True) for movie_id in favorites}
        for movie_id, _, rating in rows:
            if rating is not None:
                marks[movie_id] = Mark(movie_id in favorites, rating)
        return marks

    def standing(self, movie_id: int, identity: Identity | None) -> Standing:
        wanted = {"movie_id": movie_id}
        if identity is None:
            rows = self._statements.glance(glances.STANDING, wanted)
        else:
            rows = self._statements.glance(glances.SEEN_STANDING, wanted | _bound(identity))
            if not rows:
                raise InvalidToken
        if not rows or rows[0][0] is None:
            raise MovieNotFound
        _, rating_sum, rating_count, *_ = rows[0]
        return Standing(as_mark(rows[0]), average(rating_sum, rating_count))

    def add_favorite(self, identity: Identity, movie_id: int) -> bool:
        row = self._viewer(identity).look([movies.c.id], movies.c.id == movie_id)[0]
        if row[0] is None:
            raise MovieNotFound
        if as_mark(row).is_favorite:
            return False
        statement = self._statements.dialect.insert_missing(favorites).returning(favorites.c.id)
        sent = {"user_id": identity.user_id, "movie_id": movie_id, "created_at": clock.now()}
        return self._statements.first(statement, sent) is not None

    def remove_favorite(self, identity: Identity, movie_id: int) -> None:
        viewer = self._viewer(identity)
        viewer.check()
        statement = delete(favorites).where(viewer.keeps(favorites, movie_id)).returning(favorites.c.id)
        if self._statements.first(statement) is None:
            raise FavoriteNotFound

    def favorites(self, identity: Identity, offset: int, limit: int) -> Slice[Favorite]:
        total, rows = self._viewer(identity).page(favorites, FAVORITE_COLUMNS, offset, limit)
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

        def replace(sent: Excluded) -> dict[str, Any]:
            return {name: sent[name] for name in values} | {"previous_rating": ratings.c.rating}

        statement = self._statements.dialect.upsert(ratings, ("user_id", "movie_id"), replace)
        row = self._statements.all(statement.returning(*RATING_COLUMNS, ratings.c.previous_rating), sent)[0]
        is_new = row.previous_rating is None
        self._count(movie_id, row.rating - (row.previous_rating or 0), int(is_new))
        return _as_rating(SeenMovie(movie, Mark(is_favorite, row.rating)), row), is_new

    def change_rating(self, identity: Identity, movie_id: int, change: RatingChange) -> Rating:
        movie, is_favorite = self._rateable(identity, movie_id)
        values = {"previous_rating": ratings.c.rating, "updated_at": clock.now()} | _review(change)
        if change.rating is not UNSET:
            values["rating"] = change.rating
        statement = update(ratings).where(self._viewer(identity).keeps(ratings, movie_id)).values(values)
        row = self._statements.first(statement.returning(*RATING_COLUMNS, ratings.c.previous_rating))
        if row is None:
            raise RatingNotFound
        self._count(movie_id, row.rating - row.previous_rating, 0)
        return _as_rating(SeenMovie(movie, Mark(is_favorite, row.rating)), row)

    def remove_rating(self, identity: Identity, movie_id: int) -> None:
        viewer = self._viewer(identity)
        viewer.check()
        row = self._statements.first(delete(ratings).where(viewer.keeps(ratings, movie_id)).returning(ratings.c.rating))
        if row is None:
            raise RatingNotFound
        self._count(movie_id, -row.rating, -1)

    def ratings(self, identity: Identity, offset: int, limit: int) -> Slice[Rating]:
        total, rows = self._viewer(identity).page(ratings, RATING_COLUMNS, offset, limit)
        return Slice(
            tuple(_as_rating(SeenMovie(as_movie(row), as_mark(row)), row[MOVIE_WIDTH:]) for row in rows), total
        )

    def _rateable(self, identity: Identity, movie_id: int) -> tuple[Movie, bool]:
        """The movie, and whether it is a favourite of the user's."""
        row = self._viewer(identity).look(MOVIE_COLUMNS, movies.c.id == movie_id)[0]
        if row[0] is None:
            raise MovieNotFound
        return as_movie(row), as_mark(row).is_favorite

    def _count(self, movie_id: int, points: int, voices: int) -> None:
        """Have the movie's sum and count of ratings follow a change; in SQL, so that no concurrent one is lost."""
        if points or voices:
            sums = {
                "rating_sum": movies.c.rating_sum + points,
                "rating_count": movies.c.rating_count + voices,
            }
            self._statements.run(update(movies).where(movies.c.id == movie_id).values(sums))


def _bound(identity: Identity) -> dict[str, Any]:
    return {"user_id": identity.user_id, "token_version": identity.token_version}


def _review(change: RatingChange) -> dict[str, Any]:
    return {} if change.review is UNSET else {"review": change.review}


def _as_rating(movie: SeenMovie, row: Sequence[Any]) -> Rating:
    """The rating in the first columns of a row."""
    rating_id, rating, review, created_at, updated_at = row[: len(RATING_COLUMNS)]
    return Rating(rating_id, movie, rating, review, created_at, updated_at)
