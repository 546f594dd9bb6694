"""The source's lists, search, and recommendations."""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator

from moviecatalog.domain.listings import Popular, TopRated, Trending
from moviecatalog.presenters.pages import movie_page
from moviecatalog.request import Request
from moviecatalog.schemas.answers import Detail
from moviecatalog.schemas.movies import (
    ListRequest,
    MoviePageAnswer,
    RecommendationsRequest,
    SearchRequest,
    TrendingRequest,
)
from moviecatalog.views.queries import filters, window
from moviecatalog.views.service import MOVIE_PATH, Service

trending = Service("trending", "/movies/trending/", tag="Movies", cached=True)
popular = Service("popular", "/movies/popular/", tag="Movies", cached=True)
top_rated = Service("top_rated", "/movies/top_rated/", tag="Movies", cached=True)
search = Service("search", "/movies/search/", tag="Movies", cached=True)
recommendations = Service("recommendations", MOVIE_PATH + "recommendations/", tag="Movies", cached=True)

ANSWERS = {200: MoviePageAnswer(), 404: Detail(), 503: Detail()}


@trending.get(schema=TrendingRequest(), answers=ANSWERS)
def list_trending(request: Request) -> dict[str, Any]:
    """Movies that are trending today, or this week."""
    listing = Trending(request.query["time_window"])
    return movie_page(request, request.services.catalog.listing(listing, window(request), request.identity))


@popular.get(schema=ListRequest(), answers=ANSWERS)
def list_popular(request: Request) -> dict[str, Any]:
    """Popular movies."""
    return movie_page(request, request.services.catalog.listing(Popular(), window(request), request.identity))


@top_rated.get(schema=ListRequest(), answers=ANSWERS)
def list_top_rated(request: Request) -> dict[str, Any]:
    """Movies with the best votes."""
    return movie_page(request, request.services.catalog.listing(TopRated(), window(request), request.identity))


@search.get(schema=SearchRequest(), answers=ANSWERS)
def search_movies(request: Request) -> dict[str, Any]:
    """Movies found by title, with filters."""
    text = request.query["q"]
    return movie_page(
        request, request.services.catalog.search(text, filters(request), window(request), request.identity)
    )


@recommendations.get(schema=RecommendationsRequest(), answers=ANSWERS)
def list_recommendations(request: Request) -> dict[str, Any]:
    """Movies for somebody who liked this one."""
    return movie_page(
        request, request.services.catalog.recommendations(request.movie_id, window(request), request.identity)
    )


def includeme(config: Configurator) -> None:
    config.add_api_service(trending)
    config.add_api_service(popular)
    config.add_api_service(top_rated)
    config.add_api_service(search)
    config.add_api_service(recommendations)
