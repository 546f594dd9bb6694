"""A validated query string as the services' values."""

from __future__ import annotations

from moviecatalog.domain.pages import Window
from moviecatalog.domain.queries import MovieQuery
from moviecatalog.domain.text import words
from moviecatalog.request import Request

FILTERS = ("release_year", "min_rating", "max_rating", "min_popularity", "language", "ordering")


def window(request: Request) -> Window:
    return Window(request.query["page"], request.query["page_size"])


def filters(request: Request) -> MovieQuery:
    """What of the filters was named."""
    query = request.query
    named = {name: query[name] for name in FILTERS if name in query}
    title = words(query["title"]) if "title" in query else None
    return MovieQuery(words=title, genre_ids=query.get("genre", ()), **named)
