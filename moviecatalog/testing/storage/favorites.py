"""Favourites, and the marks that they leave on movies."""

from __future__ import annotations

import datetime as dt

import pytest

from moviecatalog.domain import clock
from moviecatalog.domain.errors import FavoriteNotFound, MovieNotFound
from moviecatalog.domain.library import Favorite
from moviecatalog.domain.movies import NO_MARK, Mark, Movie, Standing
from moviecatalog.domain.pages import Slice
from moviecatalog.domain.records import FavoriteRecord
from moviecatalog.domain.users import User
from moviecatalog.plugins.storages.base import Storage
from moviecatalog.testing.factories import make_credentials, make_facts, make_movie
from moviecatalog.testing.storage.base import StorageTests, add_movies, add_user, rate


def add_favorite(storage: Storage, user: User, movie: Movie) -> bool:
    return storage.write(lambda session: session.library.add_favorite(user.identity, movie.id))


def remove_favorite(storage: Storage, user: User, movie: Movie) -> None:
    storage.write(lambda session: session.library.remove_favorite(user.identity, movie.id))


def favorites(storage: Storage, user: User, offset: int = 0, limit: int = 100) -> Slice[Favorite]:
    with storage.read() as session:
        return session.library.favorites(user.identity, offset, limit)


class FavoriteContract(StorageTests):
    def test_a_favorite_is_new_once(self, storage: Storage, user: User, movie: Movie) -> None:
        assert add_favorite(storage, user, movie) is True
        assert add_favorite(storage, user, movie) is False
        assert favorites(storage, user).total == 1

    def test_a_favorite_that_was_removed_can_be_added_again(self, storage: Storage, user: User, movie: Movie) -> None:
        add_favorite(storage, user, movie)
        remove_favorite(storage, user, movie)
        assert favorites(storage, user) == Slice((), 0)
        assert add_favorite(storage, user, movie) is True

    def test_a_favorite_says_when_it_was_made(self, storage: Storage, user: User, movie: Movie) -> None:
        before = clock.now()
        add_favorite(storage, user, movie)
        (favorite,) = favorites(storage, user).items
        assert favorite.movie.movie == movie
        assert before <= favorite.created_at <= clock.now()
        assert favorite.created_at.tzinfo is dt.UTC

    def test_an_unknown_movie_can_not_be_a_favorite(self, storage: Storage, user: User) -> None:
        with pytest.raises(MovieNotFound):
            storage.write(lambda session: session.library.add_favorite(user.identity, 999_999_999_999_999_999))

    def test_only_favorites_can_be_removed(self, storage: Storage, user: User, movie: Movie) -> None:
        add_favorite(storage, add_user(storage), movie)
        with pytest.raises(FavoriteNotFound):
            remove_favorite(storage, user, movie)
        with pytest.raises(FavoriteNotFound):
            storage.write(lambda session: session.library.remove_favorite(user.identity, 999_999_999_999_999_999))

    def test_favorites_come_newest_first_even_within_a_second(self, storage: Storage, user: User) -> None:
        movies = add_movies(storage, *(make_facts() for _ in range(3)))
        for it in movies:
            add_favorite(storage, user, it)
        assert [favorite.movie.movie for favorite in favorites(storage, user).items] == movies[::-1]

    def test_favorites_come_by_time_rather_than_id(self, storage: Storage) -> None:
        account = make_credentials(id=1)
        movies = [make_movie(id=n) for n in (1, 2, 3)]
        days = {1: 2, 2: 3, 3: 1}
        made = [FavoriteRecord(n, 1, n, dt.datetime(2020, 1, day, tzinfo=dt.UTC)) for n, day in days.items()]
        storage.write(lambda session: session.restore([*movies, account, *made]))
        assert [favorite.id for favorite in favorites(storage, account.user).items] == [2, 1, 3]

    def test_favorites_come_in_pages_with_the_exact_total(self, storage: Storage, user: User) -> None:
        for it in add_movies(storage, *(make_facts() for _ in range(5))):
            add_favorite(storage, user, it)
        whole = favorites(storage, user)
        assert favorites(storage, user, 2, 2) == Slice(whole.items[2:4], 5)
        assert favorites(storage, user, 5, 2).items == ()

    def test_favorites_bear_their_users_own_marks(self, storage: Storage, user: User) -> None:
        rated, unrated = add_movies(storage, make_facts(), make_facts())
        for it in (rated, unrated):
            add_favorite(storage, user, it)
        rate(storage, user, rated, 9)
        rate(storage, add_user(storage), unrated, 1)
        assert [it.movie.mark for it in favorites(storage, user).items] == [Mark(True, None), Mark(True, 9)]

    def test_nobody_sees_anybody_elses_favorites(self, storage: Storage, user: User, movie: Movie) -> None:
        add_favorite(storage, add_user(storage), movie)
        assert favorites(storage, user) == Slice((), 0)
        with storage.read() as session:
            assert session.library.marks(user.identity, [movie.id]) == {}

    def test_marks_are_given_for_marked_movies_only(self, storage: Storage, user: User) -> None:
        favorite, rated, both, neither, unasked = add_movies(storage, *(make_facts() for _ in range(5)))
        for it in (favorite, both, unasked):
            add_favorite(storage, user, it)
        for it in (rated, both):
            rate(storage, user, it, 3)
        ids = [favorite.id, rated.id, both.id, neither.id, 999_999_999_999_999_999]
        with storage.read() as session:
            marks = session.library.marks(user.identity, ids)
            assert session.library.marks(user.identity, []) == {}
        assert marks == {favorite.id: Mark(True), rated.id: Mark(False, 3), both.id: Mark(True, 3)}

    def test_standing_has_the_viewers_mark_or_none(self, storage: Storage, user: User, movie: Movie) -> None:
        add_favorite(storage, user, movie)
        rate(storage, user, movie, 4)
        stranger = add_user(storage)
        with storage.read() as session:
            assert session.library.standing(movie.id, user.identity) == Standing(Mark(True, 4), 4.0)
            assert session.library.standing(movie.id, stranger.identity) == Standing(NO_MARK, 4.0)
            assert session.library.standing(movie.id, None) == Standing(NO_MARK, 4.0)

    @pytest.mark.parametrize("signed_in", [True, False])
    def test_an_unknown_movie_has_no_standing(self, storage: Storage, user: User, signed_in: bool) -> None:
        with storage.read() as session, pytest.raises(MovieNotFound):
            session.library.standing(999_999_999_999_999_999, user.identity if signed_in else None)
