"""Ratings, their reviews, and what they average to."""

from __future__ import annotations

import datetime as dt

import pytest

from moviecatalog.domain import clock
from moviecatalog.domain.errors import MovieNotFound, RatingNotFound
from moviecatalog.domain.library import Rating, RatingChange
from moviecatalog.domain.movies import Mark, Movie, SeenMovie
from moviecatalog.domain.pages import Slice
from moviecatalog.domain.records import RatingRecord
from moviecatalog.domain.users import User
from moviecatalog.plugins.storages.base import Storage
from moviecatalog.testing.factories import LONG_AGO, make_credentials, make_facts, make_movie
from moviecatalog.testing.storage.base import StorageTests, add_movies, add_user, average, rate

UNKNOWN_ID = 999_999_999_999_999_999


def review(storage: Storage, user: User, movie: Movie, change: RatingChange) -> tuple[Rating, bool]:
    return storage.write(lambda session: session.library.rate(user.identity, movie.id, change))


def change_rating(storage: Storage, user: User, movie: Movie, change: RatingChange) -> Rating:
    return storage.write(lambda session: session.library.change_rating(user.identity, movie.id, change))


def remove_rating(storage: Storage, user: User, movie: Movie) -> None:
    storage.write(lambda session: session.library.remove_rating(user.identity, movie.id))


def ratings(storage: Storage, user: User, offset: int = 0, limit: int = 100) -> Slice[Rating]:
    with storage.read() as session:
        return session.library.ratings(user.identity, offset, limit)


