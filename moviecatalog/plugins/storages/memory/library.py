"""Favourites and ratings."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from moviecatalog.domain import clock
from moviecatalog.domain.errors import FavoriteNotFound, MovieNotFound, RatingNotFound
from moviecatalog.domain.library import Favorite, Rating, RatingChange
from moviecatalog.domain.movies import NO_MARK, Mark, SeenMovie, Standing
from moviecatalog.domain.pages import Slice
from moviecatalog.domain.records import FavoriteRecord, RatingRecord
from moviecatalog.domain.unset import UNSET
from moviecatalog.domain.users import Identity
from moviecatalog.plugins.storages.averages import average
from moviecatalog.plugins.storages.memory.accounts import MemoryAccountStore
from moviecatalog.plugins.storages.memory.state import State
from moviecatalog.plugins.storages.stores import LibraryStore

Kept = TypeVar("Kept", FavoriteRecord, RatingRecord)


class MemoryLibraryStore(LibraryStore):
    def __init__(self, state: State) -> None:
        self._state = state

    def marks(self, identity: Identity, movie_ids: Sequence[int]) -> Mapping[int, Mark]:
        user_id = self._user_id(identity)
        marks = {movie_id: self._mark(user_id, movie_id) for movie_id in movie_ids}
        return {movie_id: mark for movie_id, mark in marks.items() if mark != NO_MARK}

    def standing(self, movie_id: int, identity: Identity | None) -> Standing:
        mark = self._mark(self._user_id(identity), movie_id) if identity else NO_MARK
        self._check_movie(movie_id)
        voices = [row.rating for row in self._state.ratings.values() if row.movie_id == movie_id]
        return Standing(mark, average(sum(voices), len(voices)))

    def add_favorite(self, identity: Identity, movie_id: int) -> bool:
        pair = self._user_id(identity), movie_id
        self._check_movie(movie_id)
        if pair in self._state.favorites:
            return False
        self._state.put(FavoriteRecord(self._state.next_id(), *pair, clock.now()))
        return True

    def remove_favorite(self, identity: Identity, movie_id: int) -> None:
        if self._state.favorites.pop((self._user_id(identity), movie_id), None) is None:
            raise FavoriteNotFound

    def favorites(self, identity: Identity, offset: int, limit: int) -> Slice[Favorite]:
        own = _newest_first(self._state.favorites.values(), self._user_id(identity))
        page = own[offset : offset + limit]
        return Slice(tuple(Favorite(row.id, self._seen(row), row.created_at) for row in page), len(own))

    def rate(self, identity: Identity, movie_id: int, change: RatingChange) -> tuple[Rating, bool]:
        pair = self._user_id(identity), movie_id
        self._check_movie(movie_id)
        is_new = pair not in self._state.ratings
        if is_new:
            now = clock.now()
            self._state.put(RatingRecord(self._state.next_id(), *pair, 0, None, now, now))
        return self.change_rating(identity, movie_id, change), is_new

    def change_rating(self, identity: Identity, movie_id: int, change: RatingChange) -> Rating:
        pair = self._user_id(identity), movie_id
        self._check_movie(movie_id)
        if pair not in self._state.ratings:
            raise RatingNotFound
        row = self._state.ratings[pair]
        changed = dataclasses.replace(
            row,
            rating=row.rating if change.rating is UNSET else change.rating,
            review=row.review if change.review is UNSET else change.review,
            updated_at=clock.now(),
        )
        self._state.put(changed)
        return self._rating(changed)

    def remove_rating(self, identity: Identity, movie_id: int) -> None:
        if self._state.ratings.pop((self._user_id(identity), movie_id), None) is None:
            raise RatingNotFound

    def ratings(self, identity: Identity, offset: int, limit: int) -> Slice[Rating]:
        own = _newest_first(self._state.ratings.values(), self._user_id(identity))
        return Slice(tuple(self._rating(row) for row in own[offset : offset + limit]), len(own))

    def _user_id(self, identity: Identity) -> int:
        """Raises InvalidToken."""
        return MemoryAccountStore(self._state).get(identity).id

    def _check_movie(self, movie_id: int) -> None:
        if movie_id not in self._state.movies:
            raise MovieNotFound

    def _mark(self, user_id: int, movie_id: int) -> Mark:
        rating = self._state.ratings.get((user_id, movie_id))
        return Mark((user_id, movie_id) in self._state.favorites, rating.rating if rating else None)

    def _seen(self, row: FavoriteRecord | RatingRecord) -> SeenMovie:
        return SeenMovie(self._state.movies[row.movie_id], self._mark(row.user_id, row.movie_id))

    def _rating(self, row: RatingRecord) -> Rating:
        return Rating(row.id, self._seen(row), row.rating, row.review, row.created_at, row.updated_at)


def _newest_first(rows: Iterable[Kept], user_id: int) -> list[Kept]:
    own = [row for row in rows if row.user_id == user_id]
    return sorted(own, key=lambda row: (row.created_at, row.id), reverse=True)
