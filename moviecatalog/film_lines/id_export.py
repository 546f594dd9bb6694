"""Lines of TMDB's daily export of ids, `movie_ids_MM_DD_YYYY.json.gz`.

    {"adult": false, "id": 550, "original_title": "Fight Club", "popularity": 27.3, "video": false}

`id` is TMDB's, and there is no `title`: the original one is all that is known until the source is asked.
"""

from __future__ import annotations

from moviecatalog.domain.movies import MovieFacts
from moviecatalog.film_lines import fields
from moviecatalog.film_lines.fields import BadLine, Film
from moviecatalog.plugins.sources.base import TMDB_NAMESPACE


def is_exported(film: Film) -> bool:
    """Whether the line is one of the export's. The API's field names give TMDB's id as `tmdb_id`."""
    return "original_title" in film and "id" in film and "title" not in film and "tmdb_id" not in film


def exported_facts(film: Film) -> MovieFacts:
    """Raises BadLine."""
    tmdb_id = fields.identifier(film, "id")
    title = fields.text(film, "original_title", fields.MAX_TITLE)
    if not tmdb_id:
        raise BadLine("it needs an id")
    if not title:
        raise BadLine("it needs an original_title")
    return MovieFacts(
        namespace=TMDB_NAMESPACE,
        external_id=str(tmdb_id),
        tmdb_id=tmdb_id,
        title=title,
        original_title=title,
        popularity=fields.number(film, "popularity"),
    )
