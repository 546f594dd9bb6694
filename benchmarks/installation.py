"""What everything is measured on: PostgreSQL, Redis, TMDB's stand-in, catalogues, and servers of the API.

That is the configuration of `docs/speed.md`: all on loopback, cache and limits in the same Redis, limits that nobody
passes. Lists come from the stand-in for TMDB, as they do for users, and its films lie among those of the catalogue.
"""

import itertools
from contextlib import ExitStack, contextmanager

import psycopg

from benchmarks import library
from benchmarks.filling import (
    POSTGRESQL,
    SQLITE,
    Catalogue,
    film_file,
    movies,
    restore,
    run_command,
)
from benchmarks.servers import api_server, bare_server
from tests.engines.command import migrate, write_ini
from tests.engines.postgresql import PostgresqlEngine
from tests.engines.redis import RedisEngine
from tests.standins.tmdb import TmdbStandIn

SECRET = "for-measuring-only-" * 4
WORKERS = 2
UNREACHED = "100000000 per hour"
LIMITS = ("user", "anonymous", "sign_in", "registration")
NO_LIMITS = {f"ratelimit__{name}": "" for name in LIMITS}

ENGINES = (SQLITE, POSTGRESQL)

# Nothing is renewed while it is measured.
TTL = "86400"

OPTIONS = ("max_connections=300", "fsync=on", "shared_buffers=512MB")
"""PostgreSQL's, for servers that stand side by side, commits that wait for the disk, as users' do, and many films."""


class Installation:
    def __init__(self, folder):
        self.folder = folder
        self.redis = RedisEngine(folder)
        self.postgresql = PostgresqlEngine(*OPTIONS)
        self.tmdb = TmdbStandIn()
        self._numbers = itertools.count()
        self._catalogues = {}
        self._libraries = {}
        self.imports = {}

    def new_folder(self):
        folder = self.folder / str(next(self._numbers))
        folder.mkdir()
        return folder

    def empty(self, engine, films=0):
        """A new catalogue with this version's schema."""
        url = self.postgresql.new_database() if engine == POSTGRESQL else f"sqlite:///{self.new_folder()}/films.sqlite"
        catalogue = Catalogue(engine, url, films)
        migrate(self.ini(catalogue))
        return catalogue

    def ini(self, catalogue, **more):
        return write_ini(self.new_folder() / "api.ini", self.settings(catalogue, **more), "granian", {})

    def catalogue(self, engine, films):
        """Filled once, for all who ask, as users do it."""
        key = (engine, films)
        if key not in self._catalogues:
            made = self.empty(engine, films)
            self.imports[key] = run_command(films, "import", self.ini(made), film_file(self.folder, films))
            made.settle()
            self._catalogues[key] = made
        return self._catalogues[key]

    def library(self, engine):
        """A catalogue with accounts that have favourites, made once."""
        if engine not in self._libraries:
            made = self.empty(engine, library.FILMS)
            restore(made, itertools.chain(movies(library.FILMS), library.records()))
            made.settle()
            self._libraries[engine] = made
        return self._libraries[engine]

    def settings(self, catalogue, **more):
        """`more` are others than those that users have, by their names with `__` for each dot."""
        limits = {f"moviecatalog.ratelimit.{name}": UNREACHED for name in LIMITS}
        usual = {
            "moviecatalog.cache": "redis",
            "moviecatalog.cache.redis.url": self.redis.url,
            "moviecatalog.cache.ttl": TTL,
            "moviecatalog.storage": "sqlalchemy",
            "moviecatalog.storage.sqlalchemy.url": catalogue.url,
            "moviecatalog.auth.secret": SECRET,
            "moviecatalog.ratelimit.store": self.redis.url,
        }
        other = {f"moviecatalog.{name.replace('__', '.')}": value for name, value in more.items()}
        return {**self.tmdb.settings, **usual, **limits, **other}

    @contextmanager
    def api(self, catalogue, workers=WORKERS, **more):
        server = api_server(self.new_folder(), self.settings(catalogue, **more), workers)
        try:
            yield server
        finally:
            server.stop()

    def index(self, catalogue):
        """The API where nothing is kept and no source is asked: each answer comes from the catalogue's own index."""
        return self.api(
            catalogue,
            workers=1,
            cache="none",
            source="sample",
            source__sample__path=str(film_file(self.folder, 1)),
            **NO_LIMITS,
        )

    @contextmanager
    def bare(self, bodies, workers=WORKERS):
        server = bare_server(self.new_folder(), bodies, workers)
        try:
            yield server
        finally:
            server.stop()

    def versions(self):
        with self.redis.client() as client:
            redis = client.info("server")["redis_version"]
        with psycopg.connect(self.postgresql.url.replace("+psycopg", "")) as connection:
            return connection.execute("SHOW server_version").fetchone()[0], redis

    def close(self):
        with ExitStack() as stack:
            stack.callback(self.postgresql.close)
            stack.callback(self.redis.stop)
            stack.callback(self.tmdb.close)
