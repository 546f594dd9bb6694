"""Answers for people: pages that load nothing from anywhere but where they say."""

from __future__ import annotations

from collections.abc import Mapping

from pyramid.response import Response

from moviecatalog.request import Request

NOTHING_ELSE = {
    "default-src": "'none'",
    "style-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}


def html_answer(request: Request, page: str, sources: Mapping[str, str] | None = None) -> Response:
    """The page, under a policy that lets it have our stylesheets, what `sources` allows by directive, and nothing else.

    See Content Security Policy Level 3, section 6.
    """
    response = request.response
    response.content_type = "text/html"
    response.charset = "utf-8"
    response.text = page
    policy = NOTHING_ELSE | dict(sources or {})
    response.headers["Content-Security-Policy"] = "; ".join(f"{name} {value}" for name, value in policy.items())
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
