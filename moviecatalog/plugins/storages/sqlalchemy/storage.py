"""The process's own part: engine, schema, sessions and transactions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Self, TypeVar

from sqlalchemy import URL, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool
from transaction import TransactionManager
from zope.sqlalchemy import mark_changed

from moviecatalog.domain.errors import StorageUnavailable
from moviecatalog.domain.findings import Finding, State
from moviecatalog.plugins.storages.base import Storage, StorageSession
from moviecatalog.plugins.storages.sqlalchemy.dialect import MIGRATE, SqlDialect
from moviecatalog.plugins.storages.sqlalchemy.forks import keep_out_of_forks
from moviecatalog.plugins.storages.sqlalchemy.glances import GlancingStatements
from moviecatalog.plugins.storages.sqlalchemy.migrate import SchemaState, schema_state, upgrade
from moviecatalog.plugins.storages.sqlalchemy.postgresql import PostgresqlDialect
from moviecatalog.plugins.storages.sqlalchemy.session import SqlSession
from moviecatalog.plugins.storages.sqlalchemy.sqlite import SqliteDialect
from moviecatalog.plugins.storages.sqlalchemy.statements import Statements, translated
from moviecatalog.plugins.storages.sqlalchemy.tables import catalogue
from moviecatalog.settings.reader import Problem, SettingsError, setting

T = TypeVar("T")

DIALECTS: dict[str, type[SqlDialect]] = {"sqlite": SqliteDialect, "postgresql": PostgresqlDialect}

TRIES = 3
LOCK_PATIENCE = 5.0
CHECK_PATIENCE = 1.0

URL_SETTING = "moviecatalog.storage.sqlalchemy.url"


def database_url(value: str) -> URL:
    try:
        url = make_url(value)
    except ArgumentError:
        raise ValueError("it must be a database URL such as sqlite:////var/lib/moviecatalog/catalogue.sqlite") from None
    if url.get_backend_name() not in DIALECTS:
        raise ValueError(f"it must begin with {' or '.join(f'{name}:' for name in DIALECTS)}")
    DIALECTS[url.get_backend_name()]().refuse(url)
    return url


@dataclass(frozen=True, kw_only=True)
class SqlSettings:
    """Below `moviecatalog.storage.sqlalchemy`."""

    url: URL = setting(
        database_url, "the database's URL", default=make_url("sqlite:///moviecatalog.sqlite"), secret=True
    )


class SqlStorage(Storage):
    Settings: ClassVar[type[Any]] = SqlSettings

    def __init__(self, url: URL, *, lock_patience: float = LOCK_PATIENCE) -> None:
        self._url = url
        self._dialect = DIALECTS[url.get_backend_name()]()
        self._engine = self._dialect.create_engine(url, patience=lock_patience)
        keep_out_of_forks(self._engine)
        self._reading = self._engine.execution_options(**self._dialect.reading)
        self._writing = self._engine.execution_options(**self._dialect.writing)
        self._catalogue_id: str | None = None

    @classmethod
    def from_settings(cls, settings: SqlSettings) -> Self:
        return cls(settings.url, lock_patience=LOCK_PATIENCE)

    def migrate(self) -> None:
        self._refuse_an_unfit_engine()
        try:
            with translated(self._dialect), self._dialect.migrating(self._url) as connection:
                if schema_state(connection) is SchemaState.NEWER:
                    raise self._refused("is of a newer version than this moviecatalog: install the newer one again")
                upgrade(connection, self._dialect)
        except OSError as error:
            raise self._refused(f"can't be opened: {error.strerror}") from error

    def prepare(self) -> None:
        self._refuse_an_unfit_engine()
        obstacle = self._dialect.obstacle(self._url)
        if obstacle:
            raise self._refused(obstacle)
        try:
            with translated(self._dialect), self._engine.connect() as connection:
                state = schema_state(connection)
        except StorageUnavailable as error:
            if isinstance(error.__cause__, DBAPIError) and self._dialect.is_outage(error.__cause__):
                raise
            raise self._refused(f"can't be worked with: {error}") from error
        if state is SchemaState.OLDER:
            raise self._refused(f"has not the schema of this version: {MIGRATE}")
        if state is SchemaState.NEWER:
            raise self._refused("is of a newer version than this moviecatalog: install the newer one again")

    def _refuse_an_unfit_engine(self) -> None:
        if needs := self._dialect.needs():
            raise self._refused(f"needs {needs}")

    def _refused(self, what: str) -> SettingsError:
        return SettingsError([Problem(URL_SETTING, f"the database {self._dialect.describe(self._url)} {what}")])

    def diagnose(self) -> Iterator[Finding]:
        found = list(super().diagnose())
        yield from found
        if all(it.state is State.OK for it in found):
            engine = self._dialect.create_engine(self._url, patience=CHECK_PATIENCE, pooled=False)
            with translated(self._dialect), engine.connect() as connection:
                yield from self._dialect.diagnose(self._url, connection)

    def check(self) -> None:
        # By a connection of its own, so that a crowded pool keeps nobody waiting, and a file that was
        # moved away is noticed.
        engine = self._dialect.create_engine(self._url, patience=CHECK_PATIENCE, pooled=False)
        with translated(self._dialect), engine.connect() as connection:
            connection.execute(select(catalogue.c.id))

    @property
    def catalogue_id(self) -> str:
        if self._catalogue_id is None:
            with translated(self._dialect), self._engine.connect() as connection:
                self._catalogue_id = connection.execute(select(catalogue.c.id)).scalar_one()
        return self._catalogue_id

    @contextmanager
    def read(self) -> Iterator[StorageSession]:
        with translated(self._dialect), ExitStack() as stack:
            yield SqlSession(Statements(lambda: stack.enter_context(self._reading.connect()), self._dialect))

    @contextmanager
    def glance(self) -> Iterator[StorageSession]:
        with translated(self._dialect), ExitStack() as stack:
            yield SqlSession(GlancingStatements(self._engine, stack, self._dialect))

    def write(self, work: Callable[[StorageSession], T]) -> T:
        manager = TransactionManager(explicit=True)

        def attempt() -> T:
            # Joined and marked as changed from the start: zope.sqlalchemy commits nothing that isn't marked,
            # and its listeners don't see what Core statements write. It also closes the session, either way.
            session = Session(self._writing)
            mark_changed(session, transaction_manager=manager)
            return work(SqlSession(Statements(session.connection, self._dialect)))

        with translated(self._dialect):
            result: T = manager.run(attempt, tries=TRIES)
        return result

    def optimize(self) -> None:
        with translated(self._dialect):
            self._dialect.optimize(self._url)

    def gauges(self) -> Mapping[str, float]:
        pool = self._engine.pool
        if not isinstance(pool, QueuePool):
            return {}
        return {"pool_checked_out": pool.checkedout(), "pool_size": pool.size()}

    def close(self) -> None:
        self._engine.dispose()
