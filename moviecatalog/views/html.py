"""Answers for people: pages that load nothing from anywhere but where they say."""

from __future__ import annotations

from pyramid.response import Response

from moviecatalog.request import Request


def html_answer(request: Request, page: str, *, images_from: str = "") -> Response:
    """The page, under a policy that lets it have our stylesheet, images from one origin, and nothing else."""
    response = request.response
    response.content_type = "text/html"
    response.charset = "utf-8"
    response.text = page
    images = f"img-src {images_from}; " if images_from else ""
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'self'; {images}base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
