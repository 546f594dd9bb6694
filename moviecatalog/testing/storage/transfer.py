"""A whole catalogue on its way from one storage to another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from moviecatalog.domain.library import RatingChange
from moviecatalog.domain.movies import Mark, Movie, Standing
from moviecatalog.domain.records import KINDS, EndedToken, FavoriteRecord, RatingRecord, Record
from moviecatalog.domain.users import Credentials, ProfileChange, RefreshToken, User
from moviecatalog.plugins.storages.base import Storage
from moviecatalog.testing.factories import FAR, LONG_AGO, make_credentials, make_facts, make_movie
from moviecatalog.testing.storage.base import (
    Failure,
    MakeStorage,
    StorageTests,
    add_movie,
    add_movies,
    add_user,
    average,
    browse,
    dump,
    rate,
    restore,
)


class TransferContract(StorageTests):
    @pytest.fixture
    def records(self, storage: Storage) -> list[Record]:
        """A small catalogue, dumped."""
        one, two, _ = add_movies(storage, *(make_facts(title=f"Title {n}", genre_ids=(n, 7)) for n in range(3)))
        anna, ben = add_user(storage, username="Anna"), add_user(storage, username="Ben")
        rate(storage, anna, two, 7)
        rate(storage, ben, two, 2)
        change = RatingChange(9, "Fine")
        storage.write(lambda session: session.library.rate(anna.identity, one.id, change))
        storage.write(lambda session: session.library.add_favorite(anna.identity, two.id))
        storage.write(lambda session: session.accounts.change_profile(anna.identity, ProfileChange(bio="Bio")))
        storage.write(lambda session: session.accounts.set_active("Ben", False))
        token = RefreshToken(anna.identity, "token", "family")
        storage.write(lambda session: session.tokens.end_family(token, FAR))
        return dump(storage)

    def test_a_dump_holds_everything_by_kind_and_id(self, records: list[Record]) -> None:
        kinds = [Movie] * 3 + [Credentials] * 2 + [FavoriteRecord] + [RatingRecord] * 3 + [EndedToken]
        assert [type(record) for record in records] == kinds
        for kind in (Movie, RatingRecord):
            ids = [record.id for record in records if isinstance(record, kind)]
            assert ids == sorted(ids)

    @pytest.mark.parametrize("kind", KINDS)
    def test_the_records_of_a_kind_come_from_one_id_to_another(
        self, storage: Storage, records: list[Record], kind: type[Record]
    ) -> None:
        own = [record for record in records if type(record) is kind]
        first, last = own[0].id, own[-1].id
        with storage.read() as session:
            assert list(session.records(kind)) == own
            assert list(session.records(kind, after=first)) == own[1:]
            assert list(session.records(kind, until=first)) == own[:1]
            assert list(session.records(kind, after=first, until=last)) == own[1:]
            assert list(session.records(kind, after=last)) == []

    def test_ended_tokens_come_code_point_by_code_point(self, storage: Storage) -> None:
        account = make_credentials()
        ids = ["A B", "Z", "_", "a", "a b", "ab", "\xe4"]
        restore(storage, [account, *(EndedToken(it, account.id, FAR) for it in reversed(ids))])
        with storage.read() as session:
            assert [record.id for record in session.records(EndedToken)] == ids
            assert [record.id for record in session.records(EndedToken, "Z", "a b")] == ["_", "a", "a b"]

    def test_an_empty_storage_dumps_nothing(self, storage: Storage) -> None:
        assert dump(storage) == []

    def test_what_is_restored_dumps_the_same(self, make_storage: MakeStorage, records: list[Record]) -> None:
        other = make_storage()
        restore(other, records)
        assert dump(other) == records

    def test_restored_movies_are_found_and_averaged(self, make_storage: MakeStorage, records: list[Record]) -> None:
        other = make_storage()
        restore(other, records)
        found = browse(other, words=("title",), genre_ids=(7,))
        assert found.total == 3
        assert {movie.title: average(other, movie) for movie in found.items} == {
            "Title 0": 9.0,
            "Title 1": 4.5,
            "Title 2": None,
        }

    def test_restored_accounts_go_on(self, make_storage: MakeStorage, records: list[Record]) -> None:
        other = make_storage()
        restore(other, records)
        with other.read() as session:
            anna, ben = session.accounts.credentials("anna"), session.accounts.credentials("ben@example.org")
            assert anna is not None
            assert ben is not None
            assert not ben.user.is_active
            two = browse(other, words=("1",)).items[0]
            assert session.library.standing(two.id, anna.user.identity) == Standing(Mark(True, 7), 4.5)

    def test_ratings_change_as_before_after_a_restore(self, make_storage: MakeStorage, records: list[Record]) -> None:
        other = make_storage()
        restore(other, records)
        movie = browse(other, words=("1",)).items[0]
        with other.read() as session:
            anna = session.accounts.credentials("anna")
        assert anna is not None
        rate(other, anna.user, movie, 4)
        assert average(other, movie) == 3
        other.write(lambda session: session.library.remove_rating(anna.user.identity, movie.id))
        assert average(other, movie) == 2

    def test_new_rows_get_ids_above_those_taken_in(self, make_storage: MakeStorage) -> None:
        other = make_storage()
        account = make_credentials(id=5_000_000_000)
        movie = make_movie(id=4_000_000_000)
        pair = account.user.id, movie.id
        kept: list[Record] = [
            FavoriteRecord(10**12, *pair, LONG_AGO),
            RatingRecord(10**13, *pair, 5, "r", LONG_AGO, LONG_AGO),
        ]
        restore(other, [movie, account, *kept])
        assert dump(other) == [movie, account, *kept]
        new_movie, new_user = add_movie(other), add_user(other)
        assert new_movie.id > movie.id
        assert new_user.id > account.user.id
        assert rate(other, new_user, movie, 5).id > 10**13
        other.write(lambda session: session.library.add_favorite(new_user.identity, movie.id))
        with other.read() as session:
            assert session.library.favorites(new_user.identity, 0, 1).items[0].id > 10**12

    def test_thousands_of_records_are_restored(self, storage: Storage) -> None:
        movies: list[Record] = [make_movie(id=n) for n in range(1, 2_501)]
        account = make_credentials()
        kept: list[Record] = [FavoriteRecord(n, account.user.id, n, LONG_AGO) for n in range(1, 2_501)]
        restore(storage, [*movies, account, *kept])
        assert dump(storage) == [*movies, account, *kept]

    def test_a_restore_that_fails_leaves_nothing(self, make_storage: MakeStorage, records: list[Record]) -> None:
        def broken() -> Iterator[Record]:
            yield from records
            raise Failure

        other = make_storage()
        with pytest.raises(Failure):
            other.write(lambda session: session.restore(broken()))
        assert dump(other) == []

    def test_a_catalogue_that_moved_is_another_catalogue(
        self, storage: Storage, make_storage: MakeStorage, records: list[Record]
    ) -> None:
        other = make_storage()
        restore(other, records)
        assert other.catalogue_id != storage.catalogue_id

    def test_restored_users_may_sign_in_by_either_name(self, make_storage: MakeStorage, user: User) -> None:
        other = make_storage()
        restore(other, [Credentials(user, "h")])
        with other.read() as session:
            assert session.accounts.credentials(user.username.upper()) == Credentials(user, "h")
            assert session.accounts.credentials(user.email.upper()) == Credentials(user, "h")
