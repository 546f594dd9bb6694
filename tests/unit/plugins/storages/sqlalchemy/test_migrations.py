"""The schema: made, brought up to date, and looked at before work begins."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import make_url

from moviecatalog.domain.errors import StorageUnavailable
from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage
from moviecatalog.plugins.storages.sqlalchemy.tables import metadata
from moviecatalog.settings.reader import SettingsError
from moviecatalog.testing.factories import make_facts


@pytest.fixture
def new(path):
    """A storage that nobody has migrated."""
    storage = SqlStorage(make_url(f"sqlite:///{path}"))
    yield storage
    storage.close()


def set_revision(path, revision):
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    connection.close()


@pytest.mark.parametrize("begin", [SqlStorage.migrate, SqlStorage.prepare])
def test_an_sqlite_that_is_too_old_is_told_in_a_sentence(new, path, begin, monkeypatch):
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.34.1")
    with pytest.raises(SettingsError) as caught:
        begin(new)
    (problem,) = caught.value.problems
    assert problem.message == f"the database {path} needs SQLite 3.35 or later; this Python has 3.34.1"
    assert not path.exists()


def migrate(path):
    storage = SqlStorage(make_url(f"sqlite:///{path}"))
    storage.migrate()
    return storage.catalogue_id


class TestMigrate:
    def test_makes_the_tables_that_the_statements_know(self, storage):
        def ours(_object, name, kind, *_):
            # How an index is directed is nothing that Alembic could compare on every engine.
            return not (kind == "table" and name.startswith("movie_search")) and not name.endswith("_latest")

        with storage._engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": True})
            assert compare_metadata(context, metadata) == []

    def test_twice_is_fine_and_keeps_the_catalogues_id(self, storage):
        before = storage.catalogue_id
        storage.migrate()
        assert storage.catalogue_id == before

    def test_waits_for_others_who_are_at_the_new_file(self, new, path):
        # In the rollback mode, in which SQLite refuses the switch to WAL at once.
        other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        threading.Timer(0.2, other.close).start()
        new.migrate()
        new.prepare()

    def test_by_many_threads_at_once_makes_each_its_own_catalogue(self, tmp_path):
        with ThreadPoolExecutor(6) as pool:
            ids = list(pool.map(migrate, [tmp_path / f"{number}.sqlite" for number in range(6)]))
        assert len(set(ids)) == 6

    def test_that_fails_leaves_nothing_half_done(self, new, path):
        connection = sqlite3.connect(path)
        # In the way of the last migration.
        connection.execute("CREATE TABLE movie_search_changes (something)")
        with pytest.raises(StorageUnavailable):
            new.migrate()
        assert connection.execute("SELECT name FROM sqlite_schema").fetchall() == [("movie_search_changes",)]
        connection.execute("DROP TABLE movie_search_changes")
        connection.close()
        new.migrate()
        new.prepare()

    def test_makes_a_file_that_is_nobody_elses_to_read(self, storage, path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_refuses_a_folder_that_is_not_there(self, tmp_path):
        storage = SqlStorage(make_url(f"sqlite:///{tmp_path}/missing/movies.sqlite"))
        what = (
            rf"missing/movies\.sqlite can't be opened: there is no folder '{tmp_path}/missing'; make it, and give it to"
        )
        with pytest.raises(SettingsError, match=what):
            storage.migrate()
        with pytest.raises(SettingsError, match=what):
            storage.prepare()

    def test_refuses_a_database_of_a_newer_version(self, storage, path):
        set_revision(path, "9999")
        with pytest.raises(SettingsError, match="is of a newer version than this moviecatalog"):
            storage.migrate()

    def test_takes_a_path_of_any_characters(self, tmp_path):
        storage = SqlStorage(make_url(f"sqlite:///{tmp_path}/Kino%#ä b.sqlite"))
        storage.migrate()
        storage.prepare()
        assert (tmp_path / "Kino%#ä b.sqlite").exists()
        storage.close()


class TestPrepare:
    def test_asks_to_migrate_where_there_is_no_file_and_makes_none(self, new, path):
        with pytest.raises(
            SettingsError, match=r"catalogue\.sqlite does not exist yet: run `moviecatalog migrate YOUR\.ini`"
        ):
            new.prepare()
        assert not path.exists()

    def test_asks_to_migrate_where_there_is_no_schema(self, new, path):
        path.touch()
        with pytest.raises(SettingsError, match=r"run `moviecatalog migrate YOUR\.ini`"):
            new.prepare()

    def test_asks_to_migrate_where_the_schema_is_older(self, storage, path):
        connection = sqlite3.connect(path)
        with connection:
            connection.execute("DELETE FROM alembic_version")
        connection.close()
        with pytest.raises(SettingsError, match=r"run `moviecatalog migrate YOUR\.ini`"):
            storage.prepare()

    def test_refuses_a_database_of_a_newer_version(self, storage, path):
        set_revision(path, "9999")
        with pytest.raises(SettingsError, match="is of a newer version than this moviecatalog"):
            storage.prepare()

    def test_refuses_what_is_no_database(self, new, path):
        path.write_bytes(b"no database " * 1_000)
        with pytest.raises(SettingsError, match="can't be worked with: the file is no SQLite database"):
            new.prepare()

    def test_refuses_a_folder(self, new, path):
        path.mkdir()
        with pytest.raises(SettingsError, match="is no file"):
            new.prepare()

    def test_refuses_a_file_that_it_may_not_write(self, storage, monkeypatch):
        # By a fake, since tests may run as root, whom no permission stops.
        monkeypatch.setattr(os, "access", lambda *_: False)
        with pytest.raises(SettingsError, match="can't be written"):
            storage.prepare()

    def test_names_the_setting(self, new):
        with pytest.raises(SettingsError) as caught:
            new.prepare()
        assert [problem.setting for problem in caught.value.problems] == ["moviecatalog.storage.sqlalchemy.url"]

    def test_does_not_wait_for_a_writer(self, storage, path):
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        storage.prepare()
        other.close()


class TestSchema:
    @pytest.fixture
    def connection(self, storage, path):
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA foreign_keys = ON")
        yield connection
        connection.close()

    def test_deleting_an_account_deletes_what_it_kept(self, storage, connection):
        connection.execute("""
            INSERT INTO users (id, username, email, password_hash, first_name, last_name, created_at, updated_at)
            VALUES (1, 'u', 'e', 'h', '', '', '2001-01-01', '2001-01-01')
        """)
        connection.execute("INSERT INTO sign_in_names (key, user_id) VALUES ('u', 1)")
        (movie,) = storage.write(lambda session: session.movies.store([make_facts()])).values()
        connection.execute("INSERT INTO favorites (user_id, movie_id, created_at) VALUES (1, ?, '')", (movie.id,))
        connection.execute("DELETE FROM users")
        for table in ("sign_in_names", "favorites", "ratings"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)

    def test_the_search_index_agrees_with_the_movies_after_every_kind_of_change(self, storage, connection):
        facts = [make_facts(title=f"Word{number}", genre_ids=(number,)) for number in range(9)]
        storage.write(lambda session: session.movies.store(facts))
        connection.execute("DELETE FROM movies WHERE title = 'Word5'")
        connection.execute("UPDATE movies SET id = 100 WHERE title = 'Word6'")
        connection.execute("UPDATE movies SET popularity_key = 7 WHERE title = 'Word7'")
        # Twice in one go, and back again.
        connection.execute("UPDATE movies SET search_terms = 'other' WHERE title = 'Word8'")
        connection.execute("UPDATE movies SET search_terms = 'word8' WHERE title = 'Word8'")
        storage.write(lambda session: session.movies.store([make_facts(external_id=facts[0].external_id, title="New")]))
        connection.execute("CREATE VIRTUAL TABLE temp.known USING fts5vocab(main, movie_search, instance)")
        known = set(connection.execute("SELECT doc, term FROM known"))
        movies = connection.execute("SELECT place, search_terms FROM movies").fetchall()
        assert len(movies) == 8
        assert known == {(place, term) for place, terms in movies for term in terms.split()}

    def test_known_movies_burn_no_ids(self, storage):
        facts = [make_facts() for _ in range(20)]
        for _ in range(5):
            storage.write(lambda session: session.movies.store(facts))
        (movie,) = storage.write(lambda session: session.movies.store([make_facts()])).values()
        assert movie.id == 21

    @pytest.mark.parametrize(
        "ordering", ["title_key", "release_date", "popularity", "vote_average", "created_at", "place"]
    )
    def test_orders_of_movies_come_from_an_index(self, connection, ordering):
        plan = connection.execute(
            f"EXPLAIN QUERY PLAN SELECT * FROM movies ORDER BY {ordering} DESC, id LIMIT 10"
        ).fetchall()
        assert f"USING INDEX ix_movies_{ordering}" in plan[0][-1]

    @pytest.mark.parametrize("table", ["favorites", "ratings"])
    def test_what_a_user_keeps_comes_sorted_from_an_index(self, connection, table):
        plan = connection.execute(
            f"EXPLAIN QUERY PLAN SELECT id FROM {table} WHERE user_id = 1 ORDER BY created_at DESC, id DESC LIMIT 10"
        ).fetchall()
        assert [row[-1].partition("USING ")[2].partition(" (")[0] for row in plan] == [
            f"COVERING INDEX ix_{table}_user_id_created_at_id"
        ]
