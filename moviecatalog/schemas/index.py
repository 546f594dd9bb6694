"""The API's front door and its documentation, as they are answered."""

from __future__ import annotations

import colander

from moviecatalog.schemas import answers


class LinksAnswer(colander.MappingSchema):
    """Paths below the origin that was asked."""

    documentation = answers.text(example="/api/docs/")
    openapi = answers.text(example="/api/openapi.json")
    movies = answers.text(example="/api/movies/")
    trending = answers.text(example="/api/movies/trending/")
    popular = answers.text(example="/api/movies/popular/")
    top_rated = answers.text(example="/api/movies/top_rated/")
    search = answers.text(example="/api/movies/search/")
    genres = answers.text(example="/api/genres/")
    token = answers.text(example="/api/auth/token/")
    registration = answers.text(example="/api/auth/users/")
    health = answers.text(example="/api/health/ready/")


class IndexAnswer(colander.MappingSchema):
    name = answers.text(example="moviecatalog")
    version = answers.text(example="0.1.0")
    links = LinksAnswer()
    attribution = answers.text(nullable=True, description="A sentence that must stand wherever the movies show.")


HTML_PAGE = answers.text(media_type="text/html", description="A page for people.")
OPENAPI_DOCUMENT = colander.SchemaNode(colander.Mapping(unknown="preserve"), description="An OpenAPI 3.1 document.")
