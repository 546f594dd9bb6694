"""Pages, with links to their neighbours."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from moviecatalog.domain.pages import Window
from moviecatalog.presenters.freshness import present_freshness
from moviecatalog.presenters.movies import movie
from moviecatalog.presenters.shown import SHOWN, Shown
from moviecatalog.request import Request
from moviecatalog.services.catalog import MoviePage


def page(request: Request, results: list[dict[str, Any]], count: int, window: Window) -> dict[str, Any]:
    """A list's answer. The links keep every other query parameter, and always name the page."""
    has_next = window.offset + window.size < count
    return {
        "count": count,
        "next": _link(request, window.page + 1) if has_next else None,
        "previous": _link(request, window.page - 1) if window.page > 1 else None,
        "results": results,
    }


def movie_page(request: Request, found: MoviePage) -> dict[str, Any]:
    present_freshness(request.response, found.freshness)
    request.environ[SHOWN] = Shown(tuple(seen.movie.id for seen in found.movies), found.freshness)
    return page(request, [movie(seen, request.images) for seen in found.movies], found.count, found.window)


def _link(request: Request, number: int) -> str:
    others = [(name, value) for name, value in request.query_pairs if name != "page"]
    return f"{request.public_base_url}{request.path}?{urlencode([('page', number), *others])}"
