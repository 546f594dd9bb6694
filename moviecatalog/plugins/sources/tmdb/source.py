"""TMDB as a movie source."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, ClassVar, Self

from moviecatalog.domain import findings
from moviecatalog.domain.errors import MovieNotFound, SourceMisconfigured, SourceUnavailable
from moviecatalog.domain.findings import Finding
from moviecatalog.domain.genres import Genre
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
from moviecatalog.plugins.sources.base import TMDB_ATTRIBUTION, TMDB_NAMESPACE, MovieSource
from moviecatalog.plugins.sources.tmdb import parsing
from moviecatalog.plugins.sources.tmdb.client import TmdbClient
from moviecatalog.plugins.sources.tmdb.settings import TmdbSettings
from moviecatalog.plugins.sources.tmdb.transport import Transport

CHECK_SECONDS = 1.0

CHECK_AGE = 5.0
"""Seconds for which a check that went well is believed: health pages are asked often."""


class TmdbSource(MovieSource):
    """The Movie Database.

    moviecatalog.source = tmdb
    moviecatalog.source.tmdb.api_key = (better by MOVIECATALOG_SOURCE_TMDB_API_KEY)
    """

    Settings: ClassVar[type[Any]] = TmdbSettings

    namespace = TMDB_NAMESPACE
    capabilities = frozenset(Capability) - {Capability.CATALOGUE}
    page_size = parsing.PAGE_SIZE
    page_limit = 500
    attribution = TMDB_ATTRIBUTION

    def __init__(self, settings: TmdbSettings) -> None:
        self.timeout = settings.timeout
        self.requests_per_second = settings.requests_per_second
        self.variant = f"{settings.language} {settings.region or ''} {settings.include_adult}"
        self._language = settings.language
        self._region = settings.region
        self._appended = _appended(settings)
        self._key_is_token = settings.api_key.is_token
        self.includes_adult = settings.include_adult
        self._client = TmdbClient(Transport(settings.base_url, settings.api_key), settings.timeout)
        self._checked_at = -CHECK_AGE

    @classmethod
    def from_settings(cls, settings: TmdbSettings) -> Self:
        return cls(settings)

    def take_turns(self, wait: Callable[[float], None]) -> None:
        self._client.take_turns(wait)

    def movie(self, external_id: str) -> MovieFacts:
        if not re.fullmatch(r"[1-9][0-9]{0,14}", external_id):
            raise MovieNotFound(external_id)
        body = self._get(f"movie/{external_id}", append_to_response=self._appended)
        facts = parsing.movie(body, self._region)
        # Of two entries that TMDB merged one may answer for the other.
        if facts is None or facts.external_id != external_id or (body.get("adult") and not self.includes_adult):
            raise MovieNotFound(external_id)
        return facts

    def page(self, listing: Listing, number: int) -> SourcePage:
        path, params = self._request(listing)
        try:
            body = self._get(path, page=str(number), **params)
        except MovieNotFound:
            return SourcePage((), 0)
        return parsing.page(body, include_adult=self.includes_adult)

    def _request(self, listing: Listing) -> tuple[str, dict[str, str | None]]:
        match listing:
            case Trending(time_window):
                return f"trending/movie/{time_window.value}", {}
            case Popular():
                return "movie/popular", {"region": self._region}
            case TopRated():
                return "movie/top_rated", {"region": self._region}
            case Search(text, release_year):
                return "search/movie", {
                    "query": text,
                    "include_adult": "true" if self.includes_adult else "false",
                    "region": self._region,
                    "primary_release_year": None if release_year is None else f"{release_year:04d}",
                }
            case Recommendations(external_id):
                return f"movie/{external_id}/recommendations", {}

    def _get(self, path: str, **params: str | None) -> dict[str, Any]:
        return self._client.get(path, {"language": self._language, **params})

    def genres(self) -> tuple[Genre, ...]:
        return parsing.genres(self._get("genre/movie/list"))

    def diagnose(self) -> Iterator[Finding]:
        kind = "v4 read access token" if self._key_is_token else "v3 key"
        try:
            self._client.get("authentication", {}, timeout=self.timeout)
        except MovieNotFound:
            yield findings.ok(f"it answers, but is a mirror that doesn't say whether it accepts the {kind}")
        except SourceMisconfigured:
            yield findings.problem(
                f"it refuses the {kind}", "take it anew from the API page of the TMDB account's settings"
            )
        except SourceUnavailable as error:
            yield findings.problem(
                f"it can't be reached: {error}",
                "let this machine ask moviecatalog.source.tmdb.base_url; stored films are served meanwhile",
            )
        else:
            yield findings.ok(f"it accepts the {kind}")

    def check(self) -> None:
        if time.monotonic() - self._checked_at < CHECK_AGE:
            return
        # A mirror need not know this one; it answers.
        with suppress(MovieNotFound):
            self._client.get("authentication", {}, timeout=CHECK_SECONDS)
        self._checked_at = time.monotonic()

    def gauges(self) -> Mapping[str, float]:
        return {"breaker_open": self._client.is_held_off}

    def close(self) -> None:
        self._client.close()


def _appended(settings: TmdbSettings) -> str | None:
    """What details lack that lists have: a country's date; and what neither has: text in another language."""
    missing = [
        *([] if settings.language.startswith("en") else ["translations"]),
        *(["release_dates"] if settings.region else []),
    ]
    return ",".join(missing) or None
