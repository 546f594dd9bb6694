"""Movies, with the URLs of their pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moviecatalog.domain.movies import SeenMovie
from moviecatalog.presenters.freshness import present_freshness
from moviecatalog.presenters.shown import SHOWN, Shown
from moviecatalog.services.catalog import MovieDetails

if TYPE_CHECKING:
    from moviecatalog.request import Request

POSTER_SIZE = "w500"
BACKDROP_SIZE = "w1280"


@dataclass(frozen=True, slots=True)
class Images:
    """Where pictures are; `base_url` ends in a slash."""

    base_url: str

    def url(self, path: str | None, size: str) -> str | None:
        """The URL of a path at a size; a source may have given a whole URL instead of a path."""
        if path is None or path.startswith(("https://", "http://")):
            return path
        return f"{self.base_url}{size}{path}"


def movie(seen: SeenMovie, images: Images) -> dict[str, Any]:
    it = seen.movie
    return {
        "id": it.id,
        "tmdb_id": it.tmdb_id,
        "title": it.title,
        "overview": it.overview,
        "release_date": it.release_date,
        "poster_path": it.poster_path,
        "poster_url": images.url(it.poster_path, POSTER_SIZE),
        "backdrop_path": it.backdrop_path,
        "backdrop_url": images.url(it.backdrop_path, BACKDROP_SIZE),
        "popularity": it.popularity,
        "vote_average": it.vote_average,
        "vote_count": it.vote_count,
        "original_language": it.original_language,
        "genre_ids": it.genre_ids,
        "is_favorite": seen.mark.is_favorite,
        "user_rating": seen.mark.user_rating,
        "created_at": it.created_at,
        "updated_at": it.updated_at,
    }


def movie_details(request: Request, details: MovieDetails) -> dict[str, Any]:
    present_freshness(request.response, details.freshness)
    request.environ[SHOWN] = Shown((details.movie.id,), details.freshness, rated=True)
    return details_fields(details, request.images)


def details_fields(details: MovieDetails, images: Images) -> dict[str, Any]:
    seen = SeenMovie(details.movie, details.standing.mark)
    return movie(seen, images) | {"average_rating": details.standing.average_rating}
