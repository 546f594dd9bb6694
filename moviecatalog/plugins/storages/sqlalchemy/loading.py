"""Many movies at once, of which nothing comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, true

from moviecatalog.domain import clock
from moviecatalog.domain.movies import NEVER, MovieFacts
from moviecatalog.plugins.storages.sqlalchemy.dialect import Excluded
from moviecatalog.plugins.storages.sqlalchemy.places import settle
from moviecatalog.plugins.storages.sqlalchemy.rows import DERIVED_FIELDS, FACT_FIELDS, KEY_FIELDS, fact_values
from moviecatalog.plugins.storages.sqlalchemy.staging import staged
from moviecatalog.plugins.storages.sqlalchemy.statements import Statements
from moviecatalog.plugins.storages.sqlalchemy.tables import movies

FIELDS = (*FACT_FIELDS, *DERIVED_FIELDS)
TIMES = ("created_at", "updated_at", "refreshed_at")


def load(statements: Statements, facts: Sequence[MovieFacts], *, whole: bool) -> int:
    """MovieStore.load."""
    if not facts:
        return 0
    # Before the first statement: from then on nobody else may write to an SQLite file.
    rows = [fact_values(it) for it in facts]
    now = clock.now()
    times = {"created_at": now, "updated_at": now, "refreshed_at": now if whole else NEVER}
    upsert = statements.dialect.upsert(movies, KEY_FIELDS, *((_replaced, _differs) if whole else (_ranked, _moved)))
    with staged(statements, movies, rows) as told:
        is_known = and_(*(movies.c[name] == told.c[name] for name in KEY_FIELDS))
        # With the ids of those that are known: a new id would be spent for each of them otherwise.
        ids = func.coalesce(movies.c.id, statements.dialect.next_id(movies))
        values = (*(told.c[name] for name in FIELDS), *(literal(times[name], movies.c[name].type) for name in TIMES))
        # A condition, since SQLite would else take what follows for one of the SELECT's.
        sent = select(ids, *values).select_from(told.outerjoin(movies, is_known)).where(true())
        written = statements.count(upsert.from_select(["id", *FIELDS, *TIMES], sent))
    settle(statements)
    return written


def _ranked(sent: Excluded) -> Mapping[str, Any]:
    return {name: sent[name] for name in ("popularity", "popularity_key", "updated_at")}


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
