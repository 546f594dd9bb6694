"""Records that are taken in over others, and records that are removed."""

from __future__ import annotations

import dataclasses

import pytest

from moviecatalog.domain.errors import InvalidToken
from moviecatalog.domain.library import RatingChange
from moviecatalog.domain.movies import Mark, Movie, Standing
from moviecatalog.domain.records import KINDS, EndedToken, FavoriteRecord, RatingRecord, Record, RecordId
from moviecatalog.domain.users import Credentials, RefreshToken
from moviecatalog.plugins.storages.base import Storage
from moviecatalog.testing.factories import FAR, LONG_AGO, make_credentials, make_movie, make_new_user
from moviecatalog.testing.storage.base import (
    StorageTests,
    add_user,
    average,
    browse,
    dump,
    restore,
    titles,
)

MOVIES = make_movie(id=1, title="One", genre_ids=(7,)), make_movie(id=2, title="Two")
ANNA, BEN = make_credentials(id=1, username="anna"), make_credentials(id=2, username="ben")
FAVORITES = FavoriteRecord(1, 1, 1, LONG_AGO), FavoriteRecord(2, 2, 1, LONG_AGO)
RATINGS = (
    RatingRecord(1, 1, 1, 10, "Fine", LONG_AGO, LONG_AGO),
    RatingRecord(2, 2, 1, 5, None, LONG_AGO, LONG_AGO),
    RatingRecord(3, 2, 2, 3, None, LONG_AGO, LONG_AGO),
)
TOKENS = EndedToken("a", 1, FAR), EndedToken("b", 2, FAR)

CATALOGUE: tuple[Record, ...] = (*MOVIES, ANNA, BEN, *FAVORITES, *RATINGS, *TOKENS)


def without(*gone: Record) -> list[Record]:
    return [record for record in CATALOGUE if record not in gone]


def remove(storage: Storage, kind: type[Record], *ids: RecordId) -> None:
    storage.write(lambda session: session.remove(kind, ids))


def sign_in_name(storage: Storage, name: str) -> int | None:
    with storage.read() as session:
        found = session.accounts.credentials(name)
    return found.id if found else None


def renamed(account: Credentials, name: str) -> Credentials:
    user = dataclasses.replace(account.user, username=name, email=f"{name}@example.org")
    return dataclasses.replace(account, user=user)


