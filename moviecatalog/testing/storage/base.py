"""What the kit's parts share: the storage under test, and what tests begin with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from moviecatalog.domain.library import Rating, RatingChange
from moviecatalog.domain.movies import Movie, MovieFacts
from moviecatalog.domain.pages import Slice
from moviecatalog.domain.queries import MovieQuery
from moviecatalog.domain.records import Record
from moviecatalog.domain.users import User
from moviecatalog.plugins.storages.base import Storage
from moviecatalog.testing.factories import make_facts, make_new_user

MakeStorage = Callable[[], Storage]


class Failure(Exception):
    """What goes wrong in the middle of some work."""


class StorageTests:
    """A plain class, so that nothing collects it: a subclass named Test… does."""

    @pytest.fixture
    def storage(self, make_storage: MakeStorage) -> Storage:
        return make_storage()

    @pytest.fixture
    def user(self, storage: Storage) -> User:
        return add_user(storage)

    @pytest.fixture
    def movie(self, storage: Storage) -> Movie:
        return add_movie(storage)


def dump(storage: Storage) -> list[Record]:
    with storage.read() as session:
        return list(session.dump())


def restore(storage: Storage, records: Sequence[Record]) -> None:
    storage.write(lambda session: session.restore(iter(records)))


def add_user(storage: Storage, **values: Any) -> User:
    return storage.write(lambda session: session.accounts.add(make_new_user(**values)))


def add_movie(storage: Storage, **values: Any) -> Movie:
    return add_movies(storage, make_facts(**values))[0]


def add_movies(storage: Storage, *facts: MovieFacts) -> list[Movie]:
    """In the order of the facts."""
    stored = storage.write(lambda session: session.movies.store(facts))
    return [stored[it.key] for it in facts]


def rate(storage: Storage, user: User, movie: Movie, rating: int) -> Rating:
    return storage.write(lambda session: session.library.rate(user.identity, movie.id, RatingChange(rating)))[0]


def average(storage: Storage, movie: Movie) -> float | None:
    with storage.read() as session:
        return session.library.standing(movie.id, None).average_rating


def browse(storage: Storage, offset: int = 0, limit: int = 100, **query: Any) -> Slice[Movie]:
    with storage.read() as session:
        return session.movies.browse(MovieQuery(**query), offset, limit)


def titles(found: Slice[Movie]) -> list[str]:
    return [movie.title for movie in found.items]
