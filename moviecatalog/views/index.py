"""The API's front door: links for programs, a wall of films for people."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from pyramid.config import Configurator
from pyramid.renderers import render
from pyramid.response import Response

from moviecatalog.domain.errors import Unavailable
from moviecatalog.domain.listings import Popular
from moviecatalog.domain.pages import Window
from moviecatalog.presenters.freshness import present_freshness
from moviecatalog.presenters.html import html_answer
from moviecatalog.presenters.movies import movie
from moviecatalog.request import Request
from moviecatalog.schemas.index import HTML_PAGE, IndexAnswer
from moviecatalog.views.service import Service

FILMS = Window(1, 24)

index = Service("index", "/", tag="About", counted=False, reads_credentials=False, cached=True)


@index.get(answers={200: IndexAnswer(alternatives=(HTML_PAGE,))})
def get_index(request: Request) -> dict[str, Any] | Response:
    """What is where: JSON, or a page with popular films for who prefers HTML."""
    request.response.vary = ("Accept",)
    about = {
        "name": "moviecatalog",
        "version": version("moviecatalog"),
        "links": _links(request),
        "attribution": request.registry.plugins.attribution,
    }
    return _page(request, about) if _prefers_html(request) else about


def _links(request: Request) -> dict[str, str]:
    """By names of this API's own; the values are names of routes."""
    routes = {
        "documentation": "docs",
        "openapi": "openapi",
        "movies": "movies",
        "trending": "trending",
        "popular": "popular",
        "top_rated": "top_rated",
        "search": "search",
        "genres": "genres",
        "token": "token",  # nosec B105  # a route's name
        "registration": "registration",
        "health": "health_ready",
    }
    return {name: request.route_path(route) for name, route in routes.items()}


def _prefers_html(request: Request) -> bool:
    """JSON where both are as welcome, or neither is."""
    offers = request.accept.acceptable_offers(["application/json", "text/html"])
    return bool(offers) and offers[0][0] == "text/html"


def _page(request: Request, about: dict[str, Any]) -> Response:
    values = {**about, "films": _popular_films(request), "asset": request.registry.documentation.asset}
    page = render("moviecatalog:templates/index.jinja2", values, request)
    return html_answer(request, page, {"img-src": _source(request.images.base_url)})


def _popular_films(request: Request) -> list[dict[str, Any]]:
    """None while they are out of reach: the links are worth showing all the same."""
    try:
        found = request.services.catalog.listing(Popular(), FILMS, None)
    except Unavailable:
        return []
    present_freshness(request.response, found.freshness)
    return [movie(seen, request.images) for seen in found.movies]


def _source(url: str) -> str:
    """As Content-Security-Policy has it: what separates its parts there is written as in a URL."""
    return url.replace(";", "%3B").replace(",", "%2C")


def includeme(config: Configurator) -> None:
    config.include("pyramid_jinja2")
    config.add_api_service(index)
