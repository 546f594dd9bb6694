"""Several processes that start together on one new database."""

import json
import logging
import multiprocessing
import sqlite3
import threading
from concurrent.futures import ProcessPoolExecutor

import pytest
from sqlalchemy import make_url

from moviecatalog.domain.errors import StorageLocked, StorageUnavailable
from moviecatalog.plugins.sources.sample.source import SampleSource
from moviecatalog.plugins.storages.sqlalchemy import storage as sqlalchemy_storage
from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage
from moviecatalog.services import patience
from moviecatalog.services.intake import Intake
from moviecatalog.services.start import take_in_patiently
from moviecatalog.testing.application import close_app, make_app

PROCESSES = 4
FILMS = 20_000
SHORT_PATIENCE = 0.05


@pytest.fixture
def path(tmp_path):
    return tmp_path / "catalogue.sqlite"


@pytest.fixture
def storage(path):
    storage = SqlStorage(make_url(f"sqlite:///{path}"), lock_patience=SHORT_PATIENCE)
    storage.migrate()
    yield storage
    storage.close()


@pytest.fixture
def intake(storage):
    return Intake(storage, lambda: None)


@pytest.fixture
def source():
    return SampleSource.from_settings(SampleSource.Settings())


@pytest.fixture
def writer(path, storage):
    """Somebody else, who has the database locked."""
    writer = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    writer.execute("BEGIN IMMEDIATE")
    yield writer
    writer.close()


def stored(storage):
    with storage.read() as session:
        return session.movies.catalogue_digest("tmdb")


def test_all_of_them_start_however_long_one_stores_the_films(tmp_path, path, storage):
    films = tmp_path / "films.jsonl"
    lines = (json.dumps({"tmdb_id": number, "title": f"Film {number}"}) for number in range(1, FILMS + 1))
    films.write_text("\n".join(lines), encoding="utf-8")
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, context, wait_for_all, (context.Barrier(PROCESSES),)) as pool:
        counts = list(pool.map(count_films, [path] * PROCESSES, [films] * PROCESSES))
    assert counts == [FILMS] * PROCESSES


def wait_for_all(barrier):
    """Runs in each process once it has imported what it needs."""
    barrier.wait()


def count_films(path, films):
    """Runs in a process of its own, whose requests would wait for a lock far shorter than films take to store."""
    sqlalchemy_storage.LOCK_PATIENCE = SHORT_PATIENCE
    app = make_app(
        {
            "moviecatalog.storage": "sqlalchemy",
            "moviecatalog.storage.sqlalchemy.url": f"sqlite:///{path}",
            "moviecatalog.source.sample.path": str(films),
        }
    )
    count = app.get("/api/movies/?page_size=1").json["count"]
    close_app(app)
    return count


def test_one_that_waits_says_so_in_the_log(intake, source, storage, writer, caplog):
    caplog.set_level(logging.INFO)
    threading.Timer(0.3, writer.close).start()
    take_in_patiently(intake, "tmdb", source)
    assert stored(storage)
    assert "waiting to store the films of tmdb: the database is locked" in caplog.text


def test_patience_has_an_end(intake, source, storage, writer, monkeypatch):
    monkeypatch.setattr(patience, "PATIENCE", 0.1)
    with pytest.raises(StorageLocked, match="the database is locked"):
        take_in_patiently(intake, "tmdb", source)
    assert not stored(storage)


def test_what_no_waiting_mends_is_told_at_once(intake, source, storage, path):
    storage.close()
    path.rename(f"{path}.away")
    with pytest.raises(StorageUnavailable, match="can't be opened"):
        take_in_patiently(intake, "tmdb", source)
