"""A catalogue of each release that had another schema comes up with `moviecatalog migrate`, and nothing is lost.

`tests/data` has such a catalogue as that release left it: made, filled and closed by the release's own code.
"""

import gzip
import json
from pathlib import Path

import pytest
from alembic import command
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, create_engine, func, make_url, select

from moviecatalog.plugins.storages.sqlalchemy.migrate import _config
from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage
from moviecatalog.plugins.storages.sqlalchemy.tables import favorites, movies, ratings, users
from moviecatalog.settings.reader import SettingsError
from moviecatalog.testing.application import TEST_SECRET, close_app, make_app
from moviecatalog.testing.client import ApiClient

RELEASED = sorted((Path(__file__).parents[4] / "data").glob("catalogue-*.sqlite.gz"))
DERIVED = {"search_words", "search_genres"}
"""Columns that say nothing of their own."""

FILM = {"tmdb_id": 1, "title": "Another film than those that are there"}


def rows(engine):
    """Those of every table but the search index's own and Alembic's, by the table's name."""
    metadata = MetaData()
    metadata.reflect(engine, only=lambda name, _: not name.startswith(("movie_search", "alembic")))
    with engine.connect() as connection:
        return {
            table.name: sorted((dict(row) for row in connection.execute(select(table)).mappings()), key=repr)
            for table in metadata.sorted_tables
        }


def reach(engine, dialect, revision):
    with engine.begin() as connection:
        config = _config()
        config.attributes |= {"connection": connection, "dialect": dialect}
        command.upgrade(config, revision)


def unpacked(released, folder):
    path = folder / "catalogue.sqlite"
    path.write_bytes(gzip.decompress(released.read_bytes()))
    return make_url(f"sqlite:///{path}")


def carried(sqlite_url, postgresql):
    """The same catalogue in PostgreSQL, at the schema that it had."""
    url = make_url(postgresql.new_database())
    storage = SqlStorage(url)
    old, new = create_engine(sqlite_url), create_engine(url)
    with old.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    reach(new, storage._dialect, revision)
    metadata = MetaData()
    metadata.reflect(new)
    source = MetaData()
    source.reflect(old, only=lambda name, _: not name.startswith("movie_search"))
    with old.connect() as reading, new.begin() as writing:
        for table in metadata.sorted_tables:
            writing.execute(table.delete())
            found = [dict(row) for row in reading.execute(select(source.tables[table.name])).mappings()]
            if found:
                writing.execute(table.insert(), found)
        for table in (movies, users, favorites, ratings):
            last_id = writing.execute(select(func.max(table.c.id))).scalar_one()
            for statement in storage._dialect.skip_ids(table, last_id):
                writing.execute(statement)
    for engine in (old, new):
        engine.dispose()
    storage.close()
    return url


@pytest.fixture(params=RELEASED, ids=lambda path: path.name.removesuffix(".sqlite.gz"))
def released(request):
    return request.param


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, released, tmp_path):
    sqlite_url = unpacked(released, tmp_path)
    return sqlite_url if request.param == "sqlite" else carried(sqlite_url, request.getfixturevalue("postgresql"))


def migrate(url):
    storage = SqlStorage(url)
    storage.migrate()
    storage.prepare()
    storage.close()


def test_it_is_refused_with_a_sentence_until_it_is_migrated(url):
    storage = SqlStorage(url)
    with pytest.raises(
        SettingsError, match=r"has not the schema of this version: run `moviecatalog migrate YOUR\.ini`"
    ):
        storage.prepare()
    storage.migrate()
    storage.prepare()
    storage.close()


def test_every_row_is_as_it_was(url):
    engine = create_engine(url)
    before = rows(engine)
    assert {"movies", "users", "sign_in_names", "favorites", "ratings", "catalogue"} <= set(before)
    assert all(before[name] for name in ("movies", "users", "sign_in_names", "favorites", "ratings", "catalogue"))
    migrate(url)
    after = rows(engine)
    for table, kept in before.items():
        names = kept[0].keys() - DERIVED
        assert [{name: it[name] for name in names} for it in after[table]] == [
            {name: it[name] for name in names} for it in kept
        ]
    engine.dispose()


def test_its_users_find_what_they_left(url, tmp_path):
    migrate(url)
    films = tmp_path / "films.jsonl"
    films.write_text(json.dumps(FILM), encoding="utf-8")
    app = make_app(
        {
            "moviecatalog.storage": "sqlalchemy",
            "moviecatalog.storage.sqlalchemy.url": url.render_as_string(hide_password=False),
            "moviecatalog.source.sample.path": str(films),
            "moviecatalog.auth.secret": TEST_SECRET,
        }
    )
    api = ApiClient(app)
    ann = api.sign_in("ANN").json["access"]
    assert api.get("/auth/users/me/", ann).json["bio"] == "Films.\nAnd more films."
    assert [it["rating"] for it in api.get("/movies/ratings/my_ratings/", ann).json["results"]] == [9]
    assert api.get("/movies/favorites/my_favorites/", ann).json["count"] == 2
    assert api.get("/movies/1/").json["average_rating"] == 6.5
    assert api.sign_in("ärger.ben").status_code == 401
    title = api.get("/movies/1/").json["title"]
    assert title in [it["title"] for it in api.get(f"/movies/?title={title}").json["results"]]
    assert api.delete("/auth/users/me/", ann, json={"password": "correct horse battery"}).status_code == 204
    assert api.get("/movies/1/").json["average_rating"] == 4
    close_app(app)
