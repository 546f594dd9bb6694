"""Reads movies from a JSON-lines file that uses the API's field names.

A line is an object with `tmdb_id`, or `namespace` and `external_id`, and a `title`; every other field of
a movie may be missing or null.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import orjson

from moviecatalog.domain.movies import MovieFacts, MovieKey
from moviecatalog.plugins.sources.base import TMDB_NAMESPACE

MAX_ID = 10**18


class BadLine(Exception):
    """A line that is no movie; the message says why."""


def read_films(lines: Iterable[bytes], on_bad_line: Callable[[int, str], None]) -> Iterator[MovieFacts]:
    """The movies of a file, in its order.

    Blank lines are passed over. A line that can't be used is passed over too, after `on_bad_line` was
    called with its number, from 1, and the reason.
    """
    seen: dict[MovieKey, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            facts = parse_film(line)
            if facts.key in seen:
                raise BadLine(f"{facts.namespace} {facts.external_id} stands on line {seen[facts.key]} already")
        except BadLine as error:
            on_bad_line(number, str(error))
            continue
        seen[facts.key] = number
        yield facts


def parse_film(line: bytes) -> MovieFacts:
    """One line's movie. Raises BadLine."""
    try:
        film = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise BadLine(f"it is no JSON ({error})") from None
    if not isinstance(film, dict):
        raise BadLine("it is no JSON object")
    tmdb_id = _integer(film, "tmdb_id", minimum=1)
    namespace = _text(film, "namespace") or (TMDB_NAMESPACE if tmdb_id else None)
    external_id = _text(film, "external_id") or (str(tmdb_id) if tmdb_id else None)
    title = _text(film, "title")
    if not (namespace and external_id):
        raise BadLine("it needs a tmdb_id, or a namespace and an external_id")
    if not title:
        raise BadLine("it needs a title")
    return MovieFacts(
        namespace=namespace,
        external_id=external_id,
        tmdb_id=tmdb_id,
        title=title,
        original_title=_text(film, "original_title") or None,
        overview=_text(film, "overview") or "",
        release_date=_date(film, "release_date"),
        poster_path=_text(film, "poster_path") or None,
        backdrop_path=_text(film, "backdrop_path") or None,
        popularity=_number(film, "popularity"),
        vote_average=_number(film, "vote_average", maximum=10),
        vote_count=_integer(film, "vote_count", minimum=0) or 0,
        original_language=_text(film, "original_language") or None,
        genre_ids=_genre_ids(film),
    )


def _text(film: Mapping[str, Any], field: str) -> str | None:
    value = film.get(field)
    if value is None:
        return None
    if not isinstance(value, str) or "\0" in value:
        raise BadLine(f"{field} must be text without NUL, or null")
    return value.strip()


def _integer(film: Mapping[str, Any], field: str, minimum: int) -> int | None:
    value = film.get(field)
    if value is None:
        return None
    if type(value) is not int or not minimum <= value < MAX_ID:
        raise BadLine(f"{field} must be a whole number of {minimum} or more, or null")
    return value


def _number(film: Mapping[str, Any], field: str, maximum: float = math.inf) -> float:
    value = film.get(field)
    if value is None:
        return 0.0
    if type(value) not in (int, float) or not 0 <= value <= maximum:
        bounds = "of 0 or more" if maximum == math.inf else f"from 0 to {maximum}"
        raise BadLine(f"{field} must be a number {bounds}, or null")
    return float(value)


def _date(film: Mapping[str, Any], field: str) -> dt.date | None:
    value = _text(film, field)
    if not value:
        return None
    try:
        return dt.datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        raise BadLine(f"{field} must be a date such as 1999-10-15, or null") from None


def _genre_ids(film: Mapping[str, Any]) -> tuple[int, ...]:
    value = film.get("genre_ids")
    if value is None:
        return ()
    if not isinstance(value, list) or not all(type(item) is int and 0 < item < MAX_ID for item in value):
        raise BadLine("genre_ids must be a list of whole numbers of 1 or more, or null")
    return tuple(dict.fromkeys(value))
