"""What SqlStorage needs of a database engine beyond the SQL that all of them share."""

from __future__ import annotations

import abc
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar

from sqlalchemy import CTE, URL, Column, ColumnElement, Connection, Dialect, Engine, Executable, Insert, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from moviecatalog.domain.findings import Finding
from moviecatalog.plugins.storages.sqlalchemy.terms import Wanted

MIGRATE = "run `moviecatalog migrate YOUR.ini`"

Excluded = ReadOnlyColumnCollection[str, Any]


class SqlDialect(abc.ABC):
    """One subclass per database engine, in the one module that knows that engine."""

    reading: ClassVar[Mapping[str, Any]] = {}
    """The execution options of a transaction that sees one state throughout."""

    writing: ClassVar[Mapping[str, Any]]
    """Those of one that is going to write."""

    driver: ClassVar[Dialect]
    """SQLAlchemy's, for statements as the driver takes them, with parameters by name."""

    index_changes: ClassVar[Sequence[Executable]] = ()
    """What brings the search index up to date after a statement that stored movies, beyond the triggers."""

    @abc.abstractmethod
    def refuse(self, url: URL) -> None:
        """Raise ValueError, with what would be right, for a URL that can't be used."""

    @abc.abstractmethod
    def describe(self, url: URL) -> str:
        """The database's name for a deployer's eyes, without any password."""

    @abc.abstractmethod
    def needs(self) -> str | None:
        """What is missing of the engine as it is installed here, whatever the database; None if it will do."""

    @abc.abstractmethod
    def obstacle(self, url: URL) -> str | None:
        """What plainly stands in the way, seen without connecting, and what to do about it."""

    @abc.abstractmethod
    def diagnose(self, url: URL, connection: Connection) -> Iterable[Finding]:
        """What is to be said of a database that works."""

    @abc.abstractmethod
    def create_engine(self, url: URL, *, patience: float, pooled: bool = True) -> Engine:
        """An engine whose statements wait for locks no longer than `patience`, in seconds.

        Those that go to its driver's connections directly are each a transaction of its own.
        """

    @abc.abstractmethod
    def migrating(self, url: URL) -> AbstractContextManager[Connection]:
        """A connection in a transaction that no other migration runs beside; it makes the database if need be.

        Raises OSError where the database can't be made.
        """

    @staticmethod
    @abc.abstractmethod
    def insert(table: Table) -> Any:
        """The engine's own, which knows what to do about a conflict."""

    @classmethod
    def upsert(
        cls,
        table: Table,
        key: Sequence[str],
        changes: Callable[[Excluded], Mapping[str, Any]],
        only_if: Callable[[Excluded], ColumnElement[bool]] | None = None,
    ) -> Insert:
        """Insert rows; where the key is there, change the row instead. `changes` is given the row as it was sent.

        So is `only_if`: where it doesn't hold, the row is left as it is.
        """
        statement = cls.insert(table)
        upsert: Insert = statement.on_conflict_do_update(
            index_elements=list(key),
            set_=changes(statement.excluded),
            where=None if only_if is None else only_if(statement.excluded),
        )
        return upsert

    @classmethod
    def insert_missing(cls, table: Table) -> Insert:
        """Insert the rows that no unique constraint forbids."""
        missing: Insert = cls.insert(table).on_conflict_do_nothing()
        return missing

    @abc.abstractmethod
    def fill(self, connection: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
        """Insert many rows into a temporary table, fast.

        Each has the values of all columns, in their order, as the driver takes them.
        """

    @staticmethod
    @abc.abstractmethod
    def among(column: Column[int], name: str) -> ColumnElement[bool]:
        """Whether the column's value is one of the integers that are bound to `name`, by `as_array`."""

    @staticmethod
    @abc.abstractmethod
    def as_array(numbers: Sequence[int]) -> Any:
        """The numbers as one parameter. A list of parameters would be another statement for each length of it."""

    @abc.abstractmethod
    def optimize(self, url: URL) -> None:
        """See Storage.optimize."""

    @abc.abstractmethod
    def hits(self, wanted: Wanted, name: str = "hits") -> CTE:
        """The `id` and `place` of each movie that is wanted."""

    @abc.abstractmethod
    def is_transient(self, error: DBAPIError) -> bool:
        """Whether the same transaction may well succeed when it is run again at once."""

    @abc.abstractmethod
    def is_locked(self, error: DBAPIError) -> bool:
        """Whether nothing was wrong but that somebody else held a lock for longer than the engine's patience."""

    @abc.abstractmethod
    def is_outage(self, error: DBAPIError) -> bool:
        """Whether it may be over without anybody doing anything about the settings or the database."""

    @abc.abstractmethod
    def reason(self, error: DBAPIError) -> str:
        """What went wrong, without SQL, parameters, or the URL."""

    @abc.abstractmethod
    def next_id(self, table: Table) -> ColumnElement[Any]:
        """What is to be inserted as the id of a new row."""

    @abc.abstractmethod
    def last_id(self, table: Table) -> Executable:
        """Selects the highest id that a row of the table was ever given, or NULL."""

    @abc.abstractmethod
    def skip_ids(self, table: Table, last_id: int) -> Sequence[Executable]:
        """What must run so that no new row of the table gets an id up to this one. It never lowers any."""
