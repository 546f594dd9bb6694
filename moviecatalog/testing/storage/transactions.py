"""Sessions and transactions."""

from __future__ import annotations

import pytest

from moviecatalog.domain.errors import NamesTaken
from moviecatalog.domain.library import RatingChange
from moviecatalog.domain.movies import Movie
from moviecatalog.domain.users import User
from moviecatalog.plugins.storages.base import Storage, StorageSession
from moviecatalog.testing.factories import make_facts, make_new_user
from moviecatalog.testing.gauges import assert_gauges
from moviecatalog.testing.storage.base import Failure, MakeStorage, StorageTests, add_movie, average, browse


class TransactionContract(StorageTests):
    def test_write_gives_back_what_the_work_gives(self, storage: Storage) -> None:
        assert storage.write(lambda _: "result") == "result"

    def test_what_is_written_is_there_for_the_next_session(self, storage: Storage, movie: Movie) -> None:
        with storage.read() as session:
            assert session.movies.get(movie.id) == movie

    def test_a_session_sees_its_own_writes(self, storage: Storage) -> None:
        def work(session: StorageSession) -> None:
            (movie,) = session.movies.store([make_facts()]).values()
            assert session.movies.get(movie.id) == movie

        storage.write(work)

    def test_what_the_work_raises_reaches_the_caller_and_undoes_everything(
        self, storage: Storage, movie: Movie, user: User
    ) -> None:
        def work(session: StorageSession) -> None:
            session.movies.store([make_facts()])
            session.movies.note_catalogue_digest("test", "digest")
            session.accounts.add(make_new_user(username="somebody"))
            session.accounts.set_active(user.username, False)
            session.library.rate(session.accounts.add(make_new_user()).identity, movie.id, RatingChange(10))
            raise Failure

        with pytest.raises(Failure):
            storage.write(work)
        with storage.read() as session:
            assert session.movies.catalogue_digest("test") is None
            assert session.accounts.credentials("somebody") is None
            assert session.accounts.get(user.identity) == user
        assert browse(storage).items == (movie,)
        assert average(storage, movie) is None

    def test_work_goes_on_after_names_taken_as_if_nothing_had_been_tried(self, storage: Storage, user: User) -> None:
        def work(session: StorageSession) -> User:
            with pytest.raises(NamesTaken):
                session.accounts.add(make_new_user(username="free", email=user.email))
            return session.accounts.add(make_new_user(username="free"))

        assert storage.write(work).username == "free"

    def test_a_reader_sees_nothing_of_unfinished_work(self, storage: Storage) -> None:
        def work(session: StorageSession) -> None:
            session.movies.store([make_facts()])
            assert browse(storage).total == 0

        storage.write(work)
        assert browse(storage).total == 1

    def test_a_reader_sees_one_state_from_its_first_look_to_its_end(self, storage: Storage, movie: Movie) -> None:
        with storage.read() as session:
            assert session.movies.get(movie.id) == movie
            later = add_movie(storage)
            assert session.movies.find([later.key]) == {}

    def test_migrating_again_changes_nothing(self, storage: Storage, movie: Movie) -> None:
        catalogue_id = storage.catalogue_id
        storage.migrate()
        assert storage.catalogue_id == catalogue_id
        assert browse(storage).items == (movie,)

    def test_a_migrated_storage_can_be_worked_with(self, storage: Storage) -> None:
        storage.prepare()
        storage.check()

    def test_every_catalogue_has_an_id_of_its_own(self, make_storage: MakeStorage) -> None:
        one, other = make_storage(), make_storage()
        assert one.catalogue_id == one.catalogue_id
        assert one.catalogue_id != other.catalogue_id

    def test_two_storages_in_one_process_do_not_mix(self, make_storage: MakeStorage) -> None:
        one, other = make_storage(), make_storage()
        add_movie(one)
        assert (browse(one).total, browse(other).total) == (1, 0)

    def test_its_gauges_can_be_shown(self, storage: Storage) -> None:
        assert_gauges(storage)
        with storage.read():
            assert_gauges(storage)
