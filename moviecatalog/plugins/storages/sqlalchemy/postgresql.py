"""PostgreSQL: the only module that knows it.

Nothing but the core server is used: words come folded and split already, so that they are made into a
`tsvector` as they are, by none of its parsers and dictionaries.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from sqlalchemy import (
    CTE,
    URL,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Engine,
    Executable,
    Table,
    any_,
    bindparam,
    cast,
    column,
    create_engine,
    event,
    func,
    literal,
    select,
    table,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY, REGCLASS, TSQUERY, TSVECTOR
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

from moviecatalog.domain import clock, findings
from moviecatalog.domain.findings import Finding
from moviecatalog.plugins.storages.sqlalchemy import postgresql_errors as errors
from moviecatalog.plugins.storages.sqlalchemy.dialect import SqlDialect
from moviecatalog.plugins.storages.sqlalchemy.terms import Wanted

POOL = 10
"""Connections of one process, at most."""

CONNECT_PATIENCE = 2
POOL_PATIENCE = 2.0
STATEMENT_PATIENCE = 5.0

GRACE = 0.5
"""In seconds past the server's own time-out for a statement: who says nothing then hangs."""

MIGRATION_LOCK = 0x6D6F76696563617
"""The number of the advisory lock: any that nobody else takes."""

# Apart from `movies`, whose rows are long: the index says where rows are, each of which must be seen to be counted.
_index = table("movie_search", column("movie_id", BigInteger), column("place", BigInteger), column("terms", TSVECTOR))


