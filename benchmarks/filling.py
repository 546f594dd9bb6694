"""Catalogues filled with films, in either engine."""

import datetime as dt
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass

import psycopg
from sqlalchemy import make_url

from benchmarks import films
from benchmarks.processes import peak_megabytes
from moviecatalog.domain.movies import Movie
from moviecatalog.plugins.sources.base import TMDB_NAMESPACE
from moviecatalog.plugins.storages.sqlalchemy.storage import SqlStorage
from tests.engines.command import command, environ

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


@dataclass(frozen=True)
class Catalogue:
    """A database of films; their ids are 1 to `films`, or begin so."""

    engine: str
    url: str
    films: int

    def storage(self):
        return SqlStorage(make_url(self.url))

    def settle(self):
        """What PostgreSQL does by itself within a minute."""
        if self.engine == POSTGRESQL:
            with psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")


def film_file(folder, count):
    """Written once."""
    path = folder / f"films-{count}.jsonl"
    if not path.exists():
        films.write(path, count)
    return path


def movies(count):
    """The same films as another storage would dump them."""
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    for number, film in enumerate(films.films(count), start=1):
        day = film["release_date"]
        yield Movie(
            **film
            | {
                "id": number,
                "namespace": TMDB_NAMESPACE,
                "external_id": str(film["tmdb_id"]),
                "release_date": dt.date.fromisoformat(day) if day else None,
                "genre_ids": tuple(film["genre_ids"]),
                "created_at": now,
                "updated_at": now,
                "refreshed_at": now,
            }
        )


def restore(catalogue, dumped):
    """Take in what a dump might have given."""
    storage = catalogue.storage()
    storage.write(lambda session: session.restore(dumped))
    storage.close()


@dataclass(frozen=True)
class Done:
    """A command that has filled a catalogue; `megabytes` is what its process took at most."""

    films: int
    seconds: float
    megabytes: float


def run_command(films, *args):
    began = time.monotonic()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command(*args), stdout=output, stderr=output, env=environ())
        megabytes = 0.0
        while process.poll() is None:
            # Asked again and again, since nobody tells it of a process that has ended.
            with suppress(ProcessLookupError, FileNotFoundError, TypeError):
                megabytes = peak_megabytes(process.pid)
            time.sleep(0.05)
        output.seek(0)
        assert process.returncode == 0, output.read()
    return Done(films, time.monotonic() - began, megabytes)
