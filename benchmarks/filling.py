"""Catalogues filled with films, in either engine."""

import datetime as dt
import subprocess
import time
from dataclasses import dataclass

import psycopg
from sqlalchemy import make_url

from benchmarks import films
from moviecatalog.domain.movies import Movie, MovieFacts
from moviecatalog.plugins.sources.sample.film_file import parse_film
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


def records(path):
    """The films of a file as another storage would dump them."""
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    times = {"created_at": now, "updated_at": now, "refreshed_at": now}
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            facts = parse_film(line)
            yield Movie(**{name: getattr(facts, name) for name in MovieFacts.__slots__}, **times, id=number)


def restore(catalogue, dumped):
    """Take in what a dump might have given; the seconds that it took."""
    storage = catalogue.storage()
    began = time.monotonic()
    storage.write(lambda session: session.restore(dumped))
    taken = time.monotonic() - began
    storage.close()
    catalogue.settle()
    return taken


def has_command(name):
    return subprocess.run(command(name, "--help"), capture_output=True, env=environ(), check=False).returncode == 0
