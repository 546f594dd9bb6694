"""Runs statements on a connection, and turns what can go wrong into the errors of the business."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Connection, Dialect, Executable, Row, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from transaction.interfaces import TransientError

from moviecatalog.domain.errors import StorageLocked, StorageUnavailable
from moviecatalog.plugins.storages.sqlalchemy.dialect import SqlDialect

if TYPE_CHECKING:
    from moviecatalog.plugins.storages.sqlalchemy.glances import Glance

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]

AnyRow: TypeAlias = "Row[*tuple[Any, ...]]"

STREAMED_ROWS = 1_000


class TransactionConflict(StorageLocked, TransientError):  # type: ignore[misc]  # `transaction` is untyped
    """Storage asks for the same transaction again; `transaction` tells by the second base."""


@contextmanager
def translated(dialect: SqlDialect) -> Iterator[None]:
    """No error of SQLAlchemy's leaves this block where the database is to blame.

    Every error that the driver reports counts as that, constraints included: statements here never
    rely on violating one.
    """
    try:
        yield
    except DBAPIError as error:
        raise _kind(dialect, error)(dialect.reason(error)) from error
    except PoolTimeout as error:
        raise StorageUnavailable("every connection is in use") from error


def _kind(dialect: SqlDialect, error: DBAPIError) -> type[StorageUnavailable]:
    if dialect.is_transient(error):
        return TransactionConflict
    return StorageLocked if dialect.is_locked(error) else StorageUnavailable


class Statements:
    """Each method runs one statement and reads its rows to the end, except for `stream`."""

    def __init__(self, connect: Callable[[], Connection], dialect: SqlDialect) -> None:
        """`connect` is called at the first use."""
        self._connect = connect
        self.dialect = dialect

    def run(self, statement: Executable, parameters: Parameters | None = None) -> None:
        with translated(self.dialect):
            self._connection.execute(statement, parameters)

    def count(self, statement: Executable) -> int:
        """How many rows the statement wrote."""
        with translated(self.dialect):
            return self._connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount

    def fill(self, table: Table, rows: Iterable[Sequence[Any]]) -> None:
        """Insert many rows into a temporary table. Each has the values of all columns, in their order."""
        with translated(self.dialect):
            connection = self._connection
            self.dialect.fill(connection, table, list(_as_bound(table, rows, connection.dialect)))

    @cached_property
    def _connection(self) -> Connection:
        return self._connect()

    def all(self, statement: Executable, parameters: Parameters | None = None) -> Sequence[AnyRow]:
        with translated(self.dialect):
            return self._connection.execute(statement, parameters).all()

    def glance(self, glance: Glance, parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        return self.all(glance.statement, parameters)

    def first(self, statement: Executable, parameters: Parameters | None = None) -> AnyRow | None:
        """The only row, or None. All rows are read, so that a statement that writes has run to its end."""
        rows = self.all(statement, parameters)
        return rows[0] if rows else None

    def stream(self, statement: Executable) -> Iterator[AnyRow]:
        with translated(self.dialect):
            yield from self._connection.execute(statement, execution_options={"yield_per": STREAMED_ROWS})

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is raised inside undoes what was done inside, and nothing else."""
        with translated(self.dialect), self._connection.begin_nested():
            yield


def _as_bound(table: Table, rows: Iterable[Sequence[Any]], dialect: Dialect) -> Iterator[Sequence[Any]]:
    """The values as the driver takes them."""
    kinds = [column.type.dialect_impl(dialect) for column in table.c]
    bind = [(place, process) for place, kind in enumerate(kinds) if (process := kind.bind_processor(dialect))]
    for row in rows:
        values = list(row)
        for place, process in bind:
            values[place] = process(values[place])
        yield values
