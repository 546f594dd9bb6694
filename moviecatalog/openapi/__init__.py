"""The API's description, made of what it runs: OpenAPI for programs, a page for people."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.metadata import version

from pyramid.config import Configurator
from pyramid.events import ApplicationCreated
from pyramid.interfaces import IRoutesMapper
from pyramid.renderers import render

from moviecatalog.openapi.document import Api, build_document
from moviecatalog.openapi.page import read_document


@dataclass(frozen=True)
class Documentation:
    """Made once for an application: neither depends on who asks."""

    document: bytes
    page: str


def describe(event: ApplicationCreated) -> None:
    """Make the documentation once all services are there, those of plugins too.

    At the start rather than at the first request: a schema that can't be described is its author's to see,
    not a reader's.
    """
    registry = event.app.registry
    routes = registry.getUtility(IRoutesMapper)
    api = Api(
        title="moviecatalog",
        version=version("moviecatalog"),
        attribution=registry.plugins.source.attribution,
        origin=registry.core_settings.http.public_url,
    )
    # Pyramid keeps a pattern with a prefix without its first slash.
    paths = {name: "/" + routes.get_route(name).pattern.lstrip("/") for name in registry.api_services}
    document = build_document({paths[name]: service for name, service in registry.api_services.items()}, api)
    values = {
        "page": read_document(document),
        "name": api.title,
        "version": api.version,
        "attribution": api.attribution,
        "openapi": paths["openapi"],
        "stylesheet": paths["stylesheet"],
    }
    page = render("moviecatalog:templates/docs.jinja2", values)
    registry.documentation = Documentation(json.dumps(document, ensure_ascii=False).encode(), page)


def includeme(config: Configurator) -> None:
    config.include("pyramid_jinja2")
    config.include("moviecatalog.openapi.views", route_prefix="/api")
    config.add_subscriber(describe, ApplicationCreated)
