"""What goes wrong with the database comes out in the words of the business."""

from __future__ import annotations

import re
import shutil
from contextlib import ExitStack

import pytest
from sqlalchemy import event, make_url

from moviecatalog.domain.errors import StorageUnavailable
from moviecatalog.domain.queries import MovieQuery
from moviecatalog.domain.records import FavoriteRecord
from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage
from moviecatalog.testing.factories import LONG_AGO, make_facts, make_new_user


def browse(storage):
    with storage.read() as session:
        return session.movies.browse(MovieQuery(), 0, 1)


def write(storage):
    return storage.write(lambda session: session.accounts.add(make_new_user(username="name", password_hash="s3cret")))


@pytest.mark.parametrize("call", [browse, write, SqlStorage.check, lambda storage: storage.catalogue_id])
class TestUnusableFile:
    def test_file_that_was_moved_away(self, storage, path, call):
        storage.close()
        for file in path.parent.glob("catalogue.sqlite*"):
            file.rename(f"{file}.away")
        with pytest.raises(StorageUnavailable, match=r"^the database file can't be opened$"):
            call(storage)
        assert not path.exists()

    def test_folder_in_place_of_the_file(self, storage, path, call):
        storage.close()
        path.unlink()
        path.mkdir()
        with pytest.raises(StorageUnavailable, match=r"^the database file can't be opened$"):
            call(storage)

    def test_file_of_something_else(self, storage, path, call):
        storage.close()
        path.write_bytes(b"no database " * 1_000)
        with pytest.raises(StorageUnavailable, match=r"^the file is no SQLite database$"):
            call(storage)

    def test_schema_that_is_not_there(self, tmp_path, call):
        (tmp_path / "empty.sqlite").touch()
        with pytest.raises(StorageUnavailable, match=r"^the database failed, with SQLITE_[A-Z_]+$"):
            call(SqlStorage(make_url(f"sqlite:///{tmp_path}/empty.sqlite")))


def test_file_that_is_moved_away_under_a_running_application_is_noticed_by_the_check(storage, path):
    browse(storage)
    shutil.move(path, f"{path}.away")
    with pytest.raises(StorageUnavailable):
        storage.check()


def test_full_disk_fails_the_write_and_leaves_reading_alone(storage):
    before = browse(storage)

    def fill(dbapi_connection, _):
        pages = dbapi_connection.execute("PRAGMA page_count").fetchone()[0]
        dbapi_connection.execute(f"PRAGMA max_page_count = {pages}")

    storage.close()
    event.listen(storage._engine, "connect", fill)
    with pytest.raises(StorageUnavailable, match=r"^the disk is full$"):
        storage.write(lambda session: session.movies.store([make_facts(overview="x" * 10_000) for _ in range(100)]))
    assert browse(storage) == before


def test_read_only_database_fails_the_write_and_leaves_reading_alone(storage):
    event.listen(
        storage._engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only = ON"), insert=True
    )
    storage.close()
    with pytest.raises(StorageUnavailable, match=r"^the database file is read-only$"):
        write(storage)
    assert browse(storage).total == 0


def test_broken_record_is_no_error_of_sqlalchemys(storage):
    of_nobody = FavoriteRecord(1, 1, 1, LONG_AGO)
    with pytest.raises(StorageUnavailable, match=r"^the database failed, with SQLITE_[A-Z_]+$"):
        storage.write(lambda session: session.restore([of_nobody]))


def test_every_connection_in_use_is_said_within_seconds(storage, monkeypatch):
    monkeypatch.setattr(storage._engine.pool, "_timeout", 0.1)
    with ExitStack() as others:
        for _ in range(30):
            others.enter_context(storage._engine.connect())
        for call in (browse, write):
            with pytest.raises(StorageUnavailable, match=r"^every connection is in use$"):
                call(storage)
        # The health check doesn't queue behind them.
        storage.check()


def test_the_cause_that_goes_to_the_log_hides_what_users_sent(storage):
    storage.write(lambda session: None)
    with storage._engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE sign_in_names")
    with pytest.raises(StorageUnavailable) as caught:
        write(storage)
    assert re.fullmatch(r"the database failed, with SQLITE_[A-Z_]+", str(caught.value))
    assert "no such table" in str(caught.value.__cause__)
    assert "s3cret" not in str(caught.value.__cause__)
