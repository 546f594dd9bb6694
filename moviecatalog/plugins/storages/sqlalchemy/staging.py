"""Many rows at once, by way of a temporary table, from which one statement takes them.

PostgreSQL fills such a table as fast as nothing else, and its triggers on `movies` run once for a statement. To SQLite
each row would else be a statement of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, MetaData, Table
from sqlalchemy.schema import CreateTable, DropTable

from moviecatalog.plugins.storages.sqlalchemy.statements import Statements


@contextmanager
def staged(statements: Statements, table: Table, rows: Sequence[Mapping[str, Any]]) -> Iterator[Table]:
    """A temporary table with these rows for another one. All have the same columns of it, and there is one at least."""
    names = tuple(rows[0])
    stage = _stage(table, names)
    statements.run(CreateTable(stage))
    statements.fill(stage, map(itemgetter(*names), rows))
    yield stage
    statements.run(DropTable(stage))


@cache
def _stage(table: Table, names: Sequence[str]) -> Table:
    # Always the same: SQLAlchemy keeps what it made of a statement by the tables in it. Not among those that
    # migrations make.
    columns = (Column(name, table.c[name].type) for name in names)
    return Table(f"staged_{table.name}", MetaData(), *columns, prefixes=["TEMPORARY"])
