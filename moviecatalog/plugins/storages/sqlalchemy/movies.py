"""The catalogue's movies."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import CTE, BigInteger, ColumnElement, FromClause, Select, case, func, literal, or_, select, tuple_

from moviecatalog.domain import clock
from moviecatalog.domain.errors import MovieNotFound
from moviecatalog.domain.movies import Movie, MovieFacts, MovieKey
from moviecatalog.domain.pages import Slice
from moviecatalog.domain.queries import MovieQuery
from moviecatalog.plugins.storages.sqlalchemy import loading, search
from moviecatalog.plugins.storages.sqlalchemy.dialect import Excluded
from moviecatalog.plugins.storages.sqlalchemy.places import number_of_movies, page, settle
from moviecatalog.plugins.storages.sqlalchemy.rows import (
    DERIVED_FIELDS,
    FACT_FIELDS,
    KEY_FIELDS,
    MOVIE_COLUMNS,
    MOVIE_WIDTH,
    as_movie,
    fact_values,
)
from moviecatalog.plugins.storages.sqlalchemy.statements import AnyRow, Statements
from moviecatalog.plugins.storages.sqlalchemy.tables import catalogue_digests, movies
from moviecatalog.plugins.storages.sqlalchemy.terms import Wanted, genre_terms, wanted
from moviecatalog.plugins.storages.stores import MovieStore


class SqlMovieStore(MovieStore):
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def get(self, movie_id: int) -> Movie:
        row = self._statements.first(select(*MOVIE_COLUMNS).where(movies.c.id == movie_id))
        if row is None:
            raise MovieNotFound
        return as_movie(row)

    def find(self, keys: Collection[MovieKey]) -> dict[MovieKey, Movie]:
        is_one = tuple_(movies.c.namespace, movies.c.external_id).in_([tuple(key) for key in keys])
        return _by_key(as_movie(row) for row in self._statements.all(select(*MOVIE_COLUMNS).where(is_one)))

    def store(self, facts: Sequence[MovieFacts]) -> dict[MovieKey, Movie]:
        if not facts:
            return {}
        now = clock.now()
        times = {"created_at": now, "updated_at": now, "refreshed_at": now}
        # A list of parameters becomes one INSERT of many rows, as long as the engine's limits allow; rows are
        # inserted in the order given, so their ids ascend in it.
        statement = self._statements.dialect.upsert(movies, KEY_FIELDS, _refreshed).returning(*MOVIE_COLUMNS)
        rows = self._statements.all(statement, [fact_values(it) | times for it in facts])
        settle(self._statements)
        return _by_key(as_movie(row) for row in rows)

    def load(self, facts: Sequence[MovieFacts], *, whole: bool) -> int:
        return loading.load(self._statements, facts, whole=whole)

    def browse(self, query: MovieQuery, offset: int, limit: int) -> Slice[Movie]:
        if query.words == ():
            return Slice((), 0)
        part = search.Part(search.order(query.ordering), offset, limit)
        terms, conditions = wanted(query), search.conditions(query)
        if terms.is_positive:
            hits = self._statements.dialect.hits(terms)
            return self._found(hits, search.popular_enough(query.min_popularity, hits), conditions, part)
        if terms.none_of:
            conditions.append(movies.c.vote_average <= query.max_rating)
        if query.min_popularity:
            conditions.append(movies.c.popularity >= query.min_popularity)
        if not conditions and part.is_by_place:
            return _as_slice(self._statements.all(page(offset), {"offset": offset, "limit": limit}))
        total = _number(movies, conditions) if conditions else number_of_movies()
        return self._page(part.of(select(movies.c.id).where(*conditions), part.order), total, part)

    def similar(self, movie: Movie, offset: int, limit: int) -> Slice[Movie]:
        if not movie.genre_ids:
            return Slice((), 0)
        part = search.Part(search.likeness(movie), offset, limit)
        alike = self._statements.dialect.hits(Wanted(any_of=[tuple(genre_terms(movie.genre_ids))]), "alike")
        others = [alike.c.id != movie.id]
        total = _number(alike, others)
        for circle in search.circles(movie):
            inside = self._statements.dialect.hits(circle.wanted)
            ids = select(inside.c.id).join(movies, movies.c.id == inside.c.id).where(inside.c.id != movie.id)
            nearest = self._page(part.of(ids, part.order), total, part)
            if len(nearest.items) == limit and circle.holds(movie, nearest.items):
                return nearest
        return self._found(alike, others, [], part)

    def _found(
        self, hits: CTE, within: list[ColumnElement[bool]], conditions: list[ColumnElement[bool]], part: search.Part
    ) -> Slice[Movie]:
        """Of what the search index found `within`, the movies that meet conditions of their own.

        For what the index can tell by itself no movie is looked at.
        """
        joined = hits.join(movies, movies.c.id == hits.c.id)
        ids = select(hits.c.id).select_from(hits if part.is_by_place and not conditions else joined)
        order = (hits.c.place,) if part.is_by_place else part.order
        total = _number(joined if conditions else hits, [*within, *conditions])
        return self._page(part.of(ids.where(*within, *conditions), order), total, part)

    def _page(self, ids: Select[Any], total: ColumnElement[int], part: search.Part) -> Slice[Movie]:
        # Only ids are sorted and skipped, which an index often holds; whole rows are read for the page alone.
        # The total is counted beside it, since a window function would drag every row through the sort; but a page
        # that isn't full tells it by itself, and whoever finds little has looked at all of it once already.
        page = ids.cte("page").prefix_with("MATERIALIZED")
        size = select(func.count()).select_from(page).scalar_subquery()
        total = case((size.between(1, part.limit - 1), size + literal(part.offset, BigInteger)), else_=total)
        is_on_page = movies.c.id.in_(select(page.c.id))
        return _as_slice(self._statements.all(select(*MOVIE_COLUMNS, total).where(is_on_page).order_by(*part.order)))

    def catalogue_digest(self, source: str) -> str | None:
        noted = select(catalogue_digests.c.digest).where(catalogue_digests.c.namespace == source)
        row = self._statements.first(noted)
        return None if row is None else row.digest

    def note_catalogue_digest(self, source: str, digest: str) -> None:
        statement = self._statements.dialect.upsert(
            catalogue_digests, ("namespace",), lambda sent: {"digest": sent.digest}
        )
        self._statements.run(statement, {"namespace": source, "digest": digest})


def _refreshed(sent: Excluded) -> Mapping[str, Any]:
    """A stored movie after its source was heard again; `updated_at` moves only if a fact changed."""
    facts = [name for name in FACT_FIELDS if name not in KEY_FIELDS]
    changed = or_(*(movies.c[name].is_distinct_from(sent[name]) for name in facts))
    return {name: sent[name] for name in (*facts, *DERIVED_FIELDS, "refreshed_at")} | {
        "updated_at": case((changed, sent.updated_at), else_=movies.c.updated_at)
    }


def _number(of: FromClause, conditions: list[ColumnElement[bool]]) -> ColumnElement[int]:
    return select(func.count()).select_from(of).where(*conditions).scalar_subquery()


def _as_slice(rows: Sequence[AnyRow]) -> Slice[Movie]:
    """Rows of movies, each with the total behind it."""
    return Slice(tuple(as_movie(row) for row in rows), rows[0][MOVIE_WIDTH] if rows else 0)


def _by_key(found: Any) -> dict[MovieKey, Movie]:
    return {movie.key: movie for movie in found}
