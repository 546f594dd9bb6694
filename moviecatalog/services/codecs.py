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


NONE = type(None)

MOVIE_TYPES: dict[str, tuple[type, ...]] = {
    "id": (int,),
    "namespace": (str,),
    "external_id": (str,),
    "tmdb_id": (int, NONE),
    "title": (str,),
    "original_title": (str, NONE),
    "overview": (str,),
    "poster_path": (str, NONE),
    "backdrop_path": (str, NONE),
    "popularity": (int, float),
    "vote_average": (int, float),
    "vote_count": (int,),
    "original_language": (str, NONE),
}
"""What isn't checked by being parsed. Whoever can write to the cache must not be able to break an answer."""


def _load_movie(item: dict[str, Any]) -> Movie:
    """Raises KeyError, TypeError or ValueError for what is no movie of ours."""
    for field, types in MOVIE_TYPES.items():
        if type(item[field]) not in types:
            raise TypeError(field)
    date = item["release_date"]
    return Movie(
        **item
        | {
            "release_date": dt.date.fromisoformat(date) if date else None,
            "genre_ids": tuple(_number(genre) for genre in item["genre_ids"]),
            "created_at": dt.datetime.fromisoformat(item["created_at"]),
            "updated_at": dt.datetime.fromisoformat(item["updated_at"]),
            "refreshed_at": dt.datetime.fromisoformat(item["refreshed_at"]),
        }
    )


def _number(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise TypeError(value)
    return value


def _same(value: Any) -> Any:
    """Orjson takes dataclasses, dates and times as they are."""
    return value


MOVIE: Codec[Movie] = Codec(dump=_same, load=_load_movie)

CATALOG_PAGE: Codec[CatalogPage] = Codec(
    dump=_same,
    load=lambda page: CatalogPage(tuple(item and _load_movie(item) for item in page["items"]), _number(page["total"])),
)

MOVIE_SLICE: Codec[Slice[Movie]] = Codec(
    dump=_same,
    load=lambda part: Slice(tuple(_load_movie(item) for item in part["items"]), _number(part["total"])),
)

NUMBER: Codec[int] = Codec(dump=_same, load=_number)

GENRES: Codec[tuple[Genre, ...]] = Codec(
    dump=_same,
    load=lambda genres: tuple(Genre(_number(genre["id"]), str(genre["name"])) for genre in genres),
)