class RatingContract(StorageTests):
    def test_a_first_rating_is_new(self, storage: Storage, user: User, movie: Movie) -> None:
        before = clock.now()
        made, is_new = review(storage, user, movie, RatingChange(8, "Très bien 👍"))
        assert is_new
        assert (made.rating, made.review, made.movie) == (8, "Très bien 👍", SeenMovie(movie, Mark(False, 8)))
        assert before <= made.created_at == made.updated_at <= clock.now()
        assert ratings(storage, user) == Slice((made,), 1)

    def test_a_second_rating_replaces_the_first(self, storage: Storage, user: User, movie: Movie) -> None:
        first, _ = review(storage, user, movie, RatingChange(8, "good"))
        second, is_new = review(storage, user, movie, RatingChange(3, "bad"))
        assert not is_new
        assert (second.id, second.rating, second.review) == (first.id, 3, "bad")
        assert ratings(storage, user) == Slice((second,), 1)

    def test_rating_again_without_a_review_keeps_the_review(self, storage: Storage, user: User, movie: Movie) -> None:
        review(storage, user, movie, RatingChange(8, "good"))
        assert review(storage, user, movie, RatingChange(9))[0].review == "good"
        assert review(storage, user, movie, RatingChange(9, None))[0].review is None

    def test_a_rating_without_a_review_has_none(self, storage: Storage, user: User, movie: Movie) -> None:
        assert review(storage, user, movie, RatingChange(8))[0].review is None

    def test_a_change_of_a_rating_touches_what_it_names(self, storage: Storage, user: User, movie: Movie) -> None:
        made, _ = review(storage, user, movie, RatingChange(8, "good"))
        better = change_rating(storage, user, movie, RatingChange(rating=9))
        assert (better.id, better.rating, better.review, better.created_at) == (made.id, 9, "good", made.created_at)
        reworded = change_rating(storage, user, movie, RatingChange(review="great"))
        assert (reworded.rating, reworded.review) == (9, "great")
        cleared = change_rating(storage, user, movie, RatingChange(review=None))
        assert (cleared.rating, cleared.review) == (9, None)
        assert ratings(storage, user).items == (cleared,)

    def test_changes_move_the_time_of_the_update_only(self, storage: Storage) -> None:
        account, movie = make_credentials(), make_movie()
        old = RatingRecord(1, account.user.id, movie.id, 5, None, LONG_AGO, LONG_AGO)
        storage.write(lambda session: session.restore([movie, account, old]))
        before = clock.now()
        for changed in (
            change_rating(storage, account.user, movie, RatingChange(6)),
            review(storage, account.user, movie, RatingChange(7))[0],
        ):
            assert changed.created_at == LONG_AGO
            assert before <= changed.updated_at
            assert changed.updated_at.tzinfo is dt.UTC

    def test_an_unknown_movie_can_not_be_rated(self, storage: Storage, user: User) -> None:
        with pytest.raises(MovieNotFound):
            storage.write(lambda session: session.library.rate(user.identity, UNKNOWN_ID, RatingChange(5)))
        with pytest.raises(MovieNotFound):
            storage.write(lambda session: session.library.change_rating(user.identity, UNKNOWN_ID, RatingChange(5)))

    def test_only_what_was_rated_can_be_changed_or_removed(self, storage: Storage, user: User, movie: Movie) -> None:
        rate(storage, add_user(storage), movie, 5)
        with pytest.raises(RatingNotFound):
            change_rating(storage, user, movie, RatingChange(5))
        with pytest.raises(RatingNotFound):
            remove_rating(storage, user, movie)
        with pytest.raises(RatingNotFound):
            storage.write(lambda session: session.library.remove_rating(user.identity, UNKNOWN_ID))
        assert average(storage, movie) == 5

    def test_a_rating_bears_its_users_own_marks(self, storage: Storage, user: User, movie: Movie) -> None:
        storage.write(lambda session: session.library.add_favorite(user.identity, movie.id))
        made, _ = review(storage, user, movie, RatingChange(8))
        changed = change_rating(storage, user, movie, RatingChange(9))
        assert made.movie.mark == Mark(True, 8)
        assert changed.movie.mark == ratings(storage, user).items[0].movie.mark == Mark(True, 9)

    def test_ratings_come_newest_first_by_when_they_were_made(self, storage: Storage, user: User) -> None:
        movies = add_movies(storage, *(make_facts() for _ in range(3)))
        for it in movies:
            rate(storage, user, it, 5)
        rate(storage, user, movies[0], 6)
        assert [it.movie.movie for it in ratings(storage, user).items] == movies[::-1]

    def test_ratings_come_in_pages_with_the_exact_total(self, storage: Storage, user: User) -> None:
        for it in add_movies(storage, *(make_facts() for _ in range(5))):
            rate(storage, user, it, 5)
        rate(storage, add_user(storage), it, 5)
        whole = ratings(storage, user)
        assert ratings(storage, user, 2, 2) == Slice(whole.items[2:4], 5)
        assert ratings(storage, user, 5, 2).items == ()

    def test_a_movie_that_nobody_rated_has_no_average(self, storage: Storage, movie: Movie) -> None:
        assert average(storage, movie) is None

    def test_the_average_follows_every_change(self, storage: Storage, movie: Movie) -> None:
        one, two, three = (add_user(storage) for _ in range(3))
        rate(storage, one, movie, 10)
        rate(storage, two, movie, 5)
        assert average(storage, movie) == 7.5
        rate(storage, three, movie, 5)
        assert average(storage, movie) == 6.67
        rate(storage, three, movie, 5)
        assert average(storage, movie) == 6.67
        rate(storage, three, movie, 8)
        assert average(storage, movie) == 7.67
        change_rating(storage, one, movie, RatingChange(1))
        assert average(storage, movie) == 4.67
        change_rating(storage, one, movie, RatingChange(review="only words"))
        assert average(storage, movie) == 4.67
        remove_rating(storage, three, movie)
        assert average(storage, movie) == 3
        remove_rating(storage, one, movie)
        remove_rating(storage, two, movie)
        assert average(storage, movie) is None
        rate(storage, one, movie, 2)
        assert average(storage, movie) == 2

    def test_the_average_is_rounded_half_up(self, storage: Storage, movie: Movie) -> None:
        for rating in (6, 6, 6, 6, 6, 6, 6, 7):
            rate(storage, add_user(storage), movie, rating)
        assert average(storage, movie) == 6.13

    def test_a_rating_counts_for_its_own_movie(self, storage: Storage, user: User) -> None:
        one, other = add_movies(storage, make_facts(), make_facts())
        rate(storage, user, one, 5)
        assert (average(storage, one), average(storage, other)) == (5, None)
