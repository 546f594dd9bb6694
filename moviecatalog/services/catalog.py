"""Browsing: the catalogue's movies, with the viewer's own marks laid over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from moviecatalog.domain.errors import PageNotFound, SourceUnavailable
from moviecatalog.domain.freshness import Freshness
from moviecatalog.domain.genres import STANDARD_GENRES, Genre
from moviecatalog.domain.listings import Capability, Listing, Recommendations, Search
from moviecatalog.domain.movies import NO_MARK, Mark, Movie, SeenMovie, Standing
from moviecatalog.domain.pages import Slice, Window
from moviecatalog.domain.queries import MovieQuery
from moviecatalog.domain.text import words
from moviecatalog.domain.users import Identity
from moviecatalog.plugins.storages.base import Storage
from moviecatalog.services.answers import Answer
from moviecatalog.services.cached_catalog import CachedCatalog
from moviecatalog.services.cached_source import CachedSource
from moviecatalog.services.pagination import Cut


@dataclass(frozen=True, slots=True)
class MoviePage:
    """One page of a list, as its viewer sees it; `count` is the length of the whole list."""

    movies: tuple[SeenMovie, ...]
    count: int
    window: Window
    freshness: Freshness


@dataclass(frozen=True, slots=True)
class MovieDetails:
    movie: Movie
    standing: Standing
    freshness: Freshness


class Catalog:
    """What anybody may ask of the catalogue. `viewer` is None for somebody who hasn't signed in.

    Of several sources the first that can and does answer is heard. Every method raises InvalidToken where
    the viewer's account doesn't stand behind the identity any more, and SourceUnavailable where there is
    nothing to answer with.
    """

    def __init__(self, sources: Sequence[CachedSource], cached: CachedCatalog, storage: Storage) -> None:
        self._sources = sources
        self._cached = cached
        self._storage = storage

    def listing(self, listing: Listing, window: Window, viewer: Identity | None) -> MoviePage:
        """A source's own list, or the catalogue's where no source has one of the kind. Raises PageNotFound."""
        able = [source for source in self._sources if source.can(listing.capability)]
        if not able:
            return self._seen(_whole(self._cached.stand_in(listing, window), window), window, viewer)
        return self._seen(_first_that_answers(able, listing, window), window, viewer)

    def search(self, text: str, filters: MovieQuery, window: Window, viewer: Identity | None) -> MoviePage:
        """Without filters the source's order and reach; with them the catalogue's index, exactly.

        Words in `filters` narrow further. Raises PageNotFound.
        """
        if filters == MovieQuery():
            return self.listing(Search(text), window, viewer)
        query = replace(filters, words=_all_of(words(text), filters.words))
        gathered = [source.gather(Search(text, filters.release_year)) for source in self._sources]
        found = _whole(self._cached.search(query, window), window)
        freshness = Freshness.of_all((*gathered, found.freshness))
        return self._seen(replace(found, freshness=freshness), window, viewer)

    def browse(self, query: MovieQuery, window: Window, viewer: Identity | None) -> MoviePage:
        """All that the catalogue knows. Raises PageNotFound."""
        return self._seen(_whole(self._cached.browse(query, window), window), window, viewer)

    def recommendations(self, movie_id: int, window: Window, viewer: Identity | None) -> MoviePage:
        """For that movie: a source's, or else movies like it. Raises MovieNotFound, PageNotFound."""
        movie = self._cached.known(movie_id)
        listing = Recommendations(movie.external_id)
        able = [source for source in self._sources if source.knows(movie) and source.can(listing.capability)]
        try:
            found = _first_that_answers(able, listing, window) if able else None
        except SourceUnavailable:
            return self._seen(_standing_in(self._similar(movie, window)), window, viewer)
        if found is None or not found.count:
            return self._seen(self._similar(movie, window), window, viewer)
        others = tuple(other for other in found.movies if other.id != movie.id)
        return self._seen(replace(found, movies=others), window, viewer)

    def _similar(self, movie: Movie, window: Window) -> Cut:
        return _whole(self._cached.similar(movie, window), window)

    def details(self, movie_id: int, viewer: Identity | None) -> MovieDetails:
        """Raises MovieNotFound."""
        answer = self._cached.movie(movie_id)
        return MovieDetails(answer.value, self.standing(movie_id, viewer), answer.freshness)

    def standing(self, movie_id: int, viewer: Identity | None) -> Standing:
        """Raises MovieNotFound."""
        with self._storage.glance() as session:
            return session.library.standing(movie_id, viewer)

    def marks(self, movie_ids: Sequence[int], viewer: Identity | None) -> Mapping[int, Mark]:
        """The viewer's marks on these movies, where there are any."""
        if viewer is None:
            return {}
        with self._storage.glance() as session:
            return session.library.marks(viewer, movie_ids)

    def genres(self) -> tuple[Genre, ...]:
        """Those of the first source that has some and answers, or else the standard ones."""
        for source in self._sources:
            with suppress(SourceUnavailable):
                if source.can(Capability.GENRES):
                    return source.genres()
        return STANDARD_GENRES

    def _seen(self, found: Cut, window: Window, viewer: Identity | None) -> MoviePage:
        return MoviePage(self._marked(found.movies, viewer), found.count, window, found.freshness)

    def _marked(self, movies: Sequence[Movie], viewer: Identity | None) -> tuple[SeenMovie, ...]:
        marks = self.marks([movie.id for movie in movies], viewer)
        return tuple(SeenMovie(movie, marks.get(movie.id, NO_MARK)) for movie in movies)


def _first_that_answers(sources: Sequence[CachedSource], listing: Listing, window: Window) -> Cut:
    """The window from the first source that gives it. Raises PageNotFound; SourceUnavailable if all fail."""
    first, *others = sources
    try:
        return first.cut(listing, window)
    except SourceUnavailable:
        if not others:
            raise
        return _standing_in(_first_that_answers(others, listing, window))


def _standing_in(found: Cut) -> Cut:
    return replace(found, freshness=found.freshness.standing_in())


def _whole(answer: Answer[Slice[Movie]], window: Window) -> Cut:
    """A slice that the catalogue's own index cut already."""
    if not answer.value.items and window.page > 1:
        raise PageNotFound(window.page)
    return Cut(answer.value.items, answer.value.total, answer.freshness)


def _all_of(wanted: tuple[str, ...], narrowing: tuple[str, ...] | None) -> tuple[str, ...]:
    """Both together; nothing is matched by either of them being empty."""
    if narrowing is None:
        return wanted
    return wanted + narrowing if wanted and narrowing else ()
