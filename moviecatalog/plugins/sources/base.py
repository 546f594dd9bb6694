"""The contract of a movie source."""

from __future__ import annotations

import abc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from moviecatalog.domain.genres import STANDARD_GENRES, Genre
from moviecatalog.domain.listings import Capability, Listing
from moviecatalog.domain.movies import MovieFacts
from moviecatalog.domain.pages import SourcePage
from moviecatalog.plugins.base import Plugin

TMDB_NAMESPACE = "tmdb"

TMDB_ATTRIBUTION = "This product uses the TMDB API but is not endorsed or certified by TMDB."


@dataclass(frozen=True)
class Catalogue:
    """All the movies that a source has. `digest` changes whenever any of them does."""

    digest: str
    movies: tuple[MovieFacts, ...]

    def __iter__(self) -> Iterator[MovieFacts]:
        return iter(self.movies)


class MovieSource(Plugin):
    """Where movies come from.

    Every method may be called from several threads at once, and raises only the errors it names.
    A source that can't be reached, or answers with what can't be used, raises SourceUnavailable.

    `namespace` is the id space of its movies' `external_id`: two sources that use TMDB's ids both say
    "tmdb", and a movie stays the same movie when a deployer goes from one to the other.
    `capabilities` names what it can do beyond `movie`; nothing else is ever asked of it.
    `page_size` is the length of its pages; `page_limit` the last page that it lets one reach.
    `attribution` is a sentence that must stand wherever its data shows.
    `variant` holds what of its settings makes its answers others than with other settings (a language, a
    region): answers in a cache are told apart by it.
    `includes_adult` says whether films for adults only are among its movies.
    `timeout` is in seconds: no call takes longer, whatever happens at the other end.
    `requests_per_second` bounds what all processes together send to the source's server; None where nothing does.
    """

    contract_version: ClassVar[int] = 1

    namespace: str
    capabilities: frozenset[Capability] = frozenset()
    page_size: int = 20
    page_limit: int = 500
    attribution: str | None = None
    variant: str = ""
    includes_adult: bool = False
    timeout: float = 3.0
    requests_per_second: int | None = None

    def take_turns(self, wait: Callable[[float], None]) -> None:
        """Called once, before all else, where the source names `requests_per_second`.

        Before each request to its server it calls `wait` with the seconds that it has left; that sleeps
        until it is its turn, and raises SourceUnavailable where it won't be in time.
        """

    @abc.abstractmethod
    def movie(self, external_id: str) -> MovieFacts:
        """The movie of this id. Raises MovieNotFound where the source knows none."""

    @abc.abstractmethod
    def page(self, listing: Listing, number: int) -> SourcePage:
        """Page `number`, from 1 to `page_limit`, of a listing whose capability the source names.

        It has `page_size` items, fewer only at the list's end, none past it; `total` is the same on
        every page of a list that holds still. Recommendations for an unknown movie are an empty page.
        """

    def genres(self) -> tuple[Genre, ...]:
        """The genres by name, where the source names the capability "genres"; the standard ones else."""
        return STANDARD_GENRES

    def catalogue(self) -> Catalogue:
        """Everything it has, where it names the capability "catalogue"; nothing else."""
        return Catalogue("", ())

    def check(self) -> None:
        """For the health page: raise SourceUnavailable, in a second at most, if it doesn't work now.

        SourceMisconfigured where no waiting helps: its message is shown there.
        """

    def close(self) -> None:
        """Let go of connections and threads. Called once, when the application ends."""
