"""TMDB's JSON made into movies. What is broken in one item costs that item, or that field, alone.

Fields and their quirks are those of TMDB's reference, developer.themoviedb.org/reference.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from typing import Any

from moviecatalog.domain.errors import SourceUnavailable
from moviecatalog.domain.genres import Genre
from moviecatalog.domain.movies import MovieFacts
from moviecatalog.domain.pages import SourcePage
from moviecatalog.plugins.sources.base import TMDB_NAMESPACE

PAGE_SIZE = 20

MAX_ID = 10**15
MAX_TITLE, MAX_OVERVIEW, MAX_PATH = 500, 10_000, 500

Item = Mapping[str, Any]


def page(body: Item, *, include_adult: bool) -> SourcePage:
    """One page of a list. Raises SourceUnavailable where there is no list in it."""
    results = body.get("results")
    if not isinstance(results, list):
        raise SourceUnavailable("TMDB answers with a page that has no results")
    items = tuple(_item(it, include_adult=include_adult) for it in results[:PAGE_SIZE])
    return SourcePage(items, _total(body, len(items)))


def _item(item: Any, *, include_adult: bool) -> MovieFacts | None:
    if not isinstance(item, dict) or (item.get("adult") and not include_adult):
        return None
    return movie(item)


def _total(body: Item, shown: int) -> int:
    """Of the whole list: `total_results` may be missing, and may be more than its pages hold."""
    pages, results = _count(body.get("total_pages")), _count(body.get("total_results"))
    known = [total for total in (results, None if pages is None else pages * PAGE_SIZE) if total is not None]
    return min(known) if known else shown


def movie(item: Item, region: str | None = None) -> MovieFacts | None:
    """A list's item, or the details of a movie; None where it has no id or no title.

    Lists give the release date of the region that they were asked for, details give it besides.
    """
    tmdb_id = item.get("id")
    title = _text(item.get("title"), MAX_TITLE) or _text(item.get("original_title"), MAX_TITLE)
    if type(tmdb_id) is not int or not 0 < tmdb_id < MAX_ID or not title:
        return None
    return MovieFacts(
        namespace=TMDB_NAMESPACE,
        external_id=str(tmdb_id),
        tmdb_id=tmdb_id,
        title=title,
        original_title=_text(item.get("original_title"), MAX_TITLE) or None,
        overview=_text(item.get("overview"), MAX_OVERVIEW) or _translated_overview(item),
        release_date=_regional_date(item, region) or _date(item.get("release_date")),
        poster_path=_path(item.get("poster_path")),
        backdrop_path=_path(item.get("backdrop_path")),
        popularity=_number(item.get("popularity"), math.inf),
        vote_average=_number(item.get("vote_average"), 10),
        vote_count=_count(item.get("vote_count")) or 0,
        original_language=_text(item.get("original_language"), 20) or None,
        genre_ids=tuple(_genre_ids(item)),
    )


def genres(body: Item) -> tuple[Genre, ...]:
    """Raises SourceUnavailable where there is none."""
    found = tuple(
        Genre(it["id"], name)
        for it in _objects(body.get("genres"))
        if type(it.get("id")) is int and (name := _text(it.get("name"), MAX_TITLE))
    )
    if not found:
        raise SourceUnavailable("TMDB answers without any genre")
    return found


def _translated_overview(item: Item) -> str:
    """The English one, or that of the original language: TMDB gives no other where there is none in ours."""
    translations = item.get("translations")
    by_language = {
        translation.get("iso_639_1"): _text(data.get("overview"), MAX_OVERVIEW)
        for translation in _objects(translations.get("translations") if isinstance(translations, dict) else None)
        if isinstance(data := translation.get("data"), dict)
    }
    return by_language.get("en") or by_language.get(item.get("original_language")) or ""


def _regional_date(item: Item, region: str | None) -> dt.date | None:
    """The first one of that country; times of day are midnight, in UTC."""
    countries = item.get("release_dates")
    dates = [
        date
        for country in _objects(countries.get("results") if isinstance(countries, dict) else None)
        if country.get("iso_3166_1") == region
        for release in _objects(country.get("release_dates"))
        if (date := _date(_text(release.get("release_date"), len("YYYY-MM-DD"))))
    ]
    return min(dates, default=None)


def _genre_ids(item: Item) -> Iterator[int]:
    """Lists give ids, details give objects."""
    ids = item.get("genre_ids")
    if not isinstance(ids, list):
        ids = [it.get("id") for it in _objects(item.get("genres"))]
    yield from dict.fromkeys(it for it in ids if type(it) is int and 0 < it < MAX_ID)


def _objects(value: Any) -> list[dict[str, Any]]:
    return [it for it in value if isinstance(it, dict)] if isinstance(value, list) else []


def _text(value: Any, length: int) -> str:
    return value.replace("\0", "").strip()[:length].rstrip() if isinstance(value, str) else ""


def _path(value: Any) -> str | None:
    path = _text(value, MAX_PATH)
    return path if path.startswith("/") else None


def _date(value: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        # "" where TMDB knows none.
        return None


def _number(value: Any, maximum: float) -> float:
    return float(value) if type(value) in (int, float) and 0 <= value <= maximum else 0.0


def _count(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value < MAX_ID else None