class PostgresqlDialect(SqlDialect):
    reading: ClassVar[Mapping[str, Any]] = {"isolation_level": "REPEATABLE READ"}
    # Nothing here writes what it computed from what it read, so that the lowest level will do, and no
    # transaction on a crowded row is refused.
    writing: ClassVar[Mapping[str, Any]] = {"isolation_level": "READ COMMITTED"}
    driver: ClassVar[Dialect] = PGDialect_psycopg()  # type: ignore[no-untyped-call]  # SQLAlchemy's own
    insert = staticmethod(postgresql.insert)

    def refuse(self, url: URL) -> None:
        if url.drivername != "postgresql+psycopg":
            raise ValueError("PostgreSQL is spoken to by psycopg 3: begin the URL with postgresql+psycopg://")
        if not url.database:
            raise ValueError("it must name a database, as in postgresql+psycopg://user@host/moviecatalog")
        if importlib.util.find_spec("psycopg") is None:
            raise ValueError("it needs a package that isn't installed; pip install 'moviecatalog[postgresql]'")

    def describe(self, url: URL) -> str:
        named = url.query.get("host", url.host or "localhost")
        hosts = [named] if isinstance(named, str) else named
        port = f":{url.port}" if url.port else ""
        return f"{url.database!r} on {', '.join(f'{host}{port}' for host in hosts)}"

    def needs(self) -> str | None:
        return None

    def obstacle(self, url: URL) -> str | None:  # noqa: ARG002  # nothing is seen without connecting
        return None

    def diagnose(self, url: URL, connection: Connection) -> Iterator[Finding]:
        names = ("server_version", "server_encoding", "max_connections")
        row = connection.execute(select(func.clock_timestamp(), *map(func.current_setting, names))).one()
        now, version, encoding, connections = row
        yield findings.ok(f"PostgreSQL {version}, {connections} connections at most; each process takes up to {POOL}")
        yield findings.compared_clocks(f"PostgreSQL at {self.describe(url)}", now, clock.exact_now())
        if encoding != "UTF8":
            yield findings.problem(
                f"its encoding is {encoding}, which can't hold every title", "make the database anew with encoding UTF8"
            )

    def create_engine(self, url: URL, *, patience: float, pooled: bool = True) -> Engine:
        if pooled:
            pool = {
                "poolclass": QueuePool,
                "pool_size": POOL,
                "max_overflow": 0,
                "pool_timeout": POOL_PATIENCE,
            }
        else:
            pool = {"poolclass": NullPool}
        return _engine(url, pool, lock=patience, statement=max(patience, STATEMENT_PATIENCE) if pooled else patience)

    @contextmanager
    def migrating(self, url: URL) -> Iterator[Connection]:
        # Without any time-out: an index over a million movies takes its time, and so may whoever is at it already.
        engine = _engine(url, {"poolclass": NullPool}, lock=0, statement=0)
        # Each statement sees what the one before who held the lock has committed.
        with engine.execution_options(**self.writing).begin() as connection:
            connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
            yield connection

    def fill(self, connection: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
        cursor: Any = connection.connection.cursor()
        with cursor, cursor.copy(f"COPY {table.name} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    @staticmethod
    def among(column: Column[int], name: str) -> ColumnElement[bool]:
        return column == any_(bindparam(name, type_=ARRAY(BigInteger)))

    @staticmethod
    def as_array(numbers: Sequence[int]) -> list[int]:
        return list(numbers)

    def optimize(self, url: URL) -> None:
        # The server does so by itself, but a minute later, until which it plans for the few movies that there were.
        engine = _engine(url, {"poolclass": NullPool}, lock=0, statement=0)
        with engine.connect() as connection:
            connection.exec_driver_sql("VACUUM (ANALYZE) movies, movie_search, place_blocks")

    def hits(self, wanted: Wanted, name: str = "hits") -> CTE:
        parts = [_any(it) for it in wanted.any_of] + [f"{_quoted(word)}:*" for word in wanted.words]
        if wanted.none_of:
            parts.append(f"!{_any(wanted.none_of)}")
        found = select(_index.c.movie_id.label("id"), _index.c.place)
        found = found.where(_index.c.terms.op("@@")(cast(literal(" & ".join(parts)), TSQUERY)))
        # Kept, to be read twice: planned apart, a page of rare words would walk the whole line of places for them.
        return found.cte(name).prefix_with("MATERIALIZED")

    def is_transient(self, error: DBAPIError) -> bool:
        return errors.is_transient(error)

    def is_locked(self, error: DBAPIError) -> bool:
        return errors.is_locked(error)

    def is_outage(self, error: DBAPIError) -> bool:
        return errors.is_outage(error)

    def reason(self, error: DBAPIError) -> str:
        return errors.reason(error)

    def next_id(self, table: Table) -> ColumnElement[Any]:
        return func.nextval(_sequence(table))

    def last_id(self, table: Table) -> Executable:
        return select(_last_id(table))

    def skip_ids(self, table: Table, last_id: int) -> Sequence[Executable]:
        last = literal(last_id, BigInteger)
        return [select(func.setval(_sequence(table), last)).where(func.coalesce(_last_id(table), 0) < last)]


def _engine(url: URL, pool: Mapping[str, Any], *, lock: float, statement: float) -> Engine:
    """Patience in seconds; 0 is without end."""
    # psycopg is optional.
    from moviecatalog.plugins.storages.sqlalchemy.bounded import Server, look_after_rest, note_rest  # noqa: PLC0415

    options = {"lock_timeout": lock, "statement_timeout": statement}
    arguments = {
        "application_name": "moviecatalog",
        "connect_timeout": CONNECT_PATIENCE,
        "options": " ".join(f"-c {name}={round(seconds * 1000)}" for name, seconds in options.items()),
    }
    # What rests in the pool is as the most frequent requests need it: to change that, and to roll back what was never
    # begun, would take them as long as the rest.
    resting = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
    engine = create_engine(url, connect_args=arguments, hide_parameters=True, **resting, **pool)
    server = Server(statement and statement + GRACE)
    event.listen(engine, "do_connect", lambda _dialect, _record, args, kwargs: server.connect(*args, **kwargs))
    event.listen(engine, "checkin", note_rest)
    event.listen(engine, "checkout", look_after_rest)
    return engine


def _last_id(table: Table) -> ColumnElement[int | None]:
    return func.pg_sequence_last_value(_sequence(table))


def _sequence(table: Table) -> ColumnElement[Any]:
    return cast(func.pg_get_serial_sequence(table.name, "id"), REGCLASS)


def _any(terms: Sequence[str]) -> str:
    return f"({' | '.join(map(_quoted, terms))})"


def _quoted(term: str) -> str:
    """One lexeme of a tsquery; in quotes a term is never taken for syntax."""
    return "'{}'".format(term.replace("\\", "\\\\").replace("'", "''"))
