"""A source that has all its films in a file."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

from moviecatalog.domain.errors import MovieNotFound
from moviecatalog.domain.listings import (
    Capability,
    Listing,
    Popular,
    Recommendations,
    Search,
    TopRated,
    Trending,
)
from moviecatalog.domain.movies import MovieFacts
from moviecatalog.domain.pages import SourcePage
from moviecatalog.plugins.sources.base import TMDB_ATTRIBUTION, TMDB_NAMESPACE, Catalogue, MovieSource
from moviecatalog.plugins.sources.sample import rankings
from moviecatalog.plugins.sources.sample.film_file import read_films
from moviecatalog.settings import parsers
from moviecatalog.settings.reader import Problem, SettingsError, setting

log = logging.getLogger(__name__)

SHIPPED_FILMS = Path(__file__).with_name("films.jsonl")


@dataclass(frozen=True, kw_only=True)
class SampleSettings:
    """Below `moviecatalog.source.sample`."""

    path: Path = setting(
        lambda text: Path(parsers.text(text)),
        "a JSON-lines file of films; unset, the one that ships",
        default=SHIPPED_FILMS,
    )


class SampleSource(MovieSource):
    """Serves the films of a JSON-lines file, read once.

        moviecatalog.source = sample
        moviecatalog.source.sample.path = /srv/films.jsonl

    How its lists are made is told in `rankings`. A line that is no film is named in the log by its number,
    and left out.
    """

    Settings = SampleSettings

    namespace = TMDB_NAMESPACE
    capabilities = frozenset(Capability) - {Capability.GENRES}
    attribution = TMDB_ATTRIBUTION

    def __init__(self, films: Sequence[MovieFacts], today: Callable[[], dt.date]) -> None:
        self._films = tuple(films)
        self._by_id = {film.external_id: film for film in self._films if film.namespace == self.namespace}
        self._today = today

    @classmethod
    def from_settings(cls, settings: SampleSettings) -> Self:
        path = settings.path
        problem = f"the film file {str(path)!r}"

        def on_bad_line(number: int, reason: str) -> None:
            log.warning("%s, line %d is left out: %s", path, number, reason)

        try:
            with path.open("rb") as lines:
                films = tuple(read_films(lines, on_bad_line))
        except OSError as error:
            reason = error.strerror or "unknown reason"
            raise SettingsError(
                [Problem("moviecatalog.source.sample.path", f"{problem} can't be read ({reason})")]
            ) from None
        if not films:
            raise SettingsError([Problem("moviecatalog.source.sample.path", f"{problem} holds no film; one a line")])
        return cls(films, today=lambda: dt.datetime.now(dt.UTC).date())

    def movie(self, external_id: str) -> MovieFacts:
        try:
            return self._by_id[external_id]
        except KeyError:
            raise MovieNotFound(external_id) from None

    def page(self, listing: Listing, number: int) -> SourcePage:
        films = self._ranked(listing)
        start = (number - 1) * self.page_size
        return SourcePage(tuple(films[start : start + self.page_size]), len(films))

    def _ranked(self, listing: Listing) -> Sequence[MovieFacts]:
        match listing:
            case Trending(time_window):
                return rankings.trending(self._films, time_window, self._today())
            case Popular():
                return rankings.popular(self._films)
            case TopRated():
                return rankings.top_rated(self._films)
            case Search(text):
                return rankings.matching(self._films, text)
            case Recommendations(external_id):
                liked = self._by_id.get(external_id)
                return rankings.recommended(self._films, liked) if liked else ()

    def catalogue(self) -> Catalogue:
        return self._catalogue

    @cached_property
    def _catalogue(self) -> Catalogue:
        digest = hashlib.blake2b(repr(self._films).encode(), digest_size=16).hexdigest()
        return Catalogue(digest, self._films)
