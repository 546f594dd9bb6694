"""How cached values look as JSON."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from moviecatalog.domain.genres import Genre
from moviecatalog.domain.movies import Movie
from moviecatalog.domain.pages import Slice
from moviecatalog.services.answers import Codec


@dataclass(frozen=True, slots=True)
class CatalogPage:
    """A source's page after it was stored: the same positions, movies of the catalogue in them."""

    items: tuple[Movie | None, ...]
    total: int


def _load_movie(item: dict[str, Any]) -> Movie:
    date = item["release_date"]
    return Movie(
        **item
        | {
            "release_date": dt.date.fromisoformat(date) if date else None,
            "genre_ids": tuple(item["genre_ids"]),
            "created_at": dt.datetime.fromisoformat(item["created_at"]),
            "updated_at": dt.datetime.fromisoformat(item["updated_at"]),
            "refreshed_at": dt.datetime.fromisoformat(item["refreshed_at"]),
        }
    )


def _same(value: Any) -> Any:
    """Orjson takes dataclasses, dates and times as they are."""
    return value


MOVIE: Codec[Movie] = Codec(dump=_same, load=_load_movie)

CATALOG_PAGE: Codec[CatalogPage] = Codec(
    dump=_same,
    load=lambda page: CatalogPage(tuple(item and _load_movie(item) for item in page["items"]), page["total"]),
)

MOVIE_SLICE: Codec[Slice[Movie]] = Codec(
    dump=_same,
    load=lambda part: Slice(tuple(_load_movie(item) for item in part["items"]), part["total"]),
)

NUMBER: Codec[int] = Codec(dump=_same, load=_same)

GENRES: Codec[tuple[Genre, ...]] = Codec(
    dump=_same,
    load=lambda genres: tuple(Genre(**genre) for genre in genres),
)
