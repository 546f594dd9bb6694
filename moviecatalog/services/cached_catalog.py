"""The catalogue's own movies behind the cache: those in storage, whatever source they came from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from moviecatalog.domain.errors import MovieNotFound, SourceUnavailable
from moviecatalog.domain.freshness import STAND_IN_SECONDS, CacheState, Freshness
from moviecatalog.domain.listings import Listing, Popular, Recommendations, Search, TopRated, Trending
from moviecatalog.domain.movies import Movie
from moviecatalog.domain.pages import Slice, Window
from moviecatalog.domain.queries import MovieQuery, Ordering
from moviecatalog.domain.text import words
from moviecatalog.metrics.meters import NO_METERS, Meters
from moviecatalog.plugins.storages.base import Storage
from moviecatalog.services import codecs
from moviecatalog.services.answers import Answer, AnswerCache, Brief
from moviecatalog.services.cached_source import CachedSource

TOP_RATED_MIN_VOTES = 300


class CachedCatalog:
    """`shared` says whether all processes see the same cache, `ttl` when a movie is to be heard anew."""

    def __init__(
        self,
        storage: Storage,
        sources: Sequence[CachedSource],
        answers: AnswerCache,
        *,
        shared: bool,
        ttl: int,
        now: Callable[[], dt.datetime],
        meters: Meters = NO_METERS,
    ) -> None:
        self._storage = storage
        self._sources = sources
        self._answers = answers
        self._shared = shared
        self._ttl = dt.timedelta(seconds=ttl)
        self._now = now
        self._meters = meters

    def stand_in(self, listing: Listing, window: Window) -> Answer[Slice[Movie]]:
        """The catalogue's own list where no source has one of the kind; Recommendations are `similar`'s."""
        return self.search(_stand_in_query(listing), window)

    def search(self, query: MovieQuery, window: Window) -> Answer[Slice[Movie]]:
        """What the catalogue's own index answers."""
        name = ("index", query, window.offset, window.size)
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
        """Movies like this one."""

        def find() -> Slice[Movie]:
            with self._storage.read() as session:
                return session.movies.similar(movie, window.offset, window.size)

        return self._answers.get(("similar", movie.id, window.offset, window.size), codecs.MOVIE_SLICE, find)

    def movie(self, movie_id: int) -> Answer[Movie]:
        """From storage, heard anew from its source once that is longer ago than the TTL; the old one if that fails.

        Raises MovieNotFound.
        """
        try:
            return self._answers.get(("movie", movie_id), codecs.MOVIE, lambda: self._refreshed(movie_id))
        except SourceUnavailable:
            movie = self._stored(movie_id)
            self._meters.cache_answer("movie", CacheState.STALE)
            # Of one that was never heard from its source, something was known when it came into the catalogue.
            age = int(self._since(max(movie.refreshed_at, movie.created_at)).total_seconds())
            return Answer(movie, Freshness(CacheState.STALE, age, STAND_IN_SECONDS))

    def known(self, movie_id: int) -> Movie:
        """As it is in storage, of which no source need be asked. Raises MovieNotFound."""
        return self._answers.get(("known", movie_id), codecs.MOVIE, lambda: self._stored(movie_id)).value

    def _since(self, time: dt.datetime) -> dt.timedelta:
        # Without its sign, since the clock may have stepped back meanwhile.
        return abs(self._now() - time)

    def _stored(self, movie_id: int) -> Movie:
        with self._storage.glance() as session:
            return session.movies.get(movie_id)

    def _refreshed(self, movie_id: int) -> Movie | Brief[Movie]:
        movie = self._stored(movie_id)
        source = next((source for source in self._sources if source.knows(movie)), None)
        if source is None or self._since(movie.refreshed_at) < self._ttl:
            return movie
        try:
            return source.refreshed(movie)
        except MovieNotFound:
            # Sources forget movies; users who rated them don't.
            return Brief(movie)


def _stand_in_query(listing: Listing) -> MovieQuery:
    match listing:
        case TopRated():
            return MovieQuery(min_votes=TOP_RATED_MIN_VOTES, ordering=Ordering.VOTE_AVERAGE_DESCENDING)
        case Search(text):
            return MovieQuery(words=words(text))
        case Popular() | Trending() | Recommendations():
            return MovieQuery(ordering=Ordering.POPULARITY_DESCENDING)
