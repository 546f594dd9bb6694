"""The API's description for programs, and the same for people."""

from __future__ import annotations

from importlib.resources import files

from pyramid.config import Configurator
from pyramid.response import Response

from moviecatalog.request import Request
from moviecatalog.schemas.index import HTML_PAGE, OPENAPI_DOCUMENT, STYLESHEET
from moviecatalog.views.html import html_answer
from moviecatalog.views.service import Service

openapi = Service("openapi", "/openapi.json", tag="About", counted=False, reads_credentials=False)
docs = Service("docs", "/docs/", tag="About", counted=False, reads_credentials=False)
stylesheet = Service("stylesheet", "/docs/style.css", tag="About", counted=False, reads_credentials=False)

STYLE = files("moviecatalog").joinpath("static/style.css").read_text(encoding="utf-8")


@openapi.get(answers={200: OPENAPI_DOCUMENT})
def get_openapi(request: Request) -> Response:
    """The API's description in OpenAPI 3.1."""
    response = request.response
    response.content_type = "application/json"
    response.body = request.registry.documentation.document
    return response


@docs.get(answers={200: HTML_PAGE})
def get_docs(request: Request) -> Response:
    """The same as a page for people."""
    return html_answer(request, request.registry.documentation.page)


@stylesheet.get(answers={200: STYLESHEET})
def get_stylesheet(request: Request) -> Response:
    """The stylesheet of the API's pages."""
    response = request.response
    response.content_type = "text/css"
    response.charset = "utf-8"
    response.text = STYLE
    return response


def includeme(config: Configurator) -> None:
    config.add_api_service(openapi)
    config.add_api_service(docs)
    config.add_api_service(stylesheet)
