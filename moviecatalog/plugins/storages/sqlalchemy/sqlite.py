"""SQLite: the only module that knows it.

The file is in WAL mode, so that readers and the one writer don't wait for each other. Transactions that write
begin with BEGIN IMMEDIATE: one that began as a reader and writes later fails at once when somebody else has
written in between, which no timeout helps.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import (
    CTE,
    URL,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Engine,
    Executable,
    Table,
    Text,
    bindparam,
    column,
    create_engine,
    event,
    exists,
    func,
    literal,
    null,
    select,
    table,
    update,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

from moviecatalog.domain import findings
from moviecatalog.domain.findings import Finding
from moviecatalog.plugins.storages.sqlalchemy import sqlite_index
from moviecatalog.plugins.storages.sqlalchemy.dialect import MIGRATE, SqlDialect
from moviecatalog.plugins.storages.sqlalchemy.terms import Wanted

# The first that has RETURNING.
OLDEST = (3, 35)

MIGRATION_PATIENCE = 60.0
POOL_PATIENCE = 2.0

LOADING_CACHE_KIB = 65_536
LOADING_LOG_PAGES = 64_000

REASONS = {
    sqlite3.SQLITE_BUSY: "the database is locked",
    sqlite3.SQLITE_CANTOPEN: "the database file can't be opened",
    sqlite3.SQLITE_CORRUPT: "the database file is damaged",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the database file can't be read or written",
    sqlite3.SQLITE_NOTADB: "the file is no SQLite database",
    sqlite3.SQLITE_PERM: "the database file can't be accessed",
    sqlite3.SQLITE_READONLY: "the database file is read-only",
}

# Given back at once, however long the timeout is. A plain SQLITE_BUSY has waited for all of it already:
# trying that again would only keep the caller waiting three times as long.
TRANSIENT = {sqlite3.SQLITE_BUSY_SNAPSHOT, sqlite3.SQLITE_BUSY_RECOVERY}

BEGIN = "moviecatalog_begin"
"""An execution option of ours: what a transaction begins with."""

_sequences = table("sqlite_sequence", column("name"), column("seq"))


class SqliteDialect(SqlDialect):
    writing: ClassVar[Mapping[str, Any]] = {BEGIN: "BEGIN IMMEDIATE"}
    driver: ClassVar[Dialect] = sqlite.dialect(paramstyle="named")
    insert = staticmethod(sqlite.insert)
    index_changes = sqlite_index.CHANGES

    def refuse(self, url: URL) -> None:
        if url.drivername not in ("sqlite", "sqlite+pysqlite"):
            raise ValueError("SQLite needs no other driver than Python's own: begin the URL with sqlite:///")
        if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
            raise ValueError("a database in memory is lost with its connection: name a file, as in sqlite:///movies.db")
        if url.query:
            raise ValueError("the URL of an SQLite file takes no options: leave out the question mark and the rest")

    def describe(self, url: URL) -> str:
        return str(_path(url))

    def needs(self) -> str | None:
        if sqlite3.sqlite_version_info >= OLDEST:
            return None
        return f"SQLite {'.'.join(map(str, OLDEST))} or later; this Python has {sqlite3.sqlite_version}"

    def obstacle(self, url: URL) -> str | None:
        path = _path(url)
        if not path.parent.is_dir():
            return f"can't be opened: {_no_folder(path)}"
        if not path.exists():
            return f"does not exist yet: {MIGRATE}"
        if not path.is_file():
            return "is no file: name one in a folder that is there"
        # The log of the WAL mode stands beside the file.
        if not all(os.access(it, os.W_OK) for it in (path, path.parent)):
            return "can't be written: give this process's user the file and its folder"
        return None

    def diagnose(self, url: URL, connection: Connection) -> Iterator[Finding]:  # noqa: ARG002  # the file tells
        path = _path(url)
        yield findings.ok(f"SQLite {sqlite3.sqlite_version}, {path.stat().st_size / 1_000_000:.1f} MB")
        if path.stat().st_mode & stat.S_IROTH:
            yield findings.warning(f"anybody on this machine can read {path}, with all accounts", f"chmod o-rwx {path}")

    def create_engine(self, url: URL, *, patience: float, pooled: bool = True) -> Engine:
        # Never `mode=rwc`: a file that was moved away would come back empty, under a running application.
        uri = f"{_path(url).as_uri()}?mode=rw"

        def connect() -> sqlite3.Connection:
            # Without an isolation level sqlite3 begins no transactions of its own: `begin` does.
            connection = sqlite3.connect(uri, uri=True, timeout=patience, isolation_level=None, check_same_thread=False)
            try:
                _use_wal(connection, patience)
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute("PRAGMA foreign_keys = ON")
            except sqlite3.Error:
                connection.close()
                raise
            return connection

        if pooled:
            pool = {"poolclass": QueuePool, "pool_size": 10, "max_overflow": 20, "pool_timeout": POOL_PATIENCE}
        else:
            pool = {"poolclass": NullPool}
        engine = create_engine(url, creator=connect, hide_parameters=True, **pool)
        event.listen(engine, "begin", _begin)
        return engine

    @contextmanager
    def migrating(self, url: URL) -> Iterator[Connection]:
        path = _path(url)
        if not path.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, _no_folder(path))
        # Accounts are in it, so it is nobody else's to read.
        path.touch(mode=0o600)
        engine = self.create_engine(url, patience=MIGRATION_PATIENCE, pooled=False)
        with engine.execution_options(**self.writing).begin() as connection:
            yield connection

    def fill(self, connection: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
        # What follows goes all over the indexes of `movies`: with the cache that a connection has by itself, of 2 MB,
        # it would take twice as long. The log may grow further before it is carried over, which goes over them too.
        connection.exec_driver_sql(f"PRAGMA cache_size = -{LOADING_CACHE_KIB}")
        connection.exec_driver_sql(f"PRAGMA wal_autocheckpoint = {LOADING_LOG_PAGES}")
        connection.exec_driver_sql(str(insert(table).compile(connection)), [tuple(row) for row in rows])

    @staticmethod
    def among(column: Column[int], name: str) -> ColumnElement[bool]:
        return column.in_(select(func.json_each(bindparam(name, type_=Text)).table_valued("value").c.value))

    @staticmethod
    def as_array(numbers: Sequence[int]) -> str:
        return f"[{','.join(map(str, numbers))}]"

    def optimize(self, url: URL) -> None:
        engine = self.create_engine(url, patience=MIGRATION_PATIENCE, pooled=False)
        with engine.execution_options(**self.writing).connect() as connection:
            sqlite_index.merge(connection)

    def hits(self, wanted: Wanted, name: str = "hits") -> CTE:
        return sqlite_index.hits(wanted, name)

    def next_id(self, table: Table) -> ColumnElement[Any]:  # noqa: ARG002  # of any table
        return null()

    def last_id(self, table: Table) -> Executable:
        return select(_sequences.c.seq).where(_sequences.c.name == table.name)

    def skip_ids(self, table: Table, last_id: int) -> Sequence[Executable]:
        if not table.dialect_options["sqlite"]["autoincrement"]:
            # A new row is numbered above all that are there.
            return []
        # SQLite's own table of the others has no key that an upsert could go by.
        own = _sequences.c.name == table.name
        first = select(literal(table.name), literal(last_id)).where(~exists(select(_sequences.c.seq).where(own)))
        return [
            update(_sequences).where(own, _sequences.c.seq < last_id).values(seq=last_id),
            insert(_sequences).from_select(["name", "seq"], first),
        ]

    def is_transient(self, error: DBAPIError) -> bool:
        return getattr(error.orig, "sqlite_errorcode", None) in TRANSIENT

    def is_locked(self, error: DBAPIError) -> bool:
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY

    def is_outage(self, error: DBAPIError) -> bool:
        return self.is_locked(error)

    def reason(self, error: DBAPIError) -> str:
        code = getattr(error.orig, "sqlite_errorcode", 0)
        name = getattr(error.orig, "sqlite_errorname", type(error.orig).__name__)
        return REASONS.get(code & 0xFF, f"the database failed, with {name}")


def _path(url: URL) -> Path:
    return Path(url.database or "").absolute()


def _no_folder(path: Path) -> str:
    return f"there is no folder {str(path.parent)!r}; make it, and give it to this process's user"


def _use_wal(connection: sqlite3.Connection, patience: float) -> None:
    """Switch to the WAL mode, unless the file is in it, as it is ever after.

    SQLite's own timeout doesn't cover the switch, so that of several who open a new file at once only one
    would get through: hence the loop.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(BEGIN, "BEGIN"))
