"""Lines that use the API's field names.

A line is an object with `tmdb_id`, or `namespace` and `external_id`, and a `title`; every other field of
a movie may be missing or null.
"""

from __future__ import annotations

from moviecatalog.domain.movies import MovieFacts
from moviecatalog.film_lines import fields
from moviecatalog.film_lines.fields import BadLine, Film
from moviecatalog.plugins.sources.base import TMDB_NAMESPACE


def parse_film(line: bytes) -> MovieFacts:
    """One line's movie. Raises BadLine."""
    return film_facts(fields.parsed(line))


def film_facts(film: Film) -> MovieFacts:
    """Raises BadLine."""
    tmdb_id = fields.identifier(film, "tmdb_id")
    namespace = fields.text(film, "namespace", fields.MAX_NAMESPACE) or (TMDB_NAMESPACE if tmdb_id else None)
    external_id = fields.text(film, "external_id") or (str(tmdb_id) if tmdb_id else None)
    title = fields.text(film, "title", fields.MAX_TITLE)
    if not (namespace and external_id):
        raise BadLine("it needs a tmdb_id, or a namespace and an external_id")
    if not title:
        raise BadLine("it needs a title")
    return MovieFacts(
        namespace=namespace,
        external_id=external_id,
        tmdb_id=tmdb_id,
        title=title,
        original_title=fields.text(film, "original_title", fields.MAX_TITLE) or None,
        overview=fields.text(film, "overview", fields.MAX_OVERVIEW) or "",
        release_date=fields.date(film, "release_date"),
        poster_path=fields.text(film, "poster_path") or None,
        backdrop_path=fields.text(film, "backdrop_path") or None,
        popularity=fields.number(film, "popularity"),
        vote_average=fields.number(film, "vote_average", maximum=10),
        vote_count=fields.integer(film, "vote_count", minimum=0, maximum=fields.MAX_COUNT) or 0,
        original_language=fields.text(film, "original_language") or None,
        genre_ids=fields.identifiers(film, "genre_ids"),
    )
