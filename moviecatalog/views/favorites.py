"""The caller's favourite movies."""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator

from moviecatalog.presenters.library import favorite
from moviecatalog.presenters.pages import page
from moviecatalog.request import Request
from moviecatalog.schemas.answers import Detail, Message
from moviecatalog.schemas.favorites import FavoritePageAnswer
from moviecatalog.schemas.movies import ListRequest, MovieRequest
from moviecatalog.security.policy import Permission
from moviecatalog.views.queries import window
from moviecatalog.views.service import MOVIE_PATH, Service

add_to_favorites = Service(
    "add_to_favorites",
    MOVIE_PATH + "add_to_favorites/",
    tag="Favorites",
    permission=Permission.ACCOUNT,
)
remove_from_favorites = Service(
    "remove_from_favorites",
    MOVIE_PATH + "remove_from_favorites/",
    tag="Favorites",
    permission=Permission.ACCOUNT,
)
my_favorites = Service(
    "my_favorites", "/movies/favorites/my_favorites/", tag="Favorites", permission=Permission.ACCOUNT
)


@add_to_favorites.post(schema=MovieRequest(), answers={201: Message(), 200: Message(), 404: Detail()})
def add_favorite(request: Request) -> dict[str, Any]:
    """Add a movie to the caller's favourites; 201 the first time, 200 after that."""
    if request.services.favorites.add(request.viewer, request.movie_id):
        request.response.status_code = 201
    return {"message": "Movie added to favorites"}


@remove_from_favorites.delete(schema=MovieRequest(), answers={200: Message(), 404: Detail()})
def remove_favorite(request: Request) -> dict[str, Any]:
    """Remove a movie from the caller's favourites."""
    request.services.favorites.remove(request.viewer, request.movie_id)
    return {"message": "Movie removed from favorites"}


@my_favorites.get(schema=ListRequest(), answers={200: FavoritePageAnswer(), 404: Detail()})
def list_favorites(request: Request) -> dict[str, Any]:
    """The caller's favourites, newest first."""
    found = request.services.favorites.of(request.viewer, window(request))
    return page(request, [favorite(it, request.images) for it in found.items], found.total, window(request))


def includeme(config: Configurator) -> None:
    config.add_api_service(add_to_favorites)
    config.add_api_service(remove_from_favorites)
    config.add_api_service(my_favorites)
