"""The user-neutral catalogue: what the source says, stored, kept for a while. Only here do cached answers get names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from moviecatalog.domain.errors import MovieNotFound, SourceUnavailable
from moviecatalog.domain.freshness import CacheState, Freshness
from moviecatalog.domain.genres import STANDARD_GENRES, Genre
from moviecatalog.domain.listings import Capability, Listing, Popular, Recommendations, Search, TopRated, Trending
from moviecatalog.domain.movies import Movie
from moviecatalog.domain.pages import Slice, Window
from moviecatalog.domain.queries import MovieQuery, Ordering
from moviecatalog.domain.text import words
from moviecatalog.plugins.sources.base import MovieSource
from moviecatalog.plugins.storages.base import Storage
from moviecatalog.services import codecs
from moviecatalog.services.answers import Answer, AnswerCache
from moviecatalog.services.codecs import CatalogPage
from moviecatalog.services.intake import Intake

TOP_RATED_MIN_VOTES = 300


class CachedCatalog:
    def __init__(
        self,
        source: MovieSource,
        storage: Storage,
        intake: Intake,
        answers: AnswerCache,
        *,
        shared: bool,
        ttl: int,
        search_pages: int,
        now: Callable[[], dt.datetime],
    ) -> None:
        self._source = source
        self._storage = storage
        self._intake = intake
        self._answers = answers
        self._shared = shared
        self._ttl = dt.timedelta(seconds=ttl)
        self._search_pages = search_pages
        self._now = now

    def can(self, capability: Capability) -> bool:
        return capability in self._source.capabilities

    def knows(self, movie: Movie) -> bool:
        """Whether the movie's id means anything to the source."""
        return movie.namespace == self._source.namespace

    def page(self, listing: Listing, number: int) -> Answer[CatalogPage]:
        """Page `number` of one of the source's own lists."""
        name = ("page", self._source.namespace, listing.capability, listing, number)
        return self._answers.get(name, codecs.CATALOG_PAGE, lambda: self._fetch(listing, number))

    def _fetch(self, listing: Listing, number: int) -> CatalogPage:
        page = self._source.page(listing, number)
        stored = self._intake.take_in(item for item in page.items if item)
        return CatalogPage(tuple(stored[item.key] if item else None for item in page.items), page.total)

    def stand_in(self, listing: Listing, window: Window) -> Answer[Slice[Movie]]:
        """The catalogue's own list where the source has none of the kind; Recommendations are `similar`'s."""
        return self.search(_stand_in_query(listing), window)

    def gather(self, text: str) -> Freshness:
        """Have the source's first pages for a search stored, so that the catalogue's index knows them.

        Stale when the source can't be reached: the index then answers for what it knows. Nothing to do
        where the source's whole catalogue is stored, or where it has no search.
        """
        if not self.can(Capability.SEARCH) or self.can(Capability.CATALOGUE) or not words(text):
            return Freshness(CacheState.HIT)
        name = ("gathered", self._source.namespace, text, self._search_pages)
        try:
            return self._answers.get(name, codecs.NUMBER, lambda: self._gather(Search(text))).freshness
        except SourceUnavailable:
            return Freshness(CacheState.STALE)

    def _gather(self, search: Search) -> int:
        """How many pages were stored."""
        total = self.page(search, 1).value.total
        last = min(self._search_pages, self._source.page_limit, -(-total // self._source.page_size))
        for number in range(2, last + 1):
            self.page(search, number)
        return last

    def search(self, query: MovieQuery, window: Window) -> Answer[Slice[Movie]]:
        """What the catalogue's own index answers."""
        name = ("search", query, window.offset, window.size)
        return self._answers.get(name, codecs.MOVIE_SLICE, lambda: self._browse(query, window))

    def browse(self, query: MovieQuery, window: Window) -> Answer[Slice[Movie]]:
        """All that the catalogue knows. Kept only where all processes would see the same."""
        if not self._shared:
            return Answer(self._browse(query, window), Freshness(CacheState.MISS))
        name = ("browse", query, window.offset, window.size)
        return self._answers.get(name, codecs.MOVIE_SLICE, lambda: self._browse(query, window))

    def _browse(self, query: MovieQuery, window: Window) -> Slice[Movie]:
        with self._storage.read() as session:
            return session.movies.browse(query, window.offset, window.size)

    def similar(self, movie: Movie, window: Window) -> Answer[Slice[Movie]]:
        def find() -> Slice[Movie]:
            with self._storage.read() as session:
                return session.movies.similar(movie, window.offset, window.size)

        return self._answers.get(("similar", movie.id, window.offset, window.size), codecs.MOVIE_SLICE, find)

    def movie(self, movie_id: int) -> Answer[Movie]:
        """From storage, heard anew from the source once that is longer ago than the TTL; the old one if that fails.

        Raises MovieNotFound.
        """
        try:
            return self._answers.get(("movie", movie_id), codecs.MOVIE, lambda: self._refreshed(movie_id))
        except SourceUnavailable:
            movie = self._stored(movie_id)
            age = self._now() - movie.refreshed_at
            return Answer(movie, Freshness(CacheState.STALE, int(age.total_seconds())))

    def _stored(self, movie_id: int) -> Movie:
        with self._storage.read() as session:
            return session.movies.get(movie_id)

    def _refreshed(self, movie_id: int) -> Movie:
        movie = self._stored(movie_id)
        if not self._needs_refresh(movie):
            return movie
        try:
            facts = self._source.movie(movie.external_id)
        except MovieNotFound:
            # Sources forget movies; users who rated them don't.
            return movie
        return self._intake.take_in([facts])[movie.key]

    def _needs_refresh(self, movie: Movie) -> bool:
        """A source whose whole catalogue is stored has nothing newer to say, nor has one of another id space."""
        if not self.knows(movie) or self.can(Capability.CATALOGUE):
            return False
        return self._now() - movie.refreshed_at >= self._ttl

    def genres(self) -> Answer[tuple[Genre, ...]]:
        if not self.can(Capability.GENRES):
            return Answer(STANDARD_GENRES, Freshness(CacheState.HIT))
        return self._answers.get(("genres", self._source.namespace), codecs.GENRES, self._source.genres)


def _stand_in_query(listing: Listing) -> MovieQuery:
    match listing:
        case TopRated():
            return MovieQuery(min_votes=TOP_RATED_MIN_VOTES, ordering=Ordering.VOTE_AVERAGE_DESCENDING)
        case Search(text):
            return MovieQuery(words=words(text))
        case Popular() | Trending() | Recommendations():
            return MovieQuery(ordering=Ordering.POPULARITY_DESCENDING)
