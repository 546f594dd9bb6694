"""The search index on SQLite: FTS5, whose rows are by place, so that what is found comes most popular first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Text,
    column,
    delete,
    func,
    insert,
    literal,
    select,
    table,
)

from moviecatalog.plugins.storages.sqlalchemy.tables import ID_BITS
from moviecatalog.plugins.storages.sqlalchemy.terms import Wanted

_index = table(
    "movie_search",
    column("rowid", Integer),
    column("terms", Text),
    # What the index is told to do, and how.
    column("movie_search", Text),
    column("rank", Integer),
)
_changes = table("movie_search_changes", column("place", Integer), column("terms", Text), column("step", Integer))
_step = func.sum(_changes.c.step)


def _changed(which: ColumnElement[bool], *first: ColumnElement[str]) -> Select[Any]:
    # The index takes rows by ascending place at little cost, but writes a piece of itself for each that is out of line.
    columns: list[ColumnElement[Any]] = [*first, _changes.c.place, _changes.c.terms]
    return select(*columns).group_by(_changes.c.place, _changes.c.terms).having(which).order_by(_changes.c.place)


CHANGES = (
    insert(_index).from_select(["movie_search", "rowid", "terms"], _changed(_step < 0, literal("delete"))),
    insert(_index).from_select(["rowid", "terms"], _changed(_step > 0)),
    delete(_changes),
)
"""Bring the index up to date with what the triggers on `movies` noted."""


MERGED_PAGES = 500
"""Written by one step, for which nobody else can write: some 50 ms."""


def merge(connection: Connection) -> None:
    """Have the index be one piece, step by step: of many pieces each search reads all. Each step is a transaction."""
    # A negative number has all pieces take part, and not only as many as would by themselves.
    _merge_step(connection, -MERGED_PAGES)
    while _merge_step(connection, MERGED_PAGES) > 1:
        pass


def _merge_step(connection: Connection, pages: int) -> int:
    """How many rows of the index's own tables were written; one at most when nothing was left to do."""
    driver: Any = connection.connection.driver_connection
    before = driver.total_changes
    with connection.begin():
        connection.execute(insert(_index).values(movie_search="merge", rank=pages))
    written: int = driver.total_changes - before
    return written


def hits(wanted: Wanted, name: str) -> CTE:
    found = select(_index.c.rowid.op("&")(2**ID_BITS - 1).label("id"), _index.c.rowid.label("place"))
    found = found.where(_index.c.movie_search.match(_expression(wanted)))
    # To be read twice, for a page and for the total, is cheaper than to be kept: the page ends early.
    return found.cte(name).prefix_with("NOT MATERIALIZED")


def _expression(wanted: Wanted) -> str:
    """In the MATCH language."""
    parts = [_any(it) for it in wanted.any_of] + [f"{_quoted(word)} *" for word in wanted.words]
    expression = " AND ".join(parts)
    return f"({expression}) NOT {_any(wanted.none_of)}" if wanted.none_of else expression


def _any(terms: Sequence[str]) -> str:
    return f"({' OR '.join(map(_quoted, terms))})"


def _quoted(term: str) -> str:
    """One term of the MATCH language, whatever is in it."""
    return '"{}"'.format(term.replace('"', '""'))
