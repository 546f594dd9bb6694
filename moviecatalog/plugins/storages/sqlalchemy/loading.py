"""Many movies at once, by way of a temporary table, which one statement carries over.

PostgreSQL fills such a table as fast as nothing else. To SQLite each row would else be a statement of its own, at every
one of which its search index writes down what it holds: that takes twice as long.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, ColumnElement, MetaData, Table, and_, case, literal, or_, select, true
from sqlalchemy.schema import CreateTable, DropTable

from moviecatalog.domain import clock
from moviecatalog.domain.movies import NEVER, MovieFacts
from moviecatalog.plugins.storages.sqlalchemy.dialect import Excluded
from moviecatalog.plugins.storages.sqlalchemy.rows import DERIVED_FIELDS, FACT_FIELDS, KEY_FIELDS, fact_values
from moviecatalog.plugins.storages.sqlalchemy.statements import Statements
from moviecatalog.plugins.storages.sqlalchemy.tables import movies

FIELDS = (*FACT_FIELDS, *DERIVED_FIELDS)
TIMES = ("created_at", "updated_at", "refreshed_at")

# Not among the tables that migrations make.
_told = Table(
    "told_movies", MetaData(), *(Column(name, movies.c[name].type) for name in FIELDS), prefixes=["TEMPORARY"]
)


def load(statements: Statements, facts: Sequence[MovieFacts], *, whole: bool) -> int:
    """MovieStore.load."""
    if not facts:
        return 0
    # Before the first statement: from then on nobody else may write to an SQLite file.
    rows = [_row(fact_values(it)) for it in facts]
    now = clock.now()
    statements.run(CreateTable(_told))
    statements.fill(_told, rows)
    times = {"created_at": now, "updated_at": now, "refreshed_at": now if whole else NEVER}
    # A condition, since SQLite would else take what follows for one of the SELECT's.
    told = select(_told, *(literal(times[name], movies.c[name].type) for name in TIMES)).where(true())
    upsert = statements.dialect.upsert(movies, KEY_FIELDS, *((_replaced, _differs) if whole else (_ranked, _moved)))
    written = statements.count(upsert.from_select([*FIELDS, *TIMES], told))
    statements.run(DropTable(_told))
    return written


_row = itemgetter(*FIELDS)


def _ranked(sent: Excluded) -> Mapping[str, Any]:
    return {"popularity": sent.popularity, "updated_at": sent.updated_at}


def _moved(sent: Excluded) -> ColumnElement[bool]:
    return and_(sent.popularity > 0, sent.popularity != movies.c.popularity)


def _replaced(sent: Excluded) -> Mapping[str, Any]:
    names = [name for name in (*FIELDS, "updated_at", "refreshed_at") if name not in KEY_FIELDS]
    return {name: _known_or_sent(name, sent) for name in names}


def _differs(sent: Excluded) -> ColumnElement[bool]:
    names = [name for name in FACT_FIELDS if name not in KEY_FIELDS]
    return or_(*(movies.c[name].is_distinct_from(_known_or_sent(name, sent)) for name in names))


def _known_or_sent(name: str, sent: Excluded) -> ColumnElement[Any]:
    """An empty overview says nothing."""
    if name != "overview":
        column: ColumnElement[Any] = sent[name]
        return column
    return case((sent.overview == "", movies.c.overview), else_=sent.overview)
