"""One source behind the cache: what it says, stored, kept for a while."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from typing import TypeVar

from moviecatalog.domain.errors import SourceUnavailable
from moviecatalog.domain.freshness import STAND_IN_SECONDS, CacheState, Freshness
from moviecatalog.domain.genres import Genre
from moviecatalog.domain.listings import Capability, Listing, Recommendations, Search
from moviecatalog.domain.movies import Movie
from moviecatalog.domain.pages import Window
from moviecatalog.domain.text import words
from moviecatalog.metrics.meters import NO_METERS, Meters, counted_call
from moviecatalog.plugins.sources.base import MovieSource
from moviecatalog.services import codecs
from moviecatalog.services.answers import Answer, AnswerCache
from moviecatalog.services.codecs import CatalogPage
from moviecatalog.services.intake import Intake
from moviecatalog.services.pagination import Cut, SideBySide, cut

T = TypeVar("T")

PATIENCE = 0.2
"""In seconds past the source's own time-out: what it says at the last moment still has to be stored."""


class CachedSource:
    """`name` is the plugin's, by which answers of two sources of one id space are told apart."""

    def __init__(
        self,
        name: str,
        source: MovieSource,
        intake: Intake,
        answers: AnswerCache,
        *,
        fetches: Executor,
        search_pages: int,
        meters: Meters = NO_METERS,
    ) -> None:
        self._name = (name, source.namespace, source.variant)
        self._source = source
        self._intake = intake
        self._answers = answers
        self._fetches = fetches
        self._search_pages = search_pages
        self._meters = meters

    def can(self, capability: Capability) -> bool:
        return capability in self._source.capabilities

    def knows(self, movie: Movie) -> bool:
        """Whether the movie's id means anything to the source."""
        return movie.namespace == self._source.namespace

    def cut(self, listing: Listing, window: Window) -> Cut:
        """A window on one of the source's own lists. Raises PageNotFound, SourceUnavailable."""

        def fetch(number: int) -> Answer[CatalogPage]:
            return self._page(listing, number)

        return cut(
            window,
            self._source.page_size,
            self._source.page_limit,
            fetch,
            self._side_by_side(),
            # What a source finds, or recommends, is often shorter than a window.
            look_first=isinstance(listing, Search | Recommendations),
        )

    def _side_by_side(self) -> SideBySide:
        """Fetches pages, of which all together take no longer than one may: those that would, go on aside.

        It raises SourceUnavailable then.
        """
        end = time.monotonic() + self._source.timeout + PATIENCE

        def fetched(
            fetch: Callable[[int], Answer[CatalogPage]], numbers: Iterable[int]
        ) -> Iterable[Answer[CatalogPage]]:
            try:
                return list(self._fetches.map(fetch, numbers, timeout=max(0.0, end - time.monotonic())))
            except TimeoutError:
                raise SourceUnavailable(f"{self._name[0]} takes too long for several pages") from None

        return fetched

    def _page(self, listing: Listing, number: int) -> Answer[CatalogPage]:
        name = (listing.capability, "page", self._name, listing, number)
        return self._answers.get(name, codecs.CATALOG_PAGE, lambda: self._fetch(listing, number))

    def _fetch(self, listing: Listing, number: int) -> CatalogPage:
        page = self._asked(lambda: self._source.page(listing, number))
        stored = self._intake.take_in(item for item in page.items if item)
        return CatalogPage(tuple(stored[item.key] if item else None for item in page.items), page.total)

    def refreshed(self, movie: Movie) -> Movie:
        """The movie as the source tells it now. Raises MovieNotFound, SourceUnavailable.

        A source whose whole catalogue is stored has nothing newer to say.
        """
        if self.can(Capability.CATALOGUE):
            return movie
        return self._intake.refresh(self._asked(lambda: self._source.movie(movie.external_id)))

    def gather(self, search: Search) -> Freshness:
        """Have the source's first pages for a search stored, so that the catalogue's index knows them.

        Stale when the source can't be reached: the index then answers for what it knows. Nothing to do
        where the source's whole catalogue is stored, or where it has no search.
        """
        if not self.can(Capability.SEARCH) or self.can(Capability.CATALOGUE) or not words(search.text):
            return Freshness(CacheState.HIT, lasts=math.inf)
        name = ("gathered", self._name, search, self._search_pages)
        try:
            return self._answers.get(name, codecs.NUMBER, lambda: self._gather(search)).freshness
        except SourceUnavailable:
            return Freshness(CacheState.STALE, lasts=STAND_IN_SECONDS)

    def _gather(self, search: Search) -> int:
        """How many pages were stored."""
        side_by_side = self._side_by_side()
        total = self._page(search, 1).value.total
        last = min(self._search_pages, self._source.page_limit, -(-total // self._source.page_size))
        side_by_side(lambda number: self._page(search, number), range(2, last + 1))
        return last

    def genres(self) -> tuple[Genre, ...]:
        """The source's own genres. Raises SourceUnavailable."""
        name = ("genres", self._name)
        return self._answers.get(name, codecs.GENRES, lambda: self._asked(self._source.genres)).value

    def _asked(self, call: Callable[[], T]) -> T:
        return counted_call(self._meters, self._name[0], call)
