"""The API's description for programs, and for people in two forms: to try it out, and plain."""

from __future__ import annotations

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPNotFound
from pyramid.response import Response

from moviecatalog.presenters.html import html_answer
from moviecatalog.request import Request
from moviecatalog.schemas.index import HTML_PAGE, OPENAPI_DOCUMENT
from moviecatalog.views.service import Service

openapi = Service("openapi", "/openapi.json", tag="About", counted=False, reads_credentials=False)
docs = Service("docs", "/docs/", tag="About", counted=False, reads_credentials=False)
plain_docs = Service("plain_docs", "/docs/plain/", tag="About", counted=False, reads_credentials=False)
assets = Service(
    "docs_assets", "/docs/assets/{name}", tag="About", counted=False, reads_credentials=False, listed=False
)

TYPES = {".js": "text/javascript", ".css": "text/css"}
KEEP = "public, max-age=86400"

TRYING_OUT = {
    "script-src": "'self'",
    "connect-src": "'self'",
    # Swagger UI's stylesheet holds its icons.
    "img-src": "data:",
}


@openapi.get(answers={200: OPENAPI_DOCUMENT})
def get_openapi(request: Request) -> Response:
    """The API's description in OpenAPI 3.1."""
    response = request.response
    response.content_type = "application/json"
    response.body = request.registry.documentation.document
    return response


@docs.get(answers={200: HTML_PAGE})
def get_docs(request: Request) -> Response:
    """The same as a page for people, on which every operation can be tried out."""
    interactive = request.registry.documentation.interactive
    return html_answer(request, interactive, TRYING_OUT) if interactive else get_plain_docs(request)


@plain_docs.get(answers={200: HTML_PAGE})
def get_plain_docs(request: Request) -> Response:
    """The same as a page without scripts, to read, search and print."""
    return html_answer(request, request.registry.documentation.plain)


@assets.get()
def get_asset(request: Request) -> Response:
    """What the API's pages are made of. Their addresses hold a version, so browsers may keep them."""
    path = request.registry.documentation.assets.get(request.matchdict["name"])
    if path is None:
        raise HTTPNotFound
    response = request.response
    response.content_type = TYPES[path.suffix]
    response.charset = "utf-8"
    response.body = path.read_bytes()
    response.headers["Cache-Control"] = KEEP
    return response


def includeme(config: Configurator) -> None:
    config.add_api_service(openapi)
    config.add_api_service(docs)
    config.add_api_service(plain_docs)
    config.add_api_service(assets)
