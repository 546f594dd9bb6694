"""What a line tells, whichever form it has."""

from __future__ import annotations

from operator import attrgetter
from typing import NamedTuple

from moviecatalog.domain.movies import MovieFacts
from moviecatalog.film_lines import fields
from moviecatalog.film_lines.films import film_facts
from moviecatalog.film_lines.id_export import exported_facts, is_exported

_more = attrgetter(
    "overview",
    "release_date",
    "poster_path",
    "backdrop_path",
    "vote_average",
    "vote_count",
    "original_language",
    "genre_ids",
)


class Told(NamedTuple):
    """`is_whole` where more is told than the ids, the titles and the popularity."""

    facts: MovieFacts
    is_whole: bool
    is_adult: bool


def told(line: bytes) -> Told:
    """What the line tells. Its fields say which form it has, so that a file may mix them. Raises BadLine."""
    film = fields.parsed(line)
    is_adult = film.get("adult") is True
    if is_exported(film):
        return Told(exported_facts(film), is_whole=False, is_adult=is_adult)
    facts = film_facts(film)
    return Told(facts, any(_more(facts)), is_adult)