class RestoringContract(StorageTests):
    @pytest.fixture
    def full(self, storage: Storage) -> Storage:
        """With the records of CATALOGUE."""
        restore(storage, CATALOGUE)
        return storage

    def averages(self, storage: Storage) -> list[float | None]:
        return [average(storage, movie) for movie in MOVIES]

    def test_what_is_there_already_stays_as_it_is(self, full: Storage) -> None:
        restore(full, CATALOGUE)
        assert dump(full) == list(CATALOGUE)
        assert self.averages(full) == [7.5, 3]

    def test_a_movie_is_replaced_by_the_one_of_its_id_and_keeps_its_users(self, full: Storage) -> None:
        changed = dataclasses.replace(MOVIES[0], title="Other", genre_ids=(8,), popularity=9.5)
        restore(full, [changed])
        assert dump(full) == [changed, *CATALOGUE[1:]]
        assert self.averages(full) == [7.5, 3]
        assert titles(browse(full, words=("other",), genre_ids=(8,))) == ["Other"]
        assert browse(full, words=("one",)).total == browse(full, genre_ids=(7,)).total == 0

    def test_a_movie_takes_the_place_of_another_of_its_key(self, full: Storage) -> None:
        same = dataclasses.replace(MOVIES[0], id=3, title="Other")
        restore(full, [same])
        gone = (MOVIES[0], *FAVORITES, *RATINGS[:2])
        assert sorted(map(repr, dump(full))) == sorted(map(repr, [*without(*gone), same]))
        with full.read() as session:
            assert session.movies.find([same.key]) == {same.key: same}

    def test_movies_may_change_places(self, full: Storage) -> None:
        one, two = MOVIES
        swapped = [dataclasses.replace(one, id=two.id), dataclasses.replace(two, id=one.id)]
        restore(full, swapped)
        with full.read() as session:
            assert list(session.records(Movie)) == swapped[::-1]
            assert session.movies.find([one.key, two.key]) == {movie.key: movie for movie in swapped}

    def test_an_account_is_replaced_by_the_one_of_its_id_and_keeps_what_it_holds(self, full: Storage) -> None:
        changed = dataclasses.replace(renamed(ANNA, "anna2"), password_hash="other")
        restore(full, [changed])
        assert [record for record in dump(full) if record != changed] == without(ANNA)
        assert sign_in_name(full, "anna2") == sign_in_name(full, "ANNA2@example.org") == ANNA.id
        assert sign_in_name(full, "anna") is sign_in_name(full, "anna@example.org") is None
        assert add_user(full, username="anna").id > BEN.id

    def test_an_account_takes_the_place_of_others_of_its_names(self, full: Storage) -> None:
        heir = make_credentials(id=3, username="ANNA", email="ben@example.org")
        restore(full, [heir])
        assert dump(full) == [*MOVIES, heir]
        assert self.averages(full) == [None, None]
        assert sign_in_name(full, "anna") == sign_in_name(full, "ben@example.org") == heir.id
        assert sign_in_name(full, "ben") is None

    def test_accounts_may_change_names(self, full: Storage) -> None:
        restore(full, [renamed(ANNA, "ben"), renamed(BEN, "anna")])
        assert (sign_in_name(full, "anna"), sign_in_name(full, "ben@example.org")) == (BEN.id, ANNA.id)

    def test_a_favorite_takes_the_place_of_the_one_of_its_user_and_movie(self, full: Storage) -> None:
        again = FavoriteRecord(9, 1, 1, FAR)
        restore(full, [again])
        assert [record for record in dump(full) if record != again] == without(FAVORITES[0])

    def test_a_favorite_is_replaced_by_the_one_of_its_id(self, full: Storage) -> None:
        other = FavoriteRecord(1, 1, 2, FAR)
        restore(full, [other])
        assert [record for record in dump(full) if record != other] == without(FAVORITES[0])
        with full.read() as session:
            assert session.library.marks(ANNA.user.identity, [1, 2]) == {1: Mark(False, 10), 2: Mark(True)}

    def test_a_rating_takes_the_place_of_the_one_of_its_user_and_movie(self, full: Storage) -> None:
        again = RatingRecord(9, 1, 1, 2, None, FAR, FAR)
        restore(full, [again])
        assert [record for record in dump(full) if record != again] == without(RATINGS[0])
        assert self.averages(full) == [3.5, 3]

    def test_a_rating_is_replaced_by_the_one_of_its_id(self, full: Storage) -> None:
        other = RatingRecord(1, 1, 2, 9, "Moved", FAR, FAR)
        restore(full, [other])
        assert [record for record in dump(full) if record != other] == without(RATINGS[0])
        assert self.averages(full) == [5, 6]

    def test_a_replaced_rating_changes_as_any(self, full: Storage) -> None:
        restore(full, [dataclasses.replace(RATINGS[0], rating=4)])
        assert self.averages(full) == [4.5, 3]
        rating, is_new = full.write(lambda session: session.library.rate(ANNA.user.identity, 1, RatingChange(rating=6)))
        assert (rating.rating, rating.review, is_new) == (6, "Fine", False)
        assert self.averages(full) == [5.5, 3]

    def test_an_ended_token_is_replaced_by_the_one_of_its_id(self, full: Storage) -> None:
        other = EndedToken("a", 2, LONG_AGO)
        restore(full, [other])
        assert [record for record in dump(full) if record != other] == without(TOKENS[0])

    def test_a_removed_movie_goes_with_all_that_users_made_of_it(self, full: Storage) -> None:
        remove(full, Movie, 1)
        assert dump(full) == without(MOVIES[0], *FAVORITES, *RATINGS[:2])
        assert browse(full, words=("one",)).total == 0
        assert browse(full).total == 1
        with full.read() as session:
            assert session.movies.find([MOVIES[0].key]) == {}

    def test_a_removed_account_goes_with_all_that_it_holds(self, full: Storage) -> None:
        remove(full, Credentials, BEN.id)
        assert dump(full) == without(BEN, FAVORITES[1], *RATINGS[1:], TOKENS[1])
        assert self.averages(full) == [10, None]
        assert add_user(full, username="ben").id > BEN.id

    def test_a_removed_favorite_is_none_any_more(self, full: Storage) -> None:
        remove(full, FavoriteRecord, 1)
        assert dump(full) == without(FAVORITES[0])
        with full.read() as session:
            assert session.library.standing(1, ANNA.user.identity) == Standing(Mark(False, 10), 7.5)

    def test_removed_ratings_count_no_more(self, full: Storage) -> None:
        remove(full, RatingRecord, 1, 3)
        assert dump(full) == without(RATINGS[0], RATINGS[2])
        assert self.averages(full) == [5, None]

    def test_a_removed_token_is_ended_no_more(self, full: Storage) -> None:
        token = RefreshToken(ANNA.user.identity, "a", "family")
        with full.read() as session, pytest.raises(InvalidToken):
            session.tokens.owner(token)
        remove(full, EndedToken, "a")
        assert dump(full) == without(TOKENS[0])
        with full.read() as session:
            assert session.tokens.owner(token) == ANNA.user

    @pytest.mark.parametrize(
        ("kind", "gone"), [(Movie, 1), (Credentials, 2), (FavoriteRecord, 1), (RatingRecord, 3)], ids=repr
    )
    def test_what_is_left_to_an_account_is_counted(self, full: Storage, kind: type[Record], gone: int) -> None:
        remove(full, kind, gone)
        left = dump(full)
        with full.read() as session:
            for account in (it for it in left if isinstance(it, Credentials)):
                identity = account.user.identity
                totals = session.library.favorites(identity, 0, 1).total, session.library.ratings(identity, 0, 1).total
                assert totals == tuple(
                    sum(isinstance(it, kept) and it.user_id == account.id for it in left)
                    for kept in (FavoriteRecord, RatingRecord)
                )

    @pytest.mark.parametrize("kind", KINDS)
    def test_what_is_not_there_is_nothing_to_remove(self, full: Storage, kind: type[Record]) -> None:
        missing: tuple[RecordId, ...] = ("no such token",) if kind is EndedToken else (999, 10**17)
        remove(full, kind, *missing)
        remove(full, kind)
        assert dump(full) == list(CATALOGUE)

    def test_thousands_are_replaced_and_removed(self, storage: Storage) -> None:
        account = make_credentials()
        movies = [make_movie(id=n) for n in range(1, 2_501)]
        kept = [RatingRecord(it.id, account.id, it.id, 5, None, LONG_AGO, LONG_AGO) for it in movies]
        better = [dataclasses.replace(it, rating=6) for it in kept]
        restore(storage, [*movies, account, *kept])
        restore(storage, better)
        assert {average(storage, movie) for movie in movies} == {6}
        remove(storage, RatingRecord, *range(1, 2_500))
        assert dump(storage) == [*movies, account, better[-1]]

    def test_ids_of_accounts_are_given_once_only(self, storage: Storage) -> None:
        with storage.read() as session:
            assert session.accounts.last_id() == 0
        user = add_user(storage)
        storage.write(lambda session: session.accounts.remove(user.identity))
        with storage.read() as session:
            assert session.accounts.last_id() >= user.id
        assert add_user(storage).id > user.id

    def test_ids_that_are_skipped_are_given_to_no_account(self, storage: Storage) -> None:
        for last_id in (1_000, 10):
            storage.write(lambda session, last_id=last_id: session.accounts.skip_ids(last_id))  # type: ignore[misc]  # a lambda's default
        assert add_user(storage).id > 1_000
        storage.write(lambda session: session.accounts.skip_ids(5_000))
        user = storage.write(lambda session: session.accounts.add(make_new_user()))
        assert user.id > 5_000
        with storage.read() as session:
            assert session.accounts.last_id() >= user.id
