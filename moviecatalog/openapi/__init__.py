"""The API's description, made of what it runs: OpenAPI for programs, a page for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from importlib.metadata import version
from typing import Any

from pyramid.config import Configurator
from pyramid.events import ApplicationCreated
from pyramid.interfaces import IRoutesMapper
from pyramid.renderers import render

from moviecatalog.openapi.document import Api, build_document
from moviecatalog.openapi.page import read_document


class Documentation:
    """The same for everybody who asks; `values` are what the page's template takes."""

    def __init__(self, document: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        self.document = json.dumps(document, ensure_ascii=False).encode()
        self._tree = document
        self._values = values

    @cached_property
    def page(self) -> str:
        """Rendered when first asked for: most processes never are."""
        page: str = render("moviecatalog:templates/docs.jinja2", {**self._values, "page": read_document(self._tree)})
        return page


def describe(event: ApplicationCreated) -> None:
    """Make the document once all services are there, those of plugins too.

    At the start rather than at the first request: a schema that can't be described is its author's to see,
    not a reader's.
    """
    registry = event.app.registry
    routes = registry.getUtility(IRoutesMapper)
    api = Api(
        title="moviecatalog",
        version=version("moviecatalog"),
        attribution=registry.plugins.attribution,
        origin=registry.core_settings.http.public_url,
    )
    # Pyramid keeps a pattern with a prefix without its first slash.
    paths = {name: "/" + routes.get_route(name).pattern.lstrip("/") for name in registry.api_services}
    document = build_document({paths[name]: service for name, service in registry.api_services.items()}, api)
    values = {
        "name": api.title,
        "version": api.version,
        "attribution": api.attribution,
        "openapi": paths["openapi"],
        "stylesheet": paths["stylesheet"],
    }
    registry.documentation = Documentation(document, values)


def includeme(config: Configurator) -> None:
    config.include("pyramid_jinja2")
    config.include("moviecatalog.openapi.views", route_prefix="/api")
    config.add_subscriber(describe, ApplicationCreated)
