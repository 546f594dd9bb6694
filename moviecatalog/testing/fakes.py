"""A movie source in memory, which passes the kit, and can be broken at will."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from moviecatalog.domain.errors import MovieNotFound, SourceUnavailable
from moviecatalog.domain.genres import STANDARD_GENRES, Genre
from moviecatalog.domain.listings import Capability, Listing, Recommendations, Search
from moviecatalog.domain.movies import MovieFacts
from moviecatalog.domain.pages import SourcePage
from moviecatalog.domain.text import words
from moviecatalog.plugins.sources.base import MovieSource


class FakeSource(MovieSource):
    """Gives its films in their order, whatever the list; `asked` remembers what it was asked for.

    While `broken` it is out of reach.
    """

    namespace = "fake"
    page_size = 5
    page_limit = 4

    def __init__(
        self,
        films: Sequence[MovieFacts],
        capabilities: frozenset[Capability] = frozenset(Capability) - {Capability.CATALOGUE},
    ) -> None:
        self.films = list(films)
        self.capabilities = capabilities
        self.broken = False
        self.asked: list[Any] = []

    @classmethod
    def from_settings(cls, settings: Any) -> Self:  # noqa: ARG003  # the contract's; there is nothing to set
        return cls(())

    def movie(self, external_id: str) -> MovieFacts:
        self._answer(external_id)
        for film in self.films:
            if film.external_id == external_id:
                return film
        raise MovieNotFound(external_id)

    def page(self, listing: Listing, number: int) -> SourcePage:
        self._answer((listing, number))
        films = self.films
        match listing:
            case Search(text):
                films = [film for film in films if set(words(text)) <= set(words(film.title))]
            case Recommendations(external_id):
                known = external_id in [film.external_id for film in films]
                films = [film for film in films if film.external_id != external_id] if known else []
        start = (number - 1) * self.page_size
        return SourcePage(tuple(films[start : start + self.page_size]), len(films))

    def genres(self) -> tuple[Genre, ...]:
        self._answer("genres")
        return STANDARD_GENRES

    def check(self) -> None:
        self._answer("check")

    def _answer(self, question: Any) -> None:
        self.asked.append(question)
        if self.broken:
            raise SourceUnavailable("the fake source is broken")
