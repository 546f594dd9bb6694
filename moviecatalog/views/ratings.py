"""The caller's ratings and reviews."""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator

from moviecatalog.domain.library import RatingChange
from moviecatalog.presenters.library import rating
from moviecatalog.presenters.pages import page
from moviecatalog.request import Request
from moviecatalog.schemas.answers import Detail, Message
from moviecatalog.schemas.movies import ListRequest, MovieRequest
from moviecatalog.schemas.ratings import ChangeRatingRequest, RateRequest, RatingAnswer, RatingPageAnswer
from moviecatalog.security.policy import Permission
from moviecatalog.views.queries import window
from moviecatalog.views.service import MOVIE_PATH, Service

rate = Service("rate", MOVIE_PATH + "rate/", tag="Ratings", permission=Permission.ACCOUNT)
remove_rating = Service("remove_rating", MOVIE_PATH + "remove_rating/", tag="Ratings", permission=Permission.ACCOUNT)
my_ratings = Service("my_ratings", "/movies/ratings/my_ratings/", tag="Ratings", permission=Permission.ACCOUNT)

RATE_ANSWERS = {201: RatingAnswer(), 200: RatingAnswer(), 404: Detail()}


@rate.put(schema=RateRequest(), answers=RATE_ANSWERS)
@rate.post(schema=RateRequest(), answers=RATE_ANSWERS)
def rate_movie(request: Request) -> dict[str, Any]:
    """Rate a movie, or replace the caller's rating of it; 201 the first time, 200 after that."""
    rated, created = request.services.ratings.rate(request.viewer, request.movie_id, RatingChange(**request.fields))
    if created:
        request.response.status_code = 201
    return rating(rated, request.images)


@rate.patch(schema=ChangeRatingRequest(), answers={200: RatingAnswer(), 404: Detail()})
def change_rating(request: Request) -> dict[str, Any]:
    """Change the caller's rating, its review, or both."""
    changed = request.services.ratings.change(request.viewer, request.movie_id, RatingChange(**request.fields))
    return rating(changed, request.images)


@remove_rating.delete(schema=MovieRequest(), answers={200: Message(), 404: Detail()})
def delete_rating(request: Request) -> dict[str, Any]:
    """Remove the caller's rating and review."""
    request.services.ratings.remove(request.viewer, request.movie_id)
    return {"message": "Rating removed"}


@my_ratings.get(schema=ListRequest(), answers={200: RatingPageAnswer(), 404: Detail()})
def list_ratings(request: Request) -> dict[str, Any]:
    """The caller's ratings, newest first."""
    found = request.services.ratings.of(request.viewer, window(request))
    return page(request, [rating(it, request.images) for it in found.items], found.total, window(request))


def includeme(config: Configurator) -> None:
    config.add_api_service(rate)
    config.add_api_service(remove_rating)
    config.add_api_service(my_ratings)
