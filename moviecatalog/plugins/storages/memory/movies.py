"""The catalogue's movies, searched and sorted in Python."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from moviecatalog.domain import clock
from moviecatalog.domain.errors import MovieNotFound
from moviecatalog.domain.movies import NEVER, Movie, MovieFacts, MovieKey
from moviecatalog.domain.pages import Slice
from moviecatalog.domain.queries import MovieQuery, Ordering
from moviecatalog.domain.text import title_key, words
from moviecatalog.plugins.storages.memory.state import State
from moviecatalog.plugins.storages.stores import MovieStore

FACT_FIELDS = tuple(field.name for field in dataclasses.fields(MovieFacts))


class MemoryMovieStore(MovieStore):
    def __init__(self, state: State) -> None:
        self._state = state

    def get(self, movie_id: int) -> Movie:
        try:
            return self._state.movies[movie_id]
        except KeyError:
            raise MovieNotFound from None

    def find(self, keys: Collection[MovieKey]) -> dict[MovieKey, Movie]:
        ids = self._state.movie_ids
        return {key: self._state.movies[ids[key]] for key in keys if key in ids}

    def store(self, facts: Sequence[MovieFacts]) -> dict[MovieKey, Movie]:
        return {it.key: self._stored(it) for it in facts}

    def _stored(self, facts: MovieFacts) -> Movie:
        now = clock.now()
        known = self._known(facts.key)
        return self._changed(known, _values(facts), now) if known else self._added(facts, now)

    def load(self, facts: Sequence[MovieFacts], *, whole: bool) -> int:
        return sum(self._is_loaded(it, whole=whole) for it in facts)

    def _is_loaded(self, facts: MovieFacts, *, whole: bool) -> bool:
        """Whether the movie is new or changed."""
        now = clock.now()
        known = self._known(facts.key)
        if known is None:
            self._added(facts, now if whole else NEVER)
            return True
        if whole:
            values = _values(facts) | {"overview": facts.overview or known.overview}
        else:
            values = _values(known) | {"popularity": facts.popularity or known.popularity}
        if values == _values(known):
            return False
        self._changed(known, values, now if whole else known.refreshed_at)
        return True

    def _known(self, key: MovieKey) -> Movie | None:
        known_id = self._state.movie_ids.get(key)
        return None if known_id is None else self._state.movies[known_id]

    def _added(self, facts: MovieFacts, refreshed_at: dt.datetime) -> Movie:
        now = clock.now()
        movie = Movie(
            **_values(facts), id=self._state.next_id(), created_at=now, updated_at=now, refreshed_at=refreshed_at
        )
        self._state.put(movie)
        return movie

    def _changed(self, known: Movie, values: dict[str, Any], refreshed_at: dt.datetime) -> Movie:
        updated_at = known.updated_at if _values(known) == values else clock.now()
        movie = dataclasses.replace(known, **values, updated_at=updated_at, refreshed_at=refreshed_at)
        self._state.put(movie)
        return movie

    def browse(self, query: MovieQuery, offset: int, limit: int) -> Slice[Movie]:
        found = [movie for movie in self._by_id() if _passes(movie, query)]
        return _slice(_ordered(found, query.ordering), offset, limit)

    def similar(self, movie: Movie, offset: int, limit: int) -> Slice[Movie]:
        genres = set(movie.genre_ids)
        others = [other for other in self._by_id() if other.id != movie.id and genres & set(other.genre_ids)]

        def likeness(other: Movie) -> tuple[int, float]:
            return -len(genres & set(other.genre_ids)), abs(other.vote_average - movie.vote_average)

        return _slice(sorted(others, key=likeness), offset, limit)

    def catalogue_digest(self, source: str) -> str | None:
        return self._state.digests.get(source)

    def note_catalogue_digest(self, source: str, digest: str) -> None:
        self._state.digests[source] = digest

    def _by_id(self) -> list[Movie]:
        return [movie for _, movie in sorted(self._state.movies.items())]


def _values(facts: MovieFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in FACT_FIELDS}


def _slice(found: Sequence[Movie], offset: int, limit: int) -> Slice[Movie]:
    return Slice(tuple(found[offset : offset + limit]), len(found))


def _passes(movie: Movie, query: MovieQuery) -> bool:
    limits: Iterable[tuple[Any, Callable[[Any], bool]]] = (
        (query.words, lambda sought: _has_words(movie, sought)),
        (query.release_year, lambda year: movie.release_date is not None and movie.release_date.year == year),
        (query.min_rating, lambda least: movie.vote_average >= least),
        (query.max_rating, lambda most: movie.vote_average <= most),
        (query.min_popularity, lambda least: movie.popularity >= least),
        (query.min_votes, lambda least: movie.vote_count >= least),
        (query.language, lambda language: movie.original_language == language),
    )
    return set(query.genre_ids) <= set(movie.genre_ids) and all(
        passes(value) for value, passes in limits if value is not None
    )


def _has_words(movie: Movie, sought: Sequence[str]) -> bool:
    own = words(f"{movie.title} {movie.original_title or ''}")
    return bool(sought) and all(any(word.startswith(start) for word in own) for start in sought)


def _ordered(found: list[Movie], ordering: Ordering) -> list[Movie]:
    """Sorts are stable, also in reverse: movies that come by id stay so where they are equal."""

    def key(movie: Movie) -> Any:
        return title_key(movie.title) if ordering.field == "title" else getattr(movie, ordering.field)

    known = [movie for movie in found if key(movie) is not None]
    return sorted(known, key=key, reverse=ordering.descending) + [it for it in found if key(it) is None]
