"""The API's description, made of what it runs: OpenAPI for programs, a page for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from pyramid.config import Configurator
from pyramid.events import ApplicationCreated
from pyramid.interfaces import IRoutesMapper
from pyramid.renderers import render

from moviecatalog.openapi import swagger_ui as swagger_ui_files
from moviecatalog.openapi.document import PREFIX, Api, build_document
from moviecatalog.openapi.page import read_document

STATIC = Path(str(files("moviecatalog").joinpath("static")))


class Documentation:
    """The same for everybody who asks; `values` are what the pages' templates take.

    `assets` are the files that the pages load, by name. Pages are rendered when first asked for: most processes
    never are.
    """

    def __init__(self, document: Mapping[str, Any], assets_url: str, values: Mapping[str, Any]) -> None:
        swagger_ui = swagger_ui_files.find()
        self.document = json.dumps(document, ensure_ascii=False).encode()
        self.assets: Mapping[str, Path] = {
            **{path.name: path for path in STATIC.iterdir()},
            **(swagger_ui.files if swagger_ui else {}),
        }
        self._assets_url = assets_url
        self._tree = document
        self._values = {**values, "asset": self.asset}
        self._swagger_ui = swagger_ui

    def asset(self, name: str) -> str:
        """Its address, which is another one after an upgrade."""
        return f"{self._assets_url.replace('{name}', name)}?v={self._values['version']}"

    @cached_property
    def interactive(self) -> str | None:
        """None without the package that it needs."""
        return self._render("interactive", swagger_ui=self._swagger_ui) if self._swagger_ui else None

    @cached_property
    def plain(self) -> str:
        return self._render("docs", page=read_document(self._tree))

    def _render(self, template: str, **values: Any) -> str:
        page: str = render(f"moviecatalog:templates/{template}.jinja2", {**self._values, **values})
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
        "docs": paths["docs"],
        "plain": paths["plain_docs"],
        "base": PREFIX,
    }
    registry.documentation = Documentation(document, paths["docs_assets"], values)


def includeme(config: Configurator) -> None:
    config.include("pyramid_jinja2")
    config.include("moviecatalog.openapi.views", route_prefix="/api")
    config.add_subscriber(describe, ApplicationCreated)
