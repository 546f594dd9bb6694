"""All movies, one movie, and the genres."""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator

from moviecatalog.presenters.movies import movie_details
from moviecatalog.presenters.pages import movie_page
from moviecatalog.request import Request
from moviecatalog.schemas.answers import Detail
from moviecatalog.schemas.movies import (
    BrowseRequest,
    GenresAnswer,
    MovieDetailsAnswer,
    MoviePageAnswer,
    MovieRequest,
)
from moviecatalog.views.queries import filters, window
from moviecatalog.views.service import MOVIE_PATH, Service

movies = Service("movies", "/movies/", tag="Movies", cached=True)
movie = Service("movie", MOVIE_PATH, tag="Movies", cached=True)
genres = Service("genres", "/genres/", tag="Movies")


@movies.get(schema=BrowseRequest(), answers={200: MoviePageAnswer(), 404: Detail()})
def list_movies(request: Request) -> dict[str, Any]:
    """All that the catalogue knows, with filters and an order."""
    return movie_page(request, request.services.catalog.browse(filters(request), window(request), request.identity))


@movie.get(schema=MovieRequest(), answers={200: MovieDetailsAnswer(), 404: Detail()})
def get_movie(request: Request) -> dict[str, Any]:
    """One movie, with the average of this catalogue's own ratings."""
    return movie_details(request, request.services.catalog.details(request.movie_id, request.identity))


@genres.get(answers={200: GenresAnswer(), 503: Detail()})
def list_genres(request: Request) -> list[dict[str, Any]]:
    """The genres: names for the numbers in a movie's genre_ids."""
    return [{"id": genre.id, "name": genre.name} for genre in request.services.catalog.genres()]


def includeme(config: Configurator) -> None:
    config.add_api_service(movies)
    config.add_api_service(movie)
    config.add_api_service(genres)
