"""Connections, locks, and transactions that run again."""

from __future__ import annotations

import sqlite3
from contextlib import suppress

import pytest
from sqlalchemy import event, make_url

from moviecatalog.domain.errors import InvalidToken, MovieNotFound, StorageUnavailable
from moviecatalog.plugins.storages.sqlalchemy.statements import TransactionConflict
from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage
from moviecatalog.testing.factories import make_facts


@pytest.fixture
def movie(storage):
    (movie,) = storage.write(lambda session: session.movies.store([make_facts()])).values()
    return movie


def checked_out(storage):
    return storage._engine.pool.checkedout()


class TestConnections:
    def test_reading_holds_one_from_the_first_use_to_the_end_of_the_block(self, storage, movie):
        with storage.read() as session:
            assert checked_out(storage) == 0
            session.movies.get(movie.id)
            assert checked_out(storage) == 1
        assert checked_out(storage) == 0

    def test_reading_gives_it_back_when_the_block_fails(self, storage, movie):
        with pytest.raises(MovieNotFound), storage.read() as session:
            session.movies.get(movie.id + 1)
        assert checked_out(storage) == 0

    @pytest.mark.parametrize("work", [lambda session: session.movies.catalogue_digest("x"), lambda _: 1 / 0])
    def test_writing_gives_it_back_either_way(self, storage, work):
        with suppress(ZeroDivisionError):
            storage.write(work)
        assert checked_out(storage) == 0

    def test_what_a_reader_writes_is_not_kept(self, storage):
        with storage.read() as session:
            session.movies.note_catalogue_digest("test", "digest")
        with storage.read() as session:
            assert session.movies.catalogue_digest("test") is None

    @pytest.mark.parametrize(
        ("pragma", "value"), [("journal_mode", "wal"), ("foreign_keys", 1), ("synchronous", 1), ("busy_timeout", 200)]
    )
    def test_every_one_is_set_up(self, storage, pragma, value):
        with storage._engine.connect() as one, storage._engine.connect() as other:
            for connection in (one, other):
                assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


class TestLocks:
    def test_writers_take_the_lock_at_their_first_statement(self, storage, path):
        def work(session):
            session.movies.catalogue_digest("test")
            with sqlite3.connect(path, timeout=0) as other, pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
            other.close()

        storage.write(work)

    def test_readers_never_wait_for_a_writer(self, storage, path, movie):
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with storage.read() as session:
            assert session.movies.get(movie.id) == movie
        storage.check()
        other.close()

    def test_whoever_waits_too_long_for_the_lock_is_told_that_the_storage_is_busy(self, storage, path):
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        tries = []

        def work(session):
            tries.append(1)
            session.movies.store([make_facts()])

        with pytest.raises(StorageUnavailable, match=r"^the database is locked$"):
            storage.write(work)
        # Not once more: that would be the same wait again.
        assert len(tries) == 1
        other.close()
        storage.write(work)


class TestRetries:
    def test_work_runs_again_when_somebody_wrote_after_its_snapshot(self, storage, path):
        # Without BEGIN IMMEDIATE, as if a later version forgot it: a reader becomes a writer.
        storage._writing = storage._engine
        tries = []

        def work(session):
            tries.append(session.movies.catalogue_digest("test"))
            if len(tries) == 1:
                storage.write(lambda other: other.movies.note_catalogue_digest("test", "other"))
            session.movies.note_catalogue_digest("test", "own")

        storage.write(work)
        assert tries == [None, "other"]
        with storage.read() as session:
            assert session.movies.catalogue_digest("test") == "own"

    def test_work_runs_three_times_at_most(self, storage):
        tries = []

        def work(_):
            tries.append(1)
            raise TransactionConflict("always")

        with pytest.raises(StorageUnavailable, match="always"):
            storage.write(work)
        assert len(tries) == 3

    def test_other_errors_are_not_tried_again(self, storage):
        tries = []

        def work(_):
            tries.append(1)
            raise InvalidToken

        with pytest.raises(InvalidToken):
            storage.write(work)
        assert len(tries) == 1


def test_two_storages_have_engines_of_their_own(storage, tmp_path):
    other = SqlStorage(make_url(f"sqlite:///{tmp_path}/other.sqlite"))
    seen = []
    event.listen(other._engine, "before_cursor_execute", lambda *_: seen.append(1))
    storage.write(lambda session: session.movies.store([make_facts()]))
    assert seen == []
